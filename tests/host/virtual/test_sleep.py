# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Sleep and what ends it; the ESP32's own memory and touch pads."""

import time

import pytest

from potluck.virtual.session import ProgramFailed, Session

MAX = float("inf")
BUTTON = """
class World:
    knobs = {"pressed": 0}
    def __init__(self, name, options): pass
    def source(self, terminal): return (0.0, 10.0) if self.pressed else (0.0, None)
"""


def world(gpio):
    part = {"name": "b", "kind": "button", "source": BUTTON, "options": {}, "pins": {"out": gpio}}
    return {"model": "", "options": {}, "parts": [part]}



def friendly(board):
    """To a prompt where nothing unread is left."""
    board.run("pass")  # nothing at all would be a soft reset
    board.send(b"\x02")
    board.prompt()


@pytest.mark.parametrize(("kind", "cause"), [("pico", 3), ("esp32_devkitc", 4), ("arduino_nano_esp32", 4)])
def test_deep_sleep_takes_its_time_and_ends_in_a_reset(kind, cause):
    with Session(kind, speed=MAX) as board:
        friendly(board)
        before_s = board.board.state()["uptime_s"]
        board.send(b"import machine; machine.deepsleep(90_000)\r")
        board.read_until("Type ")
        board.prompt()
        assert board.board.state()["uptime_s"] - before_s == pytest.approx(90, abs=5)
        assert board.run(f"import machine; print(machine.reset_cause() == {cause})") == "True\r\n"
        assert board.board.resets[-1] == "deepsleep"


def test_esp32_tells_why_it_woke_and_keeps_its_rtc_memory():
    with Session("esp32_devkitc", speed=MAX) as board:
        board.run("import machine; machine.RTC().memory(b'count 7')")
        friendly(board)
        board.send(b"machine.deepsleep(1000)\r")
        board.read_until("Type ")
        assert board.run(
            "import machine; print(machine.reset_cause() == machine.DEEPSLEEP_RESET,"
            " machine.wake_reason() == machine.TIMER_WAKE, machine.RTC().memory())"
        ) == "True True b'count 7'\r\n"  # fmt: skip


def test_a_button_ends_a_deep_sleep_that_has_no_end():
    with Session("esp32_devkitc", world=world(33)) as board:
        friendly(board)
        board.send(
            b"import machine, esp32\rfrom machine import Pin\rp = Pin(33, Pin.IN, Pin.PULL_UP)\r"
            b"o = Pin(4, Pin.OUT, value=1)\resp32.wake_on_ext0(p, esp32.WAKEUP_ALL_LOW)\rmachine.deepsleep()\r"
        )
        board.read_until("machine.deepsleep()\r\n")
        for _ in range(100):  # until it sleeps: outputs let go
            if board.board.pins()["GPIO4"]["drive"] is None:
                break
            time.sleep(0.05)
        else:
            pytest.fail("the outputs still drive")
        assert list(board.board.resets) == ["power"]
        board.board.poke("b.pressed", 1)
        board.read_until("Type ")
        assert board.run(
            "import machine; print(machine.reset_cause() == machine.DEEPSLEEP_RESET,"
            " machine.wake_reason() == machine.PIN_WAKE)"
        ) == "True True\r\n"  # fmt: skip


def test_light_sleep_goes_on_where_it_was():
    with Session("pico", speed=MAX) as board:
        took = board.run(
            "import machine, time\nt = time.ticks_ms(); machine.lightsleep(5000); print(time.ticks_diff(time.ticks_ms(), t))"
        )
        assert 5000 <= int(took) < 5010


def test_a_timer_is_late_but_not_lost_when_an_esp32_sleeps_lightly():
    with Session("esp32_devkitc", speed=MAX) as board:
        assert board.run(
            "import machine, time\nt = time.ticks_ms()\n"
            "machine.Timer(0, mode=machine.Timer.ONE_SHOT, period=100, callback=lambda _: print('rang'))\n"
            "machine.lightsleep(1000)\ntime.sleep_ms(1)\nprint(time.ticks_diff(time.ticks_ms(), t) // 100)"
        ) == "rang\r\n10\r\n"  # fmt: skip


def test_an_interrupt_ends_a_light_sleep_of_the_rp2040():
    with Session("pico", world=world(17)) as board:
        board.begin(
            "import machine\nfrom machine import Pin\nn = []\nb = Pin(17, Pin.IN, Pin.PULL_UP)\n"
            "b.irq(n.append, Pin.IRQ_FALLING)\nprint('asleep')\nmachine.lightsleep(60_000)\nprint(len(n))"
        )
        board.read_until("asleep\r\n")
        time.sleep(0.3)  # until it sleeps indeed
        board.board.poke("b.pressed", 1)
        assert board.finish(timeout_s=5) == "1\r\n"


def test_nvs_keeps_what_was_committed():
    with Session("esp32_devkitc", speed=MAX) as board:
        board.run("from esp32 import NVS\nn = NVS('app')\nn.set_i32('boots', -3); n.set_blob('name', b'fern'); n.commit()")
        board.run("n.set_i32('boots', 9)")
        board.read_until(">")
        board.board.power_cut()
        board.read_until("Type ")
        assert board.run(
            "from esp32 import NVS\nn = NVS('app'); b = bytearray(8)\nprint(n.get_i32('boots'), n.get_blob('name', b), b[:4])"
        ) == "-3 4 bytearray(b'fern')\r\n"  # fmt: skip
        for program, error in (
            ("NVS('other').get_i32('boots')", r"-4354, 'ESP_ERR_NVS_NOT_FOUND'"),
            ("n.get_blob('name', bytearray(2))", r"-4364, 'ESP_ERR_NVS_INVALID_LENGTH'"),
            ("n.set_i32('a key that is long', 1)", r"-4361, 'ESP_ERR_NVS_KEY_TOO_LONG'"),
        ):
            with pytest.raises(ProgramFailed, match=error):
                board.run(program)


def test_a_finger_on_a_touch_pad():
    with Session("esp32_devkitc", speed=MAX, world=world(4)) as board:
        read = "print(t.read())"
        board.run("from machine import *\nt = TouchPad(Pin(4))")
        free = int(board.run(read))
        board.board.poke("b.pressed", 1)
        assert int(board.run(read)) < free / 2


@pytest.mark.parametrize(
    ("mode", "first", "second"),
    [("WAKEUP_ALL_LOW", (0.0, 3.3), (0.0, 0.0)), ("WAKEUP_ANY_HIGH", (0.0, 0.0), (0.0, 3.3))],
)
def test_several_pins_end_a_sleep_of_an_esp32_together_or_each(mode, first, second):
    with Session("esp32_devkitc", speed=float("inf")) as board:
        for gpio, volts in zip((32, 33), first, strict=True):
            board.board.pin(gpio).hold(volts)
        board.run(f"import esp32, machine\nesp32.wake_on_ext1((machine.Pin(32), machine.Pin(33)), esp32.{mode})")
        board.begin("machine.deepsleep()")
        board.board.on_board(lambda: None)
        for gpio, volts in zip((32, 33), second, strict=True):
            board.board.pin(gpio).hold(volts)
        board.read_until("DEEPSLEEP_RESET")
        board.prompt()
        assert board.run("import machine; print(machine.wake_reason() == machine.EXT1_WAKE)") == "True\r\n"
        with pytest.raises(ProgramFailed, match="ValueError: invalid pin"):
            board.run("import esp32; esp32.wake_on_ext0(machine.Pin(5), 1)")  # no RTC pin
