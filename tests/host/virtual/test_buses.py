# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""SPI, UART, 1-Wire, pulses, DHT and LED strips, with parts written after their data sheets."""

import pytest

from potluck.virtual.session import ProgramFailed, Session

MAX = float("inf")

# Microchip 23K256: read 0x03 and write 0x02 with a 16-bit address, in sequence until CS rises.
RAM = """
class World:
    knobs = {}
    def __init__(self, name, options):
        self.cells = bytearray(256)
        self.got = []
    def drive(self, terminal, level):
        if terminal == "cs" and level and level > 0.5:
            self.got = []
    def spi(self, data):
        back = []
        for byte in data:
            n = len(self.got)
            self.got.append(byte)
            back.append(0)
            if n >= 3:
                at = (self.got[2] + n - 3) & 0xFF
                if self.got[0] == 3:
                    back[-1] = self.cells[at]
                elif self.got[0] == 2:
                    self.cells[at] = byte
        return bytes(back)
"""
MODEM = """
class World:
    knobs = {"ring": 0}
    baud = 9600
    def __init__(self, name, options): pass
    def uart(self, data):
        if self.ring:
            self.ring = 0
            return b"RING\\r\\n"
        return b"OK\\r\\n" if data == b"AT\\r" else data
"""
# Maxim DS18B20: family 0x28, scratchpad with CRC, 1/16 degree.
DS18B20 = """
from world_onewire import Device, crc8
class World(Device):
    family = 0x28
    takes = {0x4E: 3}
    knobs = {"celsius": 21.5, "unplugged": 0}
    def __init__(self, name, options):
        self.serial(options["number"])
        self.raw, self.setup = 0x0550, b"\\x4b\\x46\\x7f"
    def command(self, code):
        if code == 0x44:
            self.raw = int(self.celsius * 16) & 0xFFFF
        elif code == 0xBE:
            pad = self.raw.to_bytes(2, "little") + self.setup + b"\\xff\\x0c\\x10"
            return pad + bytes([crc8(pad)])
    def written(self, code, data):
        self.setup = data
"""
SONAR = """
class World:
    knobs = {"metres": 1.0}
    def __init__(self, name, options): self.fired = False
    def drive(self, terminal, level):
        if terminal == "trig" and level: self.fired = True
    def source(self, terminal): return (0.0, 100.0) if terminal == "echo" else (0.0, None)
    def pulse(self, terminal, level):
        if not (self.fired and level): return None
        self.fired = False
        return 460, int(self.metres * 5831)
"""
DHT = """
class World:
    knobs = {"celsius": -5.5, "percent": 65.2, "dead": 0, "noisy": 0}
    def __init__(self, name, options): pass
    def dht(self):
        if self.dead: return None
        t, h = int(abs(self.celsius) * 10), int(self.percent * 10)
        t |= 0x8000 if self.celsius < 0 else 0
        data = bytes([h >> 8, h & 255, t >> 8, t & 255])
        return data + bytes([(sum(data) + int(self.noisy)) & 255])
"""
STRIP = """
class World:
    knobs = {"red": 0, "first_ns": 0}
    def __init__(self, name, options): pass
    def bitstream(self, terminal, timing, data):
        self.first_ns, self.red = timing[0], data[1]
"""
# Microchip 24AA01: one address byte, then data in sequence.
CELLS = """
class World:
    knobs = {}
    def __init__(self, name, options):
        self.cells, self.at = bytearray(256), 0
    def i2c(self, address, data, size):
        if address != 0x50: return None
        if data:
            self.at = data[0]
        for byte in data[1:]:
            self.cells[self.at] = byte
            self.at = self.at + 1 & 255
        return bytes([self.cells[self.at + i & 255] for i in range(size)])
"""


def part(name, source, options=None, **pins):
    return {"name": name, "kind": name, "source": source, "options": options or {}, "pins": pins}


WORLD = {
    "model": "",
    "options": {},
    "parts": [
        part("ram", RAM, sck=18, mosi=19, miso=16, cs=17),
        part("modem", MODEM, tx=5, rx=4),
        part("warm", DS18B20, {"number": 0x1234}, dq=22),
        part("cold", DS18B20, {"number": 0x1235}, dq=22),
        part("sonar", SONAR, trig=2, echo=3),
        part("dht", DHT, data=14),
        part("strip", STRIP, din=15),
    ],
}
EEPROM = {"model": "", "options": {}, "parts": [part("cells", CELLS, sda=4, scl=5)]}


@pytest.fixture(scope="module")
def shared():
    with Session(world=WORLD, speed=MAX) as session:
        yield session


@pytest.fixture
def board(shared):
    shared.run("from machine import *\nimport time")
    return shared


def test_spi_talks_to_the_selected_part_only(board):
    board.run(
        "cs = Pin(17, Pin.OUT, value=1)\ns = SPI(0, 10_000_000)\n"
        "cs(0); s.write(b'\\x02\\x00\\x10hello'); cs(1)\n"
        "def read(n):\n  cs(0); s.write(b'\\x03\\x00\\x10'); d = s.read(n); cs(1)\n  return d"
    )
    assert board.run("print(read(5))") == "b'hello'\r\n"
    assert board.run("s.write(b'\\x02\\x00\\x10xxxxx'); print(read(5))") == "b'hello'\r\n"
    assert board.run(
        "s = SoftSPI(sck=18, mosi=19, miso=16)\nw = bytearray(b'\\x03\\x00\\x11\\x00\\x00'); r = bytearray(5)\n"
        "cs(0); s.write_readinto(w, r); cs(1); print(r[3:])"
    ) == "bytearray(b'el')\r\n"  # fmt: skip


def test_spi_takes_its_time(board):
    took = board.run(
        "s = SPI(0, 100_000, sck=Pin(18), mosi=Pin(19), miso=Pin(16)); t = time.ticks_us(); s.write(bytes(1000))\n"
        "print(time.ticks_diff(time.ticks_us(), t))"
    )
    assert int(took) == pytest.approx(80_000, rel=0.01)


def test_uart_answers_rings_and_hears_rubbish_at_the_wrong_speed(board):
    board.run("u = UART(1, 9600, tx=Pin(4), rx=Pin(5), timeout=50)")
    assert board.run("u.write(b'AT\\r'); print(u.readline(), u.read(), u.any())") == "b'OK\\r\\n' None 0\r\n"
    assert board.run(
        "t = time.ticks_us(); u.write(b'x' * 96); busy = not u.txdone(); u.flush()\n"
        "print(busy, time.ticks_diff(time.ticks_us(), t) // 1000, len(u.read()))"
    ) == "True 100 96\r\n"  # fmt: skip
    board.board.poke("modem.ring", 1)
    assert board.run(
        "import select\np = select.poll(); p.register(u, select.POLLIN)\nprint(len(p.poll(1000)), u.readline())"
    ) == "1 b'RING\\r\\n'\r\n"  # fmt: skip
    assert board.run("u.init(115200); u.write(b'AT\\r'); time.sleep_ms(9); print(u.read() == b'OK\\r\\n')") == "False\r\n"
    # a ring of 32 and the chip's FIFO of 32: what comes beyond is lost
    assert board.run(
        "u = UART(1, 9600, rxbuf=32); u.write(b'y' * 100); time.sleep_ms(250); print(u.any(), len(u.read()))"
    ) == "32 64\r\n"  # fmt: skip


def test_a_uart_takes_its_time_both_ways(board):
    """9,600 baud, 8N1: 1,042 us a byte. A part hears a message when its last byte has come, and its answer takes as long."""
    board.run("u = UART(1, 9600, tx=Pin(4), rx=Pin(5))\ndef ms(): return time.ticks_diff(time.ticks_us(), t) // 1000")
    assert board.run("t = time.ticks_us(); u.write(b'x' * 24); print(ms(), u.any())") == "0 0\r\n"
    board.run("time.sleep_ms(60); u.read()")
    assert board.run("t = time.ticks_us(); u.write(b'x' * 24)\nwhile not u.any(): pass\nprint(ms())") == "26\r\n"
    assert board.run("while u.any() < 24: pass\nprint(ms())") == "50\r\n"
    # what does not fit into its ring and the FIFO (256 + 32 bytes) is waited for
    assert board.run("u.read(); t = time.ticks_us(); n = u.write(bytes(480)); print(n, ms())") == "480 200\r\n"
    board.run("u.flush()")


def test_i2c_takes_its_time(board):
    """Start, nine bits for the address and each byte, stop."""
    board.run(
        "def us(f):\n"
        "  t = time.ticks_us()\n"
        "  try: f()\n"
        "  except OSError as e: print(e.errno, end=' ')\n"
        "  return time.ticks_diff(time.ticks_us(), t)"
    )
    took = "i = {}; print(us(lambda: i.writeto(80, bytes(100))), us(lambda: i.readfrom(80, 100, False)))"
    for bus, bit_us in (("I2C(1, sda=6, scl=7, freq=100_000)", 10), ("SoftI2C(7, 6, freq=50_000)", 20)):
        errno = "5" if bus.startswith("I2C") else "19"
        said = board.run(took.format(bus)).split()  # nobody there: start, address, stop
        assert said[:2] == [errno, errno] and all(abs(int(us) - 11 * bit_us) <= 20 for us in said[2:])
    with Session(world=EEPROM, speed=MAX) as with_part:
        with_part.run("from machine import *\nimport time\ni = I2C(0, sda=Pin(4), scl=Pin(5), freq=100_000)")
        took = with_part.run(
            "t = time.ticks_us(); i.writeto(80, bytes(1000)); a = time.ticks_us(); i.readfrom_mem(80, 0, 1000)\n"
            "print(time.ticks_diff(a, t), time.ticks_diff(time.ticks_us(), a))"
        )
        write_us, read_us = map(int, took.split())
        assert write_us == pytest.approx((11 + 9000) * 10, abs=60)
        assert read_us == pytest.approx((10 + 9 + 11 + 9000) * 10, abs=90)


def test_the_primitive_operations_of_soft_i2c():
    with Session(world=EEPROM, speed=MAX) as board:
        board.run("from machine import *\ni = SoftI2C(Pin(5), Pin(4)); b = bytearray(3)")
        assert board.run("i.start(); n = i.write(b'\\xa0\\x10abc'); i.stop(); print(n)") == "5\r\n"
        assert board.run("i.start(); i.write(b'\\xa0\\x10'); i.start(); i.write(b'\\xa1'); i.readinto(b); i.stop(); print(b)") == (
            "bytearray(b'abc')\r\n"
        )
        assert board.run("i.start(); n = i.write(b'\\xa2\\x00'); i.stop(); print(n, i.scan())") == "0 [80]\r\n"
        with pytest.raises(ProgramFailed, match="OSError: I2C operation not supported"):
            board.run("I2C(0).start()")


def test_uart_handler_runs_when_bytes_come(board):
    board.run("n = []\nu = UART(1, 9600)\ni = u.irq(lambda u: n.append(u.read()), UART.IRQ_RXIDLE)")
    board.board.poke("modem.ring", 1)
    assert board.run("time.sleep_ms(100); print(n)") == "[b'RING\\r\\n']\r\n"
    board.run("u.deinit()")


def test_two_thermometers_on_one_wire(board):
    board.run(
        "import onewire, ds18x20\nd = ds18x20.DS18X20(onewire.OneWire(Pin(22)))\n"
        "roms = sorted(bytes(r) for r in d.scan())"
    )
    assert board.run("print([r[:3].hex() for r in roms], [onewire._ow.crc8(r) for r in roms])") == (
        "['283412', '283512'] [0, 0]\r\n"
    )
    board.board.poke("warm.celsius", 36.6)
    board.board.poke("cold.celsius", -10.25)
    assert board.run("d.convert_temp(); time.sleep_ms(750); print([d.read_temp(r) for r in roms])") == (
        "[36.5625, -10.25]\r\n"
    )
    assert board.run("d.resolution(roms[0], 9); print([d.resolution(r) for r in roms])") == "[9, 12]\r\n"
    board.board.poke("warm.unplugged", 1)
    assert board.run("print(len(d.scan()))") == "1\r\n"
    board.board.poke("cold.unplugged", 1)
    assert board.run("print(d.scan(), d.ow.reset())") == "[] False\r\n"
    with pytest.raises(ProgramFailed, match="OneWireError"):
        board.run("d.convert_temp()")


def test_time_pulse_us(board):
    board.run("trig, echo = Pin(2, Pin.OUT), Pin(3, Pin.IN)")
    fire = "trig(1); time.sleep_us(10); trig(0); t = time.ticks_us(); print(time_pulse_us(echo, 1, {}))"
    assert board.run(fire.format(30_000)) == "5831\r\n"
    assert 6291 <= int(board.run("print(time.ticks_diff(time.ticks_us(), t))")) < 400_000
    board.board.poke("sonar.metres", 9)
    assert board.run(fire.format(30_000)) == "-1\r\n"  # began, did not end
    assert board.run("print(time_pulse_us(echo, 1, 1000), time_pulse_us(echo, 0, 1000))") == "-2 -1\r\n"


def test_dht(board):
    board.run("import dht\nd = dht.DHT22(Pin(14))")
    assert board.run("d.measure(); print('%.1f %.1f' % (d.temperature(), d.humidity()))") == "-5.5 65.2\r\n"
    board.board.poke("dht.noisy", 3)
    with pytest.raises(ProgramFailed, match="Exception: checksum error"):
        board.run("d.measure()")
    board.board.poke("dht.dead", 1)
    with pytest.raises(ProgramFailed, match=r"OSError: \[Errno 110\] ETIMEDOUT"):
        board.run("d.measure()")


def test_a_strip_hears_data_and_timing(board):
    board.run("from neopixel import NeoPixel\nn = NeoPixel(Pin(15), 100)\nn.fill((7, 0, 0))\nt = time.ticks_us(); n.write()")
    world = board.board.state()["world"]
    assert (world["strip.red"], world["strip.first_ns"]) == (7, 400)
    with pytest.raises(ProgramFailed, match="ValueError: encoding"):
        board.run("bitstream(Pin(15), 1, (400, 850, 800, 450), b'x')")


def test_a_bus_that_is_held_low_is_stuck():
    """SCL low: nothing goes. SDA low: the RP2040's I2C waits, what is sent by hand takes it for an ACK of everybody."""
    short = "class World:\n  knobs = {'sda': 0, 'scl': 0}\n  def __init__(self, name, options): pass\n" \
            "  def source(self, terminal): return 0.0, 1.0 if getattr(self, terminal) else None\n"  # fmt: skip
    with Session(world={"model": "", "options": {}, "parts": [part("short", short, sda=4, scl=5)]}, speed=MAX) as board:
        board.run("from machine import *\nimport time\ni = I2C(0, timeout=20_000)")
        with pytest.raises(ProgramFailed, match=r"\[Errno 5\] EIO"):
            board.run("i.readfrom(8, 1)")
        with pytest.raises(ProgramFailed, match=r"\[Errno 19\] ENODEV"):
            board.run("i.writeto(8, b'')")
        board.board.poke("short.sda", 1)
        board.run("t = time.ticks_us()")
        with pytest.raises(ProgramFailed, match=r"\[Errno 110\] ETIMEDOUT"):
            board.run("i.readfrom(8, 1)")
        assert 20_000 <= int(board.run("print(time.ticks_diff(time.ticks_us(), t))")) < 300_000
        assert board.run("print(len(i.scan()))") == "112\r\n"
        board.board.poke("short.scl", 1)
        assert board.run("t = time.ticks_ms(); print(i.scan(), time.ticks_diff(time.ticks_ms(), t) // 10)") == "[] 224\r\n"


def test_a_bus_without_parts():
    with Session(speed=MAX) as board:
        assert board.run(
            "from machine import *\nprint(SPI(1).read(2), UART(0).read(1), I2C(1).scan())\n"
            "import onewire\nprint(onewire.OneWire(Pin(9)).scan())"
        ) == "b'\\x00\\x00' None []\r\n[]\r\n"  # fmt: skip


def test_an_interrupt_tells_that_all_has_gone_out():
    with Session(speed=MAX) as board:
        board.run("from machine import UART\nimport time\nu = UART(0, 9600); said = []")
        board.run("i = u.irq(lambda u: said.append(u.irq().flags() == UART.IRQ_TXIDLE), UART.IRQ_TXIDLE)")
        assert board.run("u.write(bytes(20)); time.sleep_ms(15); print(said)\ntime.sleep_ms(15); print(said, u.irq() is i)") == (
            "[]\r\n[True] True\r\n"
        )
        assert board.run("u.irq(None); u.write(b'x'); time.sleep_ms(5); print(len(said))") == "1\r\n"
