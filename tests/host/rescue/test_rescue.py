# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Boards that do not listen, each a virtual board with real MicroPython: which stage opens the prompt."""

import contextlib
import threading
import time

import pytest
from click.testing import CliRunner
from potluck import link as links
from potluck import model
from potluck.cli import group
from potluck.deploy.build import slot_files
from potluck.deploy.mpy import compile_mpy
from potluck.deploy.prepared import launcher
from potluck.errors import BoardSilent, PortNotFound, RescueFailed
from potluck.link.repl import Repl
from potluck.rescue import rescue, stages
from potluck.rescue.quarantine import OnBoard
from potluck.virtual.board import VirtualBoard
from potluck.virtual.ports.rfc2217 import Rfc2217Port
from potluck.virtual.session import Session
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from tests.needs import need

# What a Ctrl-C raises is swallowed where it is raised, once the sensors have had their time to settle.
DEAF = b"""
import time
time.sleep_ms(300)
print("deaf")
while True:
    try:
        time.sleep_ms(20)
    except:
        pass
"""


@pytest.fixture
def board():
    """start(main=…, boot=…) → a running board with these files."""
    started = []

    def start(kind="pico", *, speed=float("inf"), ready=True, **files):
        session = Session(kind, speed=speed)
        for name, text in files.items():
            session.board.flash.write_bytes(f"/{name}.py", text)
        session.start() if ready else session.board.start()
        started.append(session)
        return session

    yield start
    for session in started:
        session.board.stop()


def prompt_answers(session):
    repl = Repl(session.link)
    repl.enter()
    return repl.eval("6 * 7") == 42


def test_a_program_that_runs_is_stopped_by_ctrl_c_and_left_in_place(board):
    session = board(main=b"import time\nprint('on')\nwhile True:\n    time.sleep(1)\n")
    session.read_until("on")
    done = rescue(link=session.link)
    assert (done.stage, done.tried, done.aside) == ("ctrl-c", ("ctrl-c",), ())
    assert "KeyboardInterrupt" in done.last and 'File "main.py"' in done.last
    assert session.board.flash.read_bytes("/main.py").startswith(b"import time")
    assert prompt_answers(session)


@pytest.mark.parametrize("often", [1, 9])
def test_what_is_left_of_a_flood_may_stop_the_first_code_and_does_not_stop_the_rescue(board, monkeypatch, often):
    session, failed, real = board(main=b"print('hello')\n"), [], OnBoard

    def onboard(repl):
        if len(failed) < often:
            failed.append(repl)
            raise BoardSilent("the code was not taken")
        return real(repl)

    monkeypatch.setattr("potluck.rescue.OnBoard", onboard)
    monkeypatch.setattr("potluck.rescue._CALM_S", 0.2)
    if often == 1:
        assert rescue(link=session.link, quarantine=True).aside
        assert prompt_answers(session)
    else:
        with pytest.raises(BoardSilent):
            rescue(link=session.link)


def test_a_flood_of_prints_is_no_hindrance(board):
    session = board(main=b"n = 0\nwhile True:\n    n += 1\n    print('T =', n, 'raw REPL; CTRL-B to exit')\n")
    session.read_until("T = 3")
    done = rescue(link=session.link)
    assert done.stage == "ctrl-c" and "KeyboardInterrupt" in done.last


def test_quarantine_on_request_renames_and_counts(board):
    session = board(main=b"print('own')\n", boot=b"pass\n")
    session.board.flash.write_bytes("/main.quarantine.py", b"older")
    done = rescue(link=session.link, quarantine=True)
    assert {aside.was: aside.now for aside in done.aside} == {
        "/boot.py": "/boot.quarantine.py", "/main.py": "/main.quarantine2.py",
    }  # fmt: skip
    flash = session.board.flash
    assert flash.read_bytes("/main.quarantine.py") == b"older"
    assert flash.read_bytes("/main.quarantine2.py") == b"print('own')\n"
    assert done.starts_at_prompt


def test_deaf_to_ctrl_c_until_somebody_presses_reset(board, monkeypatch):
    monkeypatch.setattr(stages, "_WINDOW_S", 0.3)
    monkeypatch.setattr(stages, "_FLOOD_S", 0.1)
    session = board(main=DEAF, speed=1)
    session.read_until("deaf")
    said = []

    def progress(stage, text):
        said.append(stage)
        if stage == "hands":
            session.board.reset()

    done = rescue(link=session.link, progress=progress, hands_s=20)
    assert list(done.tried) == said
    assert done.stage in ("raw", "window", "hands") and "ctrl-c" in said
    assert [aside.was for aside in done.aside] == ["/main.py"]
    assert session.board.flash.read_bytes("/main.quarantine.py") == DEAF, "renamed, not a byte changed"
    assert done.starts_at_prompt and prompt_answers(session)


def test_blocked_in_boot_py_names_boot_py(board, monkeypatch):
    monkeypatch.setattr(stages, "GENTLE", frozenset())
    monkeypatch.setattr("potluck.rescue.GENTLE", frozenset())
    session = board("esp32_devkitc", boot=b"while True:\n    pass\n", main=b"print('main')\n", ready=False)
    done = rescue(link=session.link)
    assert [aside.was for aside in done.aside] == ["/boot.py"], "main.py is not to blame"
    assert done.starts_at_prompt is True


def test_a_crash_loop_is_entered_between_two_crashes(board):
    session = board(main=b"import machine, time\ntime.sleep_ms(3)\nmachine.reset()\n", speed=1)
    done = rescue(link=session.link)
    assert prompt_answers(session)
    assert done.stage in ("ctrl-c", "raw", "window")


@pytest.mark.parametrize("ends", [b"import sys\nsys.exit()\n", b"import machine\nmachine.reset()\n"])
def test_a_program_that_ends_by_starting_anew_at_once(board, ends, monkeypatch):
    """SystemExit out of main.py makes an endless loop of soft resets, which single presses of Ctrl-C do not break."""
    monkeypatch.setattr(stages, "_FLOOD_S", 0.2)
    session = board("esp32_devkitc", boot=b"# the factory's\n", main=ends, speed=1, ready=False)
    time.sleep(0.2)
    done = rescue(link=session.link, hands_s=0)
    if b"exit" in ends or done.stage != "ctrl-c":
        assert [aside.was for aside in done.aside] == ["/main.py"] and done.starts_at_prompt
    assert done.last.count(">>>") < 5, "the answers to the flood do not push out what was said before"
    assert prompt_answers(session)


def test_an_armed_watchdog_does_not_bite_at_the_prompt(board):
    main = b"import machine\nw = machine.WDT(timeout=8000)\nprint('armed')\nwhile True:\n    w.feed()\n"
    session = board(main=main, speed=1)
    session.read_until("armed")
    assert rescue(link=session.link).stage in ("ctrl-c", "raw")
    repl = Repl(session.link)
    repl.enter()
    assert repl.eval("__import__('machine').mem32[0x40058000] >> 30 & 1") == 0, "WATCHDOG CTRL's ENABLE"
    assert len(session.board.record.starts) == 1


def test_the_port_goes_and_comes_back_in_the_middle(board):
    session = board(main=b"import time\nwhile True:\n    time.sleep(1)\n")
    reads = []
    read = session.link.read

    def pulled(timeout_s):
        reads.append(1)
        if len(reads) == 2:
            session.port.unplug()
        return read(timeout_s)

    looked = []

    def reopen():
        looked.append(1)
        if len(looked) < 3:
            raise PortNotFound("no such port")
        session.port.plug()
        session.link.closed = False
        return session.link

    session.link.read = pulled
    done = rescue(link=session.link, reopen=reopen)
    assert done.stage == "ctrl-c" and len(looked) == 3


def test_the_same_board_is_found_again_under_another_name(monkeypatch):
    from potluck.rescue.door import Door

    class Line:
        has_reset = False

        def __init__(self, name):
            self.name = name

        def read(self, timeout_s):
            if self.name == "/dev/ttyACM0":
                from potluck.errors import PortGone

                raise PortGone("gone")
            return b""

        def close(self):
            pass

    ports = ["/dev/ttyACM0", "/dev/ttyACM3"]
    for room in ("potluck.link", "potluck.link.find"):
        monkeypatch.setattr(f"{room}.find_boards", lambda: [links.Found(ports[0], "S3", "usb", key="240ac4000110")])
    monkeypatch.setattr(links, "open_port", Line)
    door = Door("/dev/ttyACM0", None, None)
    ports.pop(0)
    door.hear(0.01)
    assert (door.line.name, door.gone) == ("/dev/ttyACM3", 1)


def test_a_board_that_re_enumerates_under_another_name_is_followed(tmp_path, monkeypatch):
    need("pty")
    from potluck.virtual.ports.pty import PtyPort

    first, second = PtyPort(tmp_path / "first"), PtyPort(tmp_path / "second")
    board = VirtualBoard("pico", speed=1)
    board.flash.write_bytes("/main.py", b"import time\nwhile True:\n    time.sleep(1)\n")
    board.attach(first)
    for port in (first, second):  # both: the system gives the number of a closed one to the next
        port.open()
    now = [first]

    def listing(include_links=False):
        port = ListPortInfo(now[0].device, skip_link_detection=True)
        port.vid, port.pid, port.serial_number = 0x2E8A, 0x0005, "e66138528351462f"
        return [port]

    def move():
        first.close()
        time.sleep(0.2)
        board.attach(second)
        now[0] = second

    monkeypatch.setattr(list_ports, "comports", listing)
    board.start()
    board.wait_ready()
    mover = threading.Timer(0.1, move)
    try:
        done = rescue(first.device, progress=lambda stage, what: mover.start() if stage == "ctrl-c" else None)
        mover.join()
        assert now == [second] and done.stage in ("ctrl-c", "raw")
        with links.open_port(second.device) as line:
            repl = Repl(line)
            repl.enter()
            assert repl.eval("6 * 7") == 42
    finally:
        board.stop()
        first.close()
        second.close()


def test_an_esp32_is_reset_by_its_lines_over_rfc2217(monkeypatch):
    need("loopback")
    monkeypatch.setattr(stages, "_WINDOW_S", 0.3)
    monkeypatch.setattr(stages, "_FLOOD_S", 0.1)
    board = VirtualBoard("esp32_devkitc", speed=1)
    board.flash.write_bytes("/main.py", DEAF)
    port = Rfc2217Port(
        edges_reset=True, needs_dtr=False, on_enable=board.power.enable
    )
    board.attach(port)
    port.open()
    board.start()
    board.wait_ready()
    while b"deaf" not in board.console.tail:
        time.sleep(0.02)
    try:
        done = rescue(port.name, hands_s=0)
        starts = [kind for _, kind in board.record.starts]
        assert done.stage in ("raw", "reset")
        if done.stage == "reset":
            assert len(starts) > 1
        assert board.flash.read_bytes("/main.quarantine.py") == DEAF
        assert done.starts_at_prompt
    finally:
        board.stop()
        port.close()


def test_a_deaf_recipe_meets_the_launchers_window_after_the_watchdogs_bite(board):
    wiring = model.wire(model.load_recipe("plant-waterer"), "pico")
    files = {f"/slots/a/{path}": content for path, content in slot_files(wiring).items()}
    files |= {"/main.py": launcher(), "/slots/active": b"a\n", "/slots/a/recipe.mpy": compile_mpy(DEAF, "main.py")}
    session = Session("pico", speed=float("inf"))
    for path, content in files.items():
        made = ""
        for folder in path.split("/")[1:-1]:
            made += f"/{folder}"
            with contextlib.suppress(OSError):
                session.board.flash.mkdir(made)
        session.board.flash.write_bytes(path, content)
    with session:
        session.read_until("starts in 1.5 s")
        session.read_until("starts in 5.0 s", 30)  # the watchdog has bitten once
        done = rescue(link=session.link)
        assert done.launcher and done.aside == (), "the launcher is left where it is"
        assert session.board.flash.read_bytes("/main.py") == launcher()
        assert prompt_answers(session)


class Wall:
    """Takes everything and says always the same."""

    name, has_reset = "wall", False

    def __init__(self, says=b""):
        self.says = says

    def read(self, timeout_s):
        time.sleep(min(timeout_s, 0.002))
        return self.says

    def write(self, data):
        pass


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(stages, "_WINDOW_S", 0.1)
    monkeypatch.setattr(stages, "_ANSWER_S", 0.02)
    monkeypatch.setattr(stages, "_FLOOD_S", 0.05)
    monkeypatch.setattr(stages, "_PRESS_S", 0.005)


def test_when_nothing_helps_the_stages_and_the_last_bytes_are_said(hasty):
    with pytest.raises(RescueFailed) as failed:
        rescue(link=Wall(b"T=21.5\r\n"), hands_s=0)
    assert "ctrl-c, raw, window" in failed.value.what and "T=21.5" in failed.value.what
    assert "potluck flash --erase" in failed.value.do
    with pytest.raises(RescueFailed, match="nothing at all came"):
        rescue(link=Wall(), hands_s=0)


def test_a_line_that_takes_nothing_does_not_hold_the_stages_up(hasty):
    class Stuffed(Wall):
        wrote = 0

        def write(self, data):
            self.wrote += 1
            raise BoardSilent("the board took no bytes")

    line = Stuffed()
    with pytest.raises(RescueFailed):
        rescue(link=line, hands_s=0.1)
    assert line.wrote == 1, "each try costs the link's ten seconds"


def test_the_command(board, monkeypatch):
    session = board(main=b"print('hello')\n1/0\n")
    monkeypatch.setattr(links, "open_port", lambda name, **_: session.link)
    done = CliRunner().invoke(group, ["rescue", "a0", "--quarantine"], prog_name="potluck")
    assert done.exit_code == 0, done.output
    assert "ctrl-c: " in done.stdout and "/main.py is now /main.quarantine.py" in done.stdout
    assert "Next: potluck doctor a0" in done.stdout
