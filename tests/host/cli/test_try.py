# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`potluck try`, `deploy`, `do`, `set` against a virtual board in its own process."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from potluck.virtual import registry

from tests.needs import need


def potluck(*args, timeout=90):
    return subprocess.run(
        [sys.executable, "-m", "potluck", *args], capture_output=True, text=True, timeout=timeout, check=False
    )


def test_try_ends_with_one_line_for_programs():
    done = potluck("try", "plant-waterer", "--for", "3s", "--json")
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert set(last) == {"recipe", "board", "samples", "lost", "damaged", "seconds"}
    assert (last["recipe"], last["board"], last["lost"], last["damaged"]) == ("plant-waterer", "pico", 0, 0)
    assert last["samples"] >= 2
    assert 2.9 < last["seconds"] < 10
    assert registry.running() == []


def test_try_says_in_words_what_happens():
    done = potluck(
        "try", "plant-waterer", "--for", "2s", "--board", "esp32_devkitc", "--speed", "120", "--plain"
    )
    assert done.returncode == 0, done.stderr
    assert "virtual esp32_devkitc" in done.stdout
    assert "120 times as fast" in done.stdout
    assert "moisture" in done.stdout
    assert "0 lost, 0 damaged" in done.stdout
    assert registry.running() == []


@pytest.mark.parametrize("moment", ["starting", "listening"])
def test_ctrl_c_ends_it_and_no_board_stays(moment):
    need("posix")
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "potluck", "try", "plant-waterer"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as running:  # fmt: skip
        for line in running.stdout:
            if line.startswith(moment):
                break
        time.sleep(0.3 if moment == "listening" else 0)  # a start may be over in less
        os.kill(running.pid, signal.SIGINT)
        rest = running.stdout.read()
        status = running.wait(20)
    assert "Traceback" not in rest
    assert status == (130 if moment == "starting" else 0), rest
    if moment == "listening":
        assert "received, 0 lost" in rest
    end = time.monotonic() + 10
    while registry.running() and time.monotonic() < end:
        time.sleep(0.1)
    assert registry.running() == []


@pytest.fixture
def board():
    from potluck.virtual import daemon

    started = daemon.start("bench", "pico", speed=20.0, die_with_parent=True)
    yield started
    started.stop()


def test_deploy_do_and_set(board):
    first = potluck("deploy", "plant-waterer", "virtual:bench")
    assert first.returncode == 0, first.stderr
    assert "plant-waterer 1.0.0 runs on pico" in first.stdout
    assert "potluck watch virtual:bench" in first.stdout
    # the only board there is need not be named
    again = json.loads(potluck("deploy", "plant-waterer", "--json").stdout.splitlines()[-1])
    assert (again["port"], again["board"], again["slot"], again["kept_main"]) == (
        "virtual:bench",
        "pico",
        "a",  # nothing had changed
        None,
    )
    assert "dry_below is 30 now" in potluck("set", "dry_below=30", "--port", "bench").stdout
    refused = potluck("set", "dry_below=300")
    assert refused.returncode == 1 and "error [command-refused]: dry_below: 300" in refused.stderr
    assert "water: started" in potluck("do", "water").stdout
    unknown = json.loads(potluck("do", "dance", "--json").stdout)
    assert unknown["error"]["id"] == "command-refused" and "water" in unknown["error"]["what"]
    assert board.control({"do": "status"})["world"], "the deploy brought the recipe's world along"


def test_a_recipe_that_fails_leaves_no_board(tmp_path):
    assert potluck("try", "plant-waterer", "--for", "0s").returncode == 2
    made = subprocess.run(
        [sys.executable, "-m", "potluck", "remix", "plant-waterer", "broken"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    main = tmp_path / "broken" / "main.py"
    main.write_text(main.read_text().replace("moisture = await measure()", "moisture = 1 // 0", 1))
    done = potluck("try", str(tmp_path / "broken"), "--for", "5s")
    assert done.returncode == 1
    assert "error [firmware-error]" in done.stderr and "ZeroDivisionError" in done.stderr
    assert registry.running() == []
