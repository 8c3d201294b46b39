# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""firmware/potluck/connect on a board: the machine's own objects, one for each bus."""

import pytest
from potluck.virtual.session import Session

from tests.firmware.rig import FIRMWARE, MAX

# One part that answers whatever is written to it, on each kind of bus.
ECHO = """
class World:
    baud = 38400
    def __init__(self, name, options): pass
    def spi(self, data): return bytes([255 - b for b in data])
    def uart(self, data): return data.upper() or None
    def i2c(self, address, data, size): return bytes([address] * size) if address == 0x42 else None
"""
PINS = {
    "pico": {"spi": "0, 18, 19, 16, 500_000", "uart": "1, 4, 5, 38_400", "i2c": "0, 20, 21, 400_000",
             "pwm": "15, 0, 50", "quiet": "0, 18, 19, None, 500_000"},
    "esp32_devkitc": {"spi": "2, 18, 23, 19, 500_000", "uart": "2, 17, 16, 38_400", "i2c": "0, 21, 22, 400_000",
                      "pwm": "25, 0, 50", "quiet": "2, 18, 23, None, 500_000"},
}  # fmt: skip


def gpios(board: str, kind: str) -> list[int]:
    return [int(number) for number in PINS[board][kind].split(", ")[1:-1]]


def fresh(kind: str) -> str:
    """A program that makes `kind` the maker of that kind, with nothing made so far."""
    source = (FIRMWARE / "potluck" / "connect" / f"{kind}.py").read_text()
    return f"names = {{}}\nexec({source!r}, names)\n{kind} = names['make']"


@pytest.fixture(scope="module", params=list(PINS))
def board(request):
    sck, mosi, miso = gpios(request.param, "spi")
    tx, rx = gpios(request.param, "uart")
    sda, scl = gpios(request.param, "i2c")
    pins = {"sck": sck, "mosi": mosi, "miso": miso, "rx": tx, "tx": rx, "sda": sda, "scl": scl}
    world = {"name": "echo", "kind": "echo", "source": ECHO, "options": {}, "pins": pins}
    with Session(request.param, speed=MAX, world={"model": "", "options": {}, "parts": [world]}) as session:
        for path in (FIRMWARE / "potluck" / "connect").glob("*.py"):
            session.run(fresh(path.stem))
        session.said = PINS[request.param]
        yield session


@pytest.mark.parametrize("kind, ask, answer", [
    ("spi", "b = bytearray(3)\none.write_readinto(b'\\x00\\x01\\xff', b)\nprint(bytes(b))", b"\xff\xfe\x00"),
    ("uart", "one.write(b'abc')\nimport time\ntime.sleep_ms(50)\nprint(one.read())", b"ABC"),
    ("i2c", "print(one.readfrom(0x42, 2))", b"BB"),
])  # fmt: skip
def test_two_parts_get_one_bus_and_it_works(board, kind, ask, answer):
    board.run(f"one, two = {kind}({board.said[kind]}), {kind}({board.said[kind]})")
    assert board.run("print(one is two)").strip() == "True"
    assert eval(board.run(ask)) == answer


def test_pwm_begins_silent_at_its_parts_frequency(board):
    board.run(f"one = pwm({board.said['pwm']})")
    assert board.run("print(one.freq(), one.duty_u16())").split() == ["50", "0"]
    board.run(f"one.deinit()\none = pwm({board.said['pwm'].replace('0, 50', '1, 50')})")
    assert board.run("print(one.duty_u16())").strip() == "65535", "whose safe level is high"


def test_a_bus_without_miso_leaves_its_usual_pin_alone(board):
    board.run(fresh("spi"))
    board.run(f"one = spi({board.said['quiet']})\nb = bytearray(3)\none.write_readinto(b'\\x00\\x01\\xff', b)")
    assert eval(board.run("print(bytes(b))")) == bytes(3), "the part's answer is on a pin that is not the bus's"
    board.run(fresh("spi"))


def test_a_line_for_1_wire_is_one_object(board):
    board.run("a, b, c = onewire(13), onewire(13), onewire(14)")
    assert board.run("print(a is b, a is c)").split() == ["True", "False"]
