# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Boards in processes of their own: started, found, told, unplugged, stopped, and never left behind."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest
import serial

from potluck.errors import (
    BoardNameTaken,
    BoardNotRunning,
    BoardStartFailed,
    EngineMissing,
    FlashImageInUse,
    KnobUnknown,
    NameInvalid,
    PotluckError,
    UnknownBoard,
)
from potluck.virtual import daemon, registry
from tests.needs import need


@pytest.fixture
def start():
    yield daemon.start
    for board in registry.running():
        board.stop()


def until(condition, timeout_s=10.0):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def gone(pid):
    try:
        # a child of ours stays as a zombie until somebody asks for it
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def evaluate(port, text):
    """What the board's prompt answers."""
    with serial.serial_for_url(port, 115200, timeout=5) as line:
        line.write(b"\r\x03")
        time.sleep(0.05)
        line.reset_input_buffer()
        line.write(text.encode() + b"\r")
        return line.read_until(b">>> ").decode().split("\r\n")[1:-1]


def test_start_find_talk_stop(start):
    board = start()
    assert (board.name, board.board, board.speed, board.dir) == ("pico-1", "pico", 1.0, "")
    assert registry.running() == [board]
    assert evaluate(board.port, "6 * 7") == ["42"]
    board.stop()
    assert registry.running() == []
    assert not os.path.lexists(board.port)
    until(lambda: gone(board.pid))
    with pytest.raises(BoardNotRunning):
        board.control({"do": "ping"})


def test_a_tcp_board(start):
    board = start(tcp=True)
    assert board.port.startswith("socket://127.0.0.1:")
    assert evaluate(board.port, "'over ' + 'tcp'") == ["'over tcp'"]


def test_names_are_unique_and_can_be_chosen(start):
    assert [start(tcp=True).name for _ in range(2)] == ["pico-1", "pico-2"]
    assert start("balcony", tcp=True).name == "balcony"
    with pytest.raises(BoardNameTaken, match="balcony"):
        start("balcony")
    with pytest.raises(NameInvalid):
        start("../balcony")


def test_what_keeps_a_board_from_starting_is_raised_here(start):
    with pytest.raises(UnknownBoard, match="pcio"):
        start(board="pcio")
    assert registry.running() == []


def test_what_the_board_lacks_is_raised_here(start, monkeypatch):
    monkeypatch.setenv("POTLUCK_ENGINE", os.devnull)
    with pytest.raises(EngineMissing):
        start()
    assert registry.running() == []


def test_a_process_that_dies_early_says_what_it_said(start, monkeypatch, tmp_path):
    need("posix")
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho out of luck\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(BoardStartFailed, match="out of luck"):
        start()


def test_files_survive_in_a_folder_and_only_there(start, tmp_path):
    board = start("kept", dir=tmp_path / "kept", tcp=True)
    evaluate(board.port, "with open('/f','w') as f: f.write('still here')\r\r")
    with pytest.raises(FlashImageInUse):
        start("other", dir=tmp_path / "kept", tcp=True)
    board.stop()
    board = start("kept", dir=tmp_path / "kept", tcp=True)
    assert evaluate(board.port, "open('/f').read()") == ["'still here'"]
    board.stop()
    board = start("kept", tcp=True)
    assert "OSError" in evaluate(board.port, "open('/f').read()")[-1]


def test_a_killed_board_leaves_its_files_and_no_name(start, tmp_path):
    need("posix")
    board = start("kept", dir=tmp_path)
    evaluate(board.port, "with open('/f','w') as f: f.write('still here')\r\r")
    os.kill(board.pid, signal.SIGKILL)
    until(lambda: gone(board.pid))
    assert registry.running() == []
    board = start("kept", dir=tmp_path)
    assert evaluate(board.port, "open('/f').read()") == ["'still here'"]


def test_sigterm_is_a_clean_stop(start):
    need("posix")
    board = start()
    os.kill(board.pid, signal.SIGTERM)
    until(lambda: gone(board.pid))
    assert not os.path.lexists(board.port)
    assert not registry.log_path(board.name).exists()


def test_unplug_and_plug(start):
    board = start()
    evaluate(board.port, "kept = 5")
    board.control({"do": "unplug"})
    with pytest.raises((serial.SerialException, OSError)):
        serial.serial_for_url(board.port, timeout=1)
    assert board.control({"do": "status"})["plugged"] is False
    board.control({"do": "plug"})
    assert evaluate(board.port, "kept") == ["5"]


def test_status_reset_and_power_cut(start):
    board = start(tcp=True)
    evaluate(board.port, "from machine import Pin; led = Pin(25, Pin.OUT, value=1)")
    status = board.control({"do": "status"})
    assert status["client"] is False and status["pins"]
    for do, cause in (("reset", "pin"), ("power_cut", "power")):
        before = len(board.control({"do": "status"})["resets"])
        board.control({"do": do})
        until(lambda before=before: len(board.control({"do": "status"})["resets"]) > before)
        assert board.control({"do": "status"})["resets"][-1] == cause
    def answers():
        try:
            return evaluate(board.port, "1 + 1") == ["2"]
        except serial.SerialException:
            return False  # not on the bus yet

    until(answers)


def test_a_wrong_request_is_an_error_and_no_harm(start):
    board = start(tcp=True)
    with pytest.raises(KnobUnknown):
        board.control({"do": "poke", "path": "soil.unplugged", "value": 1})
    with pytest.raises(PotluckError, match="dance"):
        board.control({"do": "dance"})
    with pytest.raises(PotluckError, match="TypeError"):
        board.control({"do": "poke", "speed": 9})
    assert board.control({"do": "ping"})["name"] == board.name


def test_a_world_can_be_given_and_poked(start):
    source = textwrap.dedent(
        """
        class World:
            knobs = {"volts": 0.0}
            def __init__(self, name, options):
                self.volts = 0.0
            def drive(self, terminal, level):
                pass
            def source(self, terminal):
                return self.volts, 100.0
        """
    )
    part = {"name": "probe", "kind": "probe", "source": source, "options": {}, "pins": {"out": 26}}
    board = start(tcp=True)
    board.control({"do": "world", "config": {"model": "", "options": {}, "parts": [part]}})
    evaluate(board.port, "from machine import ADC; adc = ADC(26)")
    readings = []
    for volts in (0.5, 3.0):
        board.control({"do": "poke", "path": "probe.volts", "value": volts})
        readings.append(int(evaluate(board.port, "adc.read_u16()")[0]) * 3.3 / 65535)
    assert readings == pytest.approx([0.5, 3.0], abs=0.05)


def test_a_board_can_die_with_its_parent(start):
    need("posix")
    code = (
        "from potluck.virtual import daemon; b = daemon.start(die_with_parent=True);"
        "print(b.pid, flush=True); input()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pid = int(parent.stdout.readline())
    assert [board.pid for board in registry.running()] == [pid]
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    until(lambda: not registry.running())
    until(lambda: gone(pid))


def test_a_board_outlives_the_command_that_started_it(start):
    code = "from potluck.virtual import daemon; daemon.start()"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    board = registry.find()
    assert evaluate(board.port, "1 + 1") == ["2"]


def test_the_token_is_in_no_log_and_no_command_line(start, tmp_path):
    need("linux")
    board = start()
    with open(f"/proc/{board.pid}/cmdline") as file:
        assert board.token not in file.read()
    board.control({"do": "ping"})
    log, deadline = registry.log_path(board.name), time.monotonic() + 10
    while not log.exists() and time.monotonic() < deadline:
        time.sleep(0.01)  # it opens its log only after it has announced itself
    assert board.token not in log.read_text()


class Dud:
    """A board that does not come up, or fails later."""

    failure = None

    def __init__(self, *_, **__):
        self.ended = threading.Event()
        self.stopped = 0

    def attach(self, port):
        pass

    def feed(self, data):
        pass

    def start(self):
        pass

    def wait(self, timeout_s=None):
        return self.ended.wait(timeout_s)

    def wait_ready(self, timeout_s):
        return self.up

    def stop(self):
        self.stopped += 1
        self.ended.set()


@pytest.mark.parametrize("up", [False, True])
def test_a_board_that_fails_gives_everything_back(monkeypatch, up):
    import potluck.virtual.board

    made = []

    class Failing(Dud):
        def __init__(self, *args, **kwargs):
            super().__init__()
            self.up = up
            made.append(self)

    def announce(board):
        assert registry.find(board.name) == board
        made[0].failure = RuntimeError("the engine broke")
        made[0].ended.set()

    monkeypatch.setattr(potluck.virtual.board, "VirtualBoard", Failing)
    with pytest.raises(BoardStartFailed, match="engine broke" if up else "did not come up"):
        daemon.run(daemon.Options(tcp=True), announce=announce)
    assert made[0].stopped == 1
    assert registry.running() == []
    assert registry.claim(None, "pico") == "pico-1"


def test_the_document_names_every_request(root):
    text = (root / "docs" / "virtual-board.md").read_text("utf-8")
    rows = text[text.index("| do |") :].splitlines()[2:]
    told = {name.strip() for row in rows if row.startswith("|") for name in row.split("|")[1].split(",")}
    assert told == {name[3:] for name in dir(daemon.Commands) if name.startswith("do_")}
