# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`potluck watch` and `potluck log` as a person or a program runs them, on a board behind a TCP port."""

import json
import os
import re
import select
import socket
import subprocess
import sys
import threading

import pytest
from click.testing import CliRunner
from potluck import log
from potluck.cli import group
from potluck.cli.params import Duration
from potluck.sink import default_log
from potluck.sink.base import Summary

from tests.host.sink.test_sqlite import begun
from tests.host.telemetry.frames import frame, hello, sample
from tests.needs import need


def talk(host: socket.socket) -> None:
    """A board: a sample every 10 ms, an answer to each command, noise before its hello."""
    n, asked = 0, b""
    while True:
        host.sendall(sample(n, 41.5, 1, n))
        n += 1
        if not select.select([host], [], [], 0.01)[0]:
            continue
        heard = host.recv(4096)
        if not heard:
            return
        *lines, asked = (asked + heard).split(b"\n")
        for line in lines:
            said = json.loads(line[1:])
            if said["do"] == "hello":
                host.sendall(b"\xfe\x1e{noise\n" + hello(n))
                n += 1
            host.sendall(frame(n, n * 1000, re=said["id"], ok=True))
            n += 1


@pytest.fixture
def board():
    """The name of a TCP port behind which a board talks to one host after another."""
    need("loopback")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                host, _ = listener.accept()
            except OSError:
                return
            with host:
                try:
                    talk(host)
                except OSError:
                    pass  # the host has left

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"socket://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def potluck(*args, **options):
    return CliRunner().invoke(group, list(map(str, args)), prog_name="potluck", **options)


def test_watch_plain(board):
    done = potluck("watch", board, "--for", "0.5s")
    lines = done.output.splitlines()
    assert done.exit_code == 0, done.output
    assert lines[0] == f"listening to {board}"
    assert "plant-waterer 1.0.0" in "\n".join(lines[1:4])
    assert re.search(r"^00:00:0\d\.000  moisture 41\.5 %  tank water  watered \d mL$", done.output, re.M)
    (session,) = log.sessions()
    assert lines[-1] == f"{session.received} received, 0 lost, 1 damaged"
    assert session.received == sum("moisture" in line for line in lines)
    assert "\x1b" not in done.output


def test_watch_json_ends_with_the_summary(board, tmp_path):
    done = potluck(
        "watch", board, "--for", "300ms", "--json", "--log", tmp_path / "a.csv", "--log", tmp_path / "b.jsonl"
    )
    lines = [json.loads(line) for line in done.output.splitlines()]
    assert lines[-1]["kind"] == "summary" and lines[-1]["damaged"] == 1
    assert lines[-1]["received"] == sum(line["kind"] == "sample" for line in lines) > 0
    assert len((tmp_path / "a.csv").read_text().splitlines()) == lines[-1]["received"] + 1
    assert (tmp_path / "b.jsonl").read_text() == done.output
    assert not default_log().exists()


def test_watch_of_a_silent_port_is_an_error():
    need("loopback")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = potluck("watch", f"socket://127.0.0.1:{listener.getsockname()[1]}", "--for", "200ms")
    assert done.exit_code == 1
    assert "board-silent" in done.output
    assert "0 received, 0 lost, 0 damaged" in done.output


@pytest.mark.parametrize("json_", [[], ["--json"]])
def test_watch_with_a_log_that_cannot_be_used(board, json_):
    path = default_log()
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database" * 100)
    done = potluck("watch", board, "--for", "1s", *json_)
    assert done.exit_code == 1
    assert "log-corrupt" in done.output and "potluck log set-aside" in done.output
    assert "Traceback" not in done.output
    assert potluck("log", "set-aside").exit_code == 0
    assert potluck("watch", board, "--for", "200ms", *json_).exit_code == 0


def test_ctrl_c_leaves_a_whole_session_and_a_summary(board, tmp_path):
    need("posix")
    import signal

    env = {**os.environ, "PYTHONPATH": "host", "PYTHONUNBUFFERED": "1"}
    child = subprocess.Popen(
        [sys.executable, "-m", "potluck", "watch", board], stdout=subprocess.PIPE, text=True, env=env
    )
    head = [child.stdout.readline() for _ in range(8)]
    child.send_signal(signal.SIGINT)
    rest = child.stdout.read()
    assert child.wait() == 0
    child.stdout.close()
    last = rest.splitlines()[-1]
    (session,) = log.sessions()
    assert last == f"{session.received} received, 0 lost, 1 damaged" and session.ended_at
    assert session.received == sum("moisture" in line for line in [*head, *rest.splitlines()])


def test_a_reader_that_leaves_is_no_error(board):
    need("posix")
    env = {**os.environ, "PYTHONPATH": "host"}
    child = subprocess.Popen(
        [sys.executable, "-m", "potluck", "watch", board, "--for", "20s"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
    )
    child.stdout.readline()
    child.stdout.close()
    assert child.stderr.read() == ""
    child.stderr.close()
    assert child.wait() == 0
    assert log.sessions()[0].ended_at


def test_log_list_show_and_path():
    assert "nothing is logged yet" in potluck("log", "list").output
    begun(default_log()).close(Summary(received=3, lost=1, seconds=12))
    listed = potluck("log", "list").output.splitlines()
    assert listed[0].split() == [
        "session",
        "started",
        "seconds",
        "recipe",
        "board",
        "samples",
        "lost",
        "damaged",
    ]
    assert listed[1].split()[-3:] == ["3", "1", "0"] and "plant-waterer 1.0.0" in listed[1]
    data = json.loads(potluck("log", "list", "--json").output)
    assert data["sessions"][0]["hash"] == "a1b2c3d4e5f6" and data["log"] == str(default_log())
    shown = potluck("log", "show").output.splitlines()
    assert shown[-1] == "3 received, 1 lost, 0 damaged"
    assert shown[2] == "00:00:01.000  moisture 41.5 %  tank water"
    table = potluck("log", "show", "1", "--csv").output.splitlines()
    assert table[0] == "host_time,boot,n,device_s,moisture (%),tank" and len(table) == 4
    lines = potluck("log", "show", "--json").output.splitlines()
    assert json.loads(lines[-1])["kind"] == "summary"
    assert potluck("log", "path").output.strip() == str(default_log())
    assert json.loads(potluck("log", "path", "--json").output) == {"log": str(default_log()), "exists": True}


@pytest.mark.parametrize("args", [["show", "7"], ["show", "--log", "/nowhere/log.sqlite"], ["set-aside"]])
def test_log_errors(args):
    done = potluck("log", *args)
    assert done.exit_code == 1 and "error [" in done.output and "do:" in done.output


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("20s", 20), ("5m", 300), ("1.5h", 5400), ("500ms", 0.5), ("7", 7), ("2d", 172_800), ("3min", 180)],
)
def test_durations(text, seconds):
    assert Duration().convert(text, None, None) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "s", "-1s", "0", "5x", "nan", "inf", "1 s s", "1e99"])
def test_what_is_no_duration(text):
    done = potluck("watch", "a0", "--for", text)
    assert done.exit_code == 2 and "is no duration" in done.output
