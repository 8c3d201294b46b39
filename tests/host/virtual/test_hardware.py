# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Pins, converters, PWM, buses, timers and the world at their other end."""

import time

import pytest

from potluck.errors import KnobUnknown, WorldFailed
from potluck.virtual.session import ProgramFailed, Session

MAX = float("inf")

SENSOR = """
class World:
    knobs = {"volts": 1.5, "ohms": 1000.0, "unplugged": 0}
    def __init__(self, name, options): pass
    def source(self, terminal): return self.volts, None if self.unplugged else self.ohms
"""
BUTTON = """
class World:
    knobs = {"pressed": 0}
    def __init__(self, name, options): pass
    def source(self, terminal): return (0.0, 10.0) if self.pressed else (0.0, None)
"""
LAMP = """
class World:
    knobs = {}
    def __init__(self, name, options): self.level = None; self.lit_s = 0.0
    def drive(self, terminal, level): self.level = level
    def step(self, dt_s): self.lit_s += dt_s * (self.level or 0)
"""
CHIP = """
class World:
    knobs = {"id": 0x60}
    def __init__(self, name, options): self.register = 0
    def i2c(self, address, data, size):
        if address != 0x76: return None
        if data: self.register = data[0]
        return bytes([int(self.id)] * size) if self.register == 0xD0 else bytes(size)
"""
MODEL = """
class World:
    knobs = {}
    max_step_s = 10
    def __init__(self, parts, options): self.parts = parts; self.steps = 0
    def step(self, dt_s):
        self.steps += 1
    def state(self): return {"lit_s": self.parts["lamp"].lit_s, "steps": self.steps}
"""


def part(name, source, **pins):
    return {"name": name, "kind": name, "source": source, "options": {}, "pins": pins}


WORLD = {
    "model": MODEL,
    "options": {},
    "parts": [
        part("sensor", SENSOR, aout=26),
        part("button", BUTTON, out=17),
        part("lamp", LAMP, anode=16),
        part("chip", CHIP, sda=4, scl=5),
    ],
}


@pytest.fixture
def board():
    with Session(world=WORLD) as session:
        session.run("from machine import *\nimport time")
        yield session


def volts(board):
    return float(board.run("a = ADC(Pin(26)); print(sum(a.read_u16() for _ in range(16)) / 16 * 3.3 / 65535)"))


def test_adc_reads_the_world(board):
    assert volts(board) == pytest.approx(1.5, abs=0.01)
    board.board.poke("sensor.volts", 0.4)
    assert volts(board) == pytest.approx(0.4, abs=0.01)


def test_a_pull_bends_a_weak_source_and_takes_over_a_floating_pin(board):
    board.board.poke("sensor.ohms", 65_000.0)  # as strong as the RP2040's middle pull
    pulled = "ADC(26); Pin(26, Pin.IN, Pin.PULL_UP); print(ADC(26) and 0)"
    assert board.run(pulled)
    read = "a = ADC(Pin(26)); Pin(26, Pin.IN, Pin.{}); print(a.read_u16() * 3.3 / 65535)"
    assert float(board.run(read.format("PULL_UP"))) == pytest.approx((1.5 + 3.3) / 2, abs=0.02)
    assert float(board.run(read.format("PULL_DOWN"))) == pytest.approx(0.75, abs=0.02)
    board.board.poke("sensor.unplugged", 1)
    assert float(board.run(read.format("PULL_UP"))) > 3.2
    assert float(board.run(read.format("PULL_DOWN"))) < 0.1


def test_button_interrupts_a_sleep_and_a_tight_loop(board):
    board.run("n = 0\ndef count(pin):\n  global n\n  n += 1\nb = Pin(17, Pin.IN, Pin.PULL_UP)\nb.irq(count, Pin.IRQ_FALLING)")
    for busy in ("time.sleep(0.3)", "t = time.ticks_ms()\nwhile time.ticks_diff(time.ticks_ms(), t) < 300: pass"):
        board.begin("n = 0\n" + busy + "\nprint(n)")
        time.sleep(0.1)
        board.board.poke("button.pressed", 1)
        board.board.poke("button.pressed", 0)
        assert board.finish() == "1\r\n"
    board.send(b"\x04")
    board.read_until("soft reboot")  # and a soft reset forgets the handler
    board.run("n = 0")
    board.board.poke("button.pressed", 1)
    assert board.run("print(n)") == "0\r\n"


def test_outputs_reach_the_world_and_outlive_a_soft_reset(board):
    board.run("lamp = Pin(16, Pin.OUT, value=1)")
    time.sleep(0.2)
    board.send(b"\x04")
    board.read_until("soft reboot")
    time.sleep(0.2)
    lit = board.board.state()["world"]["lit_s"]
    assert lit >= 0.4
    board.board.hard_reset()  # the pin lets go
    board.read_until("Type ")
    after = board.board.state()["world"]["lit_s"]
    time.sleep(0.2)
    assert board.board.state()["world"]["lit_s"] == pytest.approx(after, abs=0.01)


def test_i2c_finds_the_part_and_reads_a_register(board):
    assert board.run("i = I2C(0, sda=Pin(4), scl=Pin(5)); print(i.scan())") == "[118]\r\n"
    assert board.run("print(i.readfrom_mem(0x76, 0xd0, 1))") == "b'`'\r\n"
    with pytest.raises(ProgramFailed, match=r"OSError: \[Errno 5\] EIO"):
        board.run("i.readfrom(0x20, 1)")
    with pytest.raises(ProgramFailed, match="ValueError: bad SCL pin"):
        board.run("I2C(0, sda=Pin(4), scl=Pin(6))")


@pytest.mark.parametrize(
    ("kind", "program", "error"),
    [
        ("pico", "Pin(30)", "invalid pin"),
        ("pico", "Pin('GP99')", 'unknown named pin "GP99"'),
        ("pico", "ADC(Pin(15))", "Pin doesn't have ADC capabilities"),
        ("esp32_devkitc", "Pin(34, Pin.OUT)", "pin can only be input"),
        ("esp32_devkitc", "ADC(Pin(5))", "invalid pin"),
    ],
)
def test_what_a_pin_cannot_do_fails_as_on_the_board(kind, program, error):
    with Session(kind) as board, pytest.raises(ProgramFailed, match=f"ValueError: {error}"):
        board.run("from machine import *\n" + program)


def test_periodic_and_one_shot_timers_at_full_speed():
    with Session(speed=MAX) as board:
        out = board.run(
            "from machine import Timer\nimport time\nlog = []\n"
            "a = Timer(period=100, callback=lambda t: log.append('p'))\n"
            "Timer(period=250, mode=Timer.ONE_SHOT, callback=lambda t: log.append('o'))\n"
            "time.sleep_ms(460)\na.deinit()\ntime.sleep(5)\nprint(''.join(log))"
        )
        assert out == "ppopp\r\n"


def test_an_error_in_a_callback_is_printed_and_the_program_goes_on(board):
    out = board.run(
        "Timer(period=10, mode=Timer.ONE_SHOT, callback=lambda t: 1/0)\ntime.sleep_ms(50)\nprint('on')"
    )
    assert "ZeroDivisionError" in out and out.endswith("on\r\n")


def test_sampling_a_pin_allocates_nothing(board):
    board.run("a, p, q = ADC(26), Pin(17, Pin.IN), Pin(16, Pin.OUT)")
    board.run(
        "import micropython\n"
        "def f():\n  micropython.heap_lock()\n  try:\n    for _ in range(100): a.read_u16(); p.value(); q.value(1)\n"
        "  finally: micropython.heap_unlock()\nf()"
    )


def test_neopixel_bytes_arrive(board):
    board.run("from neopixel import NeoPixel\nn = NeoPixel(Pin(2), 2)\nn[0] = (1, 2, 3)\nn.write()")
    assert board.board.chip.wires.sent[2] == bytes([2, 1, 3, 0, 0, 0])


def test_unknown_knob_names_those_that_exist(board):
    with pytest.raises(KnobUnknown) as unknown:
        board.board.poke("sensor.colour", 1)
    assert "sensor.volts" in unknown.value.do


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("class World:\n  def __init__(self, parts, options): 1 / 0", "ZeroDivisionError"),
        ("class World", "SyntaxError"),
        ("import os\nopen('/x', 'w')", "OSError"),
        ("x = []\nwhile True: x.append(bytearray(10000))", "MemoryError"),
    ],
)
def test_a_broken_world_is_an_error_and_the_board_lives(board, source, says):
    with pytest.raises(WorldFailed, match=says):
        board.board.set_world({**WORLD, "model": source})
    assert board.run("print(1)") == "1\r\n"


def test_a_world_that_spins_is_stopped_and_its_pins_float():
    model = MODEL.replace("self.steps += 1", "self.steps += 1\n        while self.steps > 1: pass")
    with Session(world={**WORLD, "model": model}) as board:
        board.run("import machine, time\na = machine.ADC(26)\nfor _ in range(2):\n  time.sleep_ms(50)\n  a.read_u16()")
        assert "computed for more than" in board.board.state()["world"]["failure"]
        assert board.run("print(1)") == "1\r\n"


TOLD = {
    "pico": [
        ("SPI(1)", "SPI(1, baudrate=1000000, polarity=0, phase=0, bits=8, sck=10, mosi=11, miso=8)"),
        ("SPI(0, 8_000_000, polarity=1)", "SPI(0, baudrate=8000000, polarity=1, phase=0, bits=8, sck=18, mosi=19, miso=16)"),
        ("I2C(0)", "I2C(0, freq=399361, scl=5, sda=4, timeout=50000)"),
        ("SoftI2C(scl=Pin(5), sda=Pin(4))", "SoftI2C(scl=5, sda=4, freq=500000)"),
        ("UART(1, 9600)", "UART(1, baudrate=9600, bits=8, parity=None, stop=1, tx=4, rx=5, txbuf=256, rxbuf=256, "
         "timeout=0, timeout_char=2, invert=None, irq=0)"),
        ("ADC(Pin(27))", "<ADC channel=1>"), ("ADC(4)", "<ADC channel=4>"), ("PWM(Pin(17))", "<PWM slice=0 channel=1 invert=0>"),
        ("Timer(period=250, callback=print)", "Timer(mode=PERIODIC, tick_hz=1000000, period=250000)"),
        ("machine", "<module 'machine'>"),
    ],
    "esp32_devkitc": [
        ("SPI(1, 7_000_000)", "SPI(id=1, baudrate=7272727, polarity=0, phase=0, bits=8, firstbit=0, sck=14, mosi=13, miso=12)"),
        ("I2C(0, freq=100_000)", "I2C(0, scl=18, sda=19, freq=100000)"),
        ("UART(2, tx=17, rx=16)", "UART(2, baudrate=115201, bits=8, parity=None, stop=1, tx=17, rx=16, rts=-1, cts=-1, "
         "txbuf=256, rxbuf=256, timeout=0, timeout_char=0, irq=0)"),
        ("ADC(Pin(34))", "ADC(Pin(34), atten=3)"), ("ADC(34, atten=ADC.ATTN_6DB)", "ADC(Pin(34), atten=2)"),
        ("PWM(15, freq=1000, duty_u16=30000)", "PWM(Pin(15), freq=998, duty_u16=30000)"),
        ("Timer(1, period=250, mode=Timer.ONE_SHOT, callback=print)", "Timer(1, mode=ONE_SHOT, period=250)"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", TOLD)
def test_what_print_tells(kind):
    with Session(kind, speed=float("inf")) as board:
        board.run("import machine\nfrom machine import *")
        for thing, told in TOLD[kind]:
            assert board.run(f"print({thing})").strip() == told


def test_a_signal_is_a_pin_the_other_way_round():
    with Session("pico", speed=float("inf")) as session:
        session.run("from machine import Pin, Signal\nlamp = Signal(Pin(2, Pin.OUT), invert=True); lamp.on()")
        assert session.board.pins()["GP2"]["drive"] == 0.0
        assert session.run("print(lamp.value(), lamp(), lamp)\nlamp.off()") == "1 1 <Signal>\r\n"
        assert session.board.pins()["GP2"]["drive"] == 1.0
        assert session.run("s = Signal(3, Pin.OUT, value=1); print(s.value()); s(0); print(s())") == "1\r\n0\r\n"
