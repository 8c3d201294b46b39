# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The laboratory: probes, the world's knobs, the supply, recordings, snapshots; same seed, same bytes."""

import base64
import json
import zlib

import pytest

from potluck.errors import FlashImageThere, KnobUnknown, PinMissing, PotluckError, SnapshotForeign, SnapshotWrong
from potluck.virtual import vcd as vcd_writer
from potluck.virtual.board import VirtualBoard
from potluck.virtual.daemon import Commands
from potluck.virtual.session import Session
from tests.needs import need

MAX = float("inf")
BUTTON = """
class World:
    knobs = {"pressed": 0}
    def __init__(self, name, options): pass
    def source(self, terminal): return (0.0, 10.0) if self.pressed else (0.0, None)
"""
WORLD = {
    "model": "",
    "options": {},
    "parts": [{"name": "button", "kind": "button", "source": BUTTON, "options": {}, "pins": {"a": 14}}],
}
BLINK = """
import time
from machine import Pin, PWM
pin = Pin(15, Pin.OUT)
for i in range(3):
    pin.on()
    time.sleep_ms(10)
    pin.off()
    time.sleep_ms(20)
pwm = PWM(Pin(16), freq=1000, duty_u16=32768)
"""


def test_a_pins_history_has_the_boards_time():
    with Session(speed=MAX) as board:
        board.run(BLINK)
        history = board.board.pin("GP15").history
        assert [level for _, level in history] == [0, 1, 0, 1, 0, 1, 0]
        times = [at for at, _ in history][1:]
        steps = [after - before for before, after in zip(times, times[1:], strict=False)]
        assert all(abs(step - wanted) < 500 for step, wanted in zip(steps, [10_000, 20_000] * 2 + [10_000], strict=True))
        assert board.board.pin(15).level == 0 and board.board.pin("GP15").volts == 0.0
        assert board.board.pin("GP16").mode == "pwm"
        assert board.board.pin("GP16").history[-1][1] == pytest.approx(0.5, abs=0.001)


def test_a_history_is_bounded():
    with Session(speed=MAX) as board:
        board.run("from machine import Pin\np = Pin(15, Pin.OUT)\nfor i in range(30000): p.value(i & 1)")
        assert len(board.board.pin("GP15").history) == 20_000


def test_a_pin_that_is_not_there():
    board = VirtualBoard("pico")
    for name in ("GP99", 99):
        with pytest.raises(PinMissing):
            board.pin(name)


def test_a_probe_holds_an_input_and_lets_go_of_it():
    with Session(speed=MAX) as board:
        board.run("from machine import Pin\np = Pin(14, Pin.IN, Pin.PULL_UP)\nhits = []\n"
                  "p.irq(lambda p: hits.append(p.value()), Pin.IRQ_FALLING)")  # fmt: skip
        probe = board.board.pin("GP14")
        assert probe.level == 1
        probe.hold(0.0)
        assert board.run("print(p.value(), hits)") == "0 [0]\r\n"
        probe.release()
        assert board.run("print(p.value())") == "1\r\n"
        assert [level for _, level in probe.history][-3:] == [1, 0, 1]


def test_the_worlds_knobs_are_set_and_read_and_recorded():
    with Session(speed=MAX, world=WORLD) as board:
        board.run("from machine import Pin\np = Pin(14, Pin.IN, Pin.PULL_UP)")
        button = board.board.world["button"]
        button.set("pressed", 1)
        assert button.get("pressed") == 1
        assert board.run("print(p.value())") == "0\r\n"
        assert [level for _, level in board.board.pin("GP14").history] == [1, 0]
        assert [turn[1:] for turn in board.board.record.knobs] == [("button.pressed", 1.0)]
        with pytest.raises(KnobUnknown):
            button.get("colour")


@pytest.mark.parametrize(("kind", "said"), [("pico", None), ("esp32_devkitc", "Brownout detector was triggered")])
def test_power_goes_comes_back_and_sags(kind, said):
    with Session(kind, speed=MAX) as board:
        board.run("import machine\nmachine.Pin(15, machine.Pin.OUT, value=1)")
        board.board.power.cut()
        assert board.board.power.wait_dark(5)
        board.board.reset()  # a button on a dark board
        assert board.board.power.wait_dark(0)
        board.board.power.on()
        board.prompt()
        assert board.run("print(machine.reset_cause() if 'machine' in globals() else None)") == "None\r\n"
        board.board.power.brownout()
        text = board.prompt()
        assert said is None or said in text
        assert list(board.board.resets) == ["power", "power", "power"]
        assert [kind for _, kind in board.board.record.starts] == ["power"] * 3


def test_a_dark_board_can_be_stopped():
    board = Session(speed=MAX)
    board.start()
    board.board.power.cut()
    assert board.board.power.wait_dark(5)
    board.board.stop()
    assert board.board.wait(5)


def test_a_recording_is_read_by_an_independent_reader(tmp_path):
    need("vcd")
    from vcd import reader

    with Session(speed=MAX, world=WORLD) as board:
        board.run(BLINK)
        board.board.world["button"].set("pressed", 1)
        board.board.write_vcd(tmp_path / "board.vcd")
        history = board.board.pin("GP15").history
    with open(tmp_path / "board.vcd", "rb") as file:
        tokens = list(reader.tokenize(file))
    names = {token.data.id_code: token.data.reference for token in tokens if token.kind is reader.TokenKind.VAR}
    assert set(names.values()) == {"starts", "GP15", "GP16", "button.pressed"}
    now, seen = -1, []
    for token in tokens:
        if token.kind is reader.TokenKind.CHANGE_TIME:
            assert token.data > now
            now = token.data
        elif token.kind is reader.TokenKind.CHANGE_SCALAR and names[token.data.id_code] == "GP15" and now >= 0:
            seen.append((now, int(token.data.value)))
        elif token.kind is reader.TokenKind.CHANGE_REAL and names[token.data.id_code] == "GP16":
            duty = token.data.value
    assert seen == [(at, int(level)) for at, level in history]
    assert duty == pytest.approx(0.5, abs=0.001)


def test_identifier_codes_are_unique():
    codes = [vcd_writer._code(number) for number in range(20_000)]
    assert len(set(codes)) == len(codes)
    assert all(33 <= ord(char) <= 126 for code in codes for char in code)


PROGRAM = """
import os, time, random
from machine import ADC, Pin
adc, pin = ADC(26), Pin(15, Pin.OUT)
for i in range(40):
    pin.toggle()
    print(time.ticks_us(), adc.read_u16(), random.getrandbits(16))
    with open("log", "a") as f:
        f.write("%d\\n" % i)
    time.sleep_ms(random.randint(1, 60_000))
"""


def _birth(seed):
    """From the first power-up, with nobody at the line: output with its times, and what the pin did."""
    board = Session(speed=MAX, seed=seed)
    board.board.flash.write_bytes("/main.py", PROGRAM.encode())
    with board:
        return board.prompt(), board.board.pin(15).history


def test_the_same_seed_gives_the_same_bytes_at_the_same_times():
    first, second, other = _birth(7), _birth(7), _birth(8)
    assert first == second
    assert first[0].count("\n") > 40
    assert first != other


def test_a_snapshot_brings_back_what_outlives_a_reset():
    with Session(speed=MAX, seed=3, world=WORLD) as board:
        board.run("import machine\nf = open('kept', 'w')\nf.write('yes')\nf.close()\nmachine.mem32[0x4005800c] = 0x12345678")
        board.board.world["button"].set("pressed", 1)
        kept = board.board.snapshot()
        then_us = board.board.clock.now_us()
    again = Session(board=VirtualBoard.restore(kept, speed=MAX))
    with again as board:
        assert board.board.clock.now_us() >= then_us
        said = board.run("import machine, os\np = machine.Pin(14, machine.Pin.IN, machine.Pin.PULL_UP)\n"
                         "print(open('kept').read(), hex(machine.mem32[0x4005800c]), p.value(), machine.reset_cause())")
        assert said == "yes 0x12345678 0 3\r\n"


def test_a_snapshot_of_an_esp32_has_its_rtc_memory_and_its_nvs(tmp_path):
    with Session("esp32_devkitc", speed=MAX) as board:
        board.run("import machine, esp32; machine.RTC().memory(b'seven'); n = esp32.NVS('n')")
        board.run("n.set_i32('boots', 7); n.set_blob('key', b'\\x00\\xff'); n.commit()")
        kept = board.board.snapshot()
    path = tmp_path / "there" / "flash.img"
    with Session(board=VirtualBoard.restore(kept, speed=MAX, path=path)) as board:
        board.run("import machine, esp32; n = esp32.NVS('n'); b = bytearray(4)")
        assert board.run("print(machine.RTC().memory(), n.get_i32('boots'), n.get_blob('key', b), b)") == (
            "b'seven' 7 2 bytearray(b'\\x00\\xff\\x00\\x00')\r\n"
        )
    with pytest.raises(FlashImageThere):
        VirtualBoard.restore(kept, path=path)


@pytest.mark.parametrize("wrong", [b"", b"hello", b"potluck snapshot 2\nxx"])
def test_what_is_no_snapshot_is_refused(wrong):
    with pytest.raises(SnapshotWrong):
        VirtualBoard.restore(wrong)


def test_all_of_it_over_the_control_channel(tmp_path):
    with Session(speed=MAX, world=WORLD) as board:
        commands = Commands("pico-1", board.board, board.port, None)
        board.run("from machine import Pin\np = Pin(14, Pin.IN, Pin.PULL_UP)")

        def ask(do, **members):
            return json.loads(json.dumps(commands({"do": do, **members})))

        ask("poke", path="button.pressed", value=1)
        assert ask("get", path="button.pressed") == {"value": 1.0}
        assert ask("pin", name="GP14")["level"] == 0
        ask("hold", name="GP14", volts=3.3)
        assert ask("pin", name="GP14")["level"] == 1
        ask("hold", name="GP14", volts=None)
        assert [level for _, level in ask("pin", name="GP14")["history"]] == [1, 0, 1, 0]
        assert [kind for _, kind in ask("record")["starts"]] == ["power"]
        ask("vcd", path=str(tmp_path / "board.vcd"))
        assert "button.pressed" in (tmp_path / "board.vcd").read_text()
        ask("snapshot", path=str(tmp_path / "board.snap"))
        VirtualBoard.restore((tmp_path / "board.snap").read_bytes()).stop()
        ask("power", what="off")
        assert board.board.power.wait_dark(5)
        ask("power", what="on")
        board.prompt()
        with pytest.raises(PotluckError):
            ask("power", what="sideways")


TANK = """
class World:
    knobs = {"leak": 1.0}
    def __init__(self, name, options):
        self.litres, self.days = 10.0, [0] * options["days"]
    def step(self, dt_s):
        self.litres -= self.leak * dt_s / 3600
        self.days[0] += 1
    def source(self, terminal):
        return self.litres * 0.3, 100.0
"""
TANK_WORLD = {
    "model": "class World:\n  knobs = {}\n  def __init__(self, parts, options): self.tank = parts['tank']\n"
             "  def state(self): return {'litres': self.tank.litres, 'steps': self.tank.days[0]}\n",
    "options": {},
    "parts": [{"name": "tank", "kind": "tank", "source": TANK, "options": {"days": 9000}, "pins": {"out": 26}}],
}  # fmt: skip


def _tank():
    with Session(speed=MAX, world=TANK_WORLD) as board:
        board.run("import time\ntime.sleep(3600)")
        board.board.world["tank"].set("leak", 2.0)
        board.run("time.sleep(3600)")
        it = board.board
        return it.on_board(lambda: (it.snapshot(), it.world.state(), it.clock.now_us()))  # all of one moment


def test_a_world_goes_on_where_it_stood():
    kept, then, then_us = _tank()
    assert 6.9 < then["litres"] < 7.1
    again = VirtualBoard.restore(kept, speed=MAX)
    assert again.world.state() == then and again.clock.now_us() == then_us
    with Session(board=again) as board:
        board.run("import time\ntime.sleep(3600)")
        now = board.board.world.state()
        assert 4.9 < now["litres"] < 5.1 and now["steps"] > then["steps"]
        assert board.run("from machine import ADC\nprint(round(ADC(26).read_u16() / 65535 * 3.3 / 0.3))") == "5\r\n"
        board.board.world["tank"].set("leak", 0.0)
        assert VirtualBoard.restore(board.board.snapshot()).world.state()["tank.leak"] == 0.0


def _changed(kept, change):
    told = json.loads(zlib.decompress(kept[len(b"potluck snapshot 2\n") :]))
    change(told)
    return b"potluck snapshot 2\n" + zlib.compress(json.dumps(told).encode())


@pytest.mark.parametrize("change", [
    lambda told: told.pop("flash"),
    lambda told: told.update(noise=[3, [1], None]),
    lambda told: told["world_image"].update(memory="AAAA"),
    lambda told: told["world_image"].update(registers=1 << 40),
    lambda told: told["world_image"].update(arrays=[0, 0, 1 << 40]),
    lambda told: told["world_image"].update(memory=base64.b64encode(bytes(33 << 20)).decode()),
], ids=["no flash", "noise", "short", "outside", "arrays", "large"])  # fmt: skip
def test_a_damaged_snapshot_is_refused(change):
    with pytest.raises(SnapshotWrong):
        VirtualBoard.restore(_changed(_tank()[0], change))


def test_a_world_of_another_engine_is_refused(monkeypatch):
    kept, _, _ = _tank()
    with pytest.raises(SnapshotForeign, match="another version"):
        VirtualBoard.restore(_changed(kept, lambda told: told["world_image"].update(made_by="0" * 64)))
    with pytest.raises(SnapshotForeign, match="earlier"):
        VirtualBoard.restore(b"potluck snapshot 1\n" + kept[19:])
    monkeypatch.setattr("potluck.virtual.snapshot._LIMIT", 1000)
    with pytest.raises(SnapshotWrong, match="large"):
        VirtualBoard.restore(b"potluck snapshot 2\n" + zlib.compress(bytes(1001)))


def test_a_world_whose_memory_is_rubbish_stays_inside_its_sandbox():
    def scribble(told):
        image = told["world_image"]
        memory = bytearray(base64.b64decode(image["memory"]))
        memory[66_000:] = b"\xa5" * (len(memory) - 66_000)
        image.update(memory=base64.b64encode(memory).decode())

    kept, _, _ = _tank()
    try:
        board = VirtualBoard.restore(_changed(kept, scribble), speed=MAX)
    except SnapshotWrong:
        return
    with Session(board=board) as session:  # the world is dead, and the board runs
        assert session.run("print(6 * 7)") == "42\r\n"
        assert "failure" in session.board.world.state()
