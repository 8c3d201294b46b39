# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`potluck board`, as a person and as a program meet it."""

import json
import signal
import subprocess
import sys

import pytest

from potluck.virtual import registry
from tests.needs import need


@pytest.fixture
def potluck():
    def run(*arguments, status=0):
        done = subprocess.run(
            [sys.executable, "-m", "potluck", *arguments], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        if "--json" in arguments:
            return [json.loads(line) for line in done.stdout.splitlines()]
        return done.stdout + done.stderr

    yield run
    for board in registry.running():
        board.stop()


def test_a_persons_walk(potluck):
    said = potluck("board", "start", "--name", "balcony")
    board = registry.find("balcony")
    assert f"mpremote connect {board.port}" in said
    assert "potluck deploy plant-waterer virtual:balcony" in said
    listed = potluck("board", "list")
    assert "balcony" in listed and board.port in listed and "pico" in listed
    assert "unplugged" in potluck("board", "unplug")
    assert "unplugged" in potluck("board", "list")
    assert board.port in potluck("board", "plug", "balcony")
    assert "stopped" in potluck("board", "stop")
    assert "potluck board start" in potluck("board", "list")


def test_a_programs_walk(potluck, tmp_path):
    (started,) = potluck(
        "board",
        "start",
        "--board",
        "esp32_devkitc",
        "--speed",
        "max",
        "--tcp",
        "--dir",
        str(tmp_path),
        "--json",
    )
    assert started["name"] == "esp32_devkitc-1" and started["speed"] == "max"
    assert started["port"].startswith("socket://") and started["dir"] == str(tmp_path)
    assert "token" not in started
    (listed,) = potluck("board", "list", "--json")
    assert listed["plugged"] is True and listed["board"] == "esp32_devkitc" and "world" in listed
    (unplugged,) = potluck("board", "unplug", "--json")
    assert unplugged["state"] == "unplugged"
    (stopped,) = potluck("board", "stop", "--all", "--json")
    assert stopped["name"] == "esp32_devkitc-1"
    assert potluck("board", "list", "--json") == []
    assert (tmp_path / "flash.img").stat().st_size == 512 * 4096


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("start", "--board", "uno"), "unknown-board"),
        (("start", "--name", "No Name"), "name-invalid"),
        (("poke", "soil.unplugged=1"), "board-not-running"),
        (("unplug", "nobody"), "board-not-running"),
        (("stop",), "board-not-running"),
    ],
)
def test_errors_have_ids(potluck, arguments, error):
    (told,) = potluck("board", *arguments, "--json", status=1)
    assert told["error"]["id"] == error
    assert f"[{error}]" in potluck("board", *arguments, status=1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("poke",),
        ("poke", "soil.unplugged"),
        ("poke", "=1"),
        ("poke", "soil.unplugged=wet"),
        ("poke", "soil.unplugged=nan"),
        ("start", "--speed", "0"),
        ("start", "--speed", "quick"),
        ("stop", "pico-1", "--all"),
    ],
)
def test_wrong_usage(potluck, arguments):
    assert "usage" in potluck("board", *arguments, status=2)


def test_stopping_everything_when_there_is_nothing(potluck):
    assert "no virtual board" in potluck("board", "stop", "--all")


def test_foreground_ends_with_ctrl_c():
    need("posix")
    board = subprocess.Popen(
        [sys.executable, "-m", "potluck", "board", "start", "--foreground", "--json"], stdout=subprocess.PIPE
    )
    started = json.loads(board.stdout.readline())
    assert registry.find().pid == board.pid == started["pid"]
    board.send_signal(signal.SIGINT)
    assert board.wait(20) == 0
    assert board.stdout.read() == b""
    board.stdout.close()
    assert registry.running() == []


def test_pokes_are_numbers():
    from potluck.cli.board import Poke

    assert Poke().convert("a.b=1.5", None, None) == ("a.b", 1.5)
    assert [Poke().convert(f"a.b={word}", None, None)[1] for word in ("on", "OFF", "yes", "false")] == [
        1,
        0,
        1,
        0,
    ]


def test_what_a_board_did_goes_into_files(potluck, tmp_path):
    potluck("board", "start", "--name", "balcony", "--rfc2217")
    assert registry.find("balcony").port.startswith("rfc2217://127.0.0.1:")
    assert "board.vcd" in potluck("board", "vcd", "balcony", str(tmp_path / "board.vcd"))
    assert "$timescale 1 us $end" in (tmp_path / "board.vcd").read_text()
    potluck("board", "snapshot", "balcony", str(tmp_path / "board.snap"))
    assert (tmp_path / "board.snap").read_bytes().startswith(b"potluck snapshot")


def test_a_board_goes_on_from_a_snapshot(potluck, tmp_path):
    kept, folder = tmp_path / "board.snap", tmp_path / "again"
    potluck("board", "start", "--name", "first", "--board", "esp32_devkitc", "--speed", "max")
    board = registry.find("first")
    program = "f = open('note', 'w'); f.write('kept'); f.close(); import machine; machine.RTC().memory(b'seven')"
    subprocess.run([sys.executable, "-m", "mpremote", "connect", board.port, "exec", program], check=True, timeout=60)
    potluck("board", "snapshot", "first", str(kept))
    potluck("board", "stop", "first")
    (again,) = potluck("board", "start", "--from", str(kept), "--dir", str(folder), "--speed", "max", "--json")
    assert again["board"] == "esp32_devkitc"
    program = "import machine; print(open('note').read(), machine.RTC().memory())"
    command = [sys.executable, "-m", "mpremote", "connect", again["port"], "exec", program]
    assert subprocess.run(command, capture_output=True, text=True, timeout=60).stdout == "kept b'seven'\n"
    potluck("board", "stop", again["name"])
    assert (folder / "flash.img").stat().st_size == 512 * 4096
    said = potluck("board", "start", "--from", str(kept), "--dir", str(folder), status=1)
    assert "flash-image-there" in said or "there is a board's flash already" in said
    kept.write_bytes(kept.read_bytes()[:-9])
    assert "damaged" in potluck("board", "start", "--from", str(kept), status=1)
    kept.write_bytes(b"hello")
    assert "no snapshot" in potluck("board", "start", "--from", str(kept), "--foreground", status=1)
    assert "leave out --board" in potluck("board", "start", "--from", str(kept), "--board", "pico", status=2)
    assert registry.running() == []


def test_reset_and_the_line(potluck):
    potluck("board", "start", "--board", "esp32_devkitc", "--name", "uart", "--tcp", "--baud", "921600")
    (reset,) = potluck("board", "reset", "--json")
    assert reset == {"name": "uart"}
    (status,) = potluck("board", "list", "--json")
    assert status["resets"] == ["power", "pin"] and status["lost"] == 0 and not status["bootloader"]
    assert "bootloader" in potluck("board", "reset", "--boot")
    assert "in its bootloader" in potluck("board", "list")
    potluck("board", "reset")
    assert "in its bootloader" not in potluck("board", "list")
    assert "115200, 921600 or max" in potluck("board", "start", "--baud", "fast", status=2)
