# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Commands as a person or a program meets them: words, JSON lines, exit statuses; and bad ports."""

import json
import os
import threading

import pytest
from click.testing import CliRunner
from potluck.cli import group

from tests.needs import need


def run(*args):
    done = CliRunner().invoke(group, [str(arg) for arg in args], prog_name="potluck")
    assert "Traceback" not in done.output
    return done


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_recipes():
    people = run("recipes")
    assert people.exit_code == 0
    assert people.stdout.startswith("plant-waterer") and "potluck try plant-waterer" in people.stdout
    assert "for pico, esp32_devkitc, pico_w, " in people.stdout
    assert any(line["name"] == "plant-waterer" for line in lines(run("recipes", "--json")))


def test_check():
    done = run("check", "plant-waterer")
    assert done.exit_code == 0, done.output
    assert "plant-waterer on pico: " in done.stdout
    assert "plant-waterer on esp32_devkitc: " in done.stdout
    machine = lines(run("check", "plant-waterer", "--board", "pico", "--json"))
    assert [(line["board"], line["ok"]) for line in machine] == [("pico", True)]


def test_check_of_a_broken_wiring_is_1(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("remix", "plant-waterer", "balcony").exit_code == 0
    recipe = tmp_path / "balcony" / "recipe.toml"
    recipe.write_text(recipe.read_text().replace('tank   = "GP14"', 'tank   = "GP15"'))
    done = run("check", "balcony", "--board", "pico")
    assert done.exit_code == 1
    assert "error: " in done.stdout and "GP15" in done.stdout


def test_remix(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("remix", "plant-waterer", "balcony", "--set", "dry_below=30", "--json")
    assert done.exit_code == 0, done.output
    assert lines(done)[0]["folder"].endswith("balcony")
    text = (tmp_path / "balcony" / "recipe.toml").read_text()
    assert "default = 30" in text and "[[lineage]]" in text
    again = run("remix", "plant-waterer", "balcony")
    assert again.exit_code == 1 and "error [remix-exists]" in again.stderr
    assert run("remix", "plant-waterer", "other", "--set", "dry_below").exit_code == 2
    wrong = run("remix", "plant-waterer", "other", "--set", "dry_below=900", "--json")
    assert lines(wrong)[0]["error"]["id"] == "setting-out-of-range"


def test_devs_without_boards(monkeypatch):
    monkeypatch.setattr("potluck.link.find._usb", list)
    done = run("devs")
    assert done.exit_code == 0 and "cable" in done.stdout
    assert run("devs", "--json").stdout == ""


@pytest.mark.parametrize("change", ["dry_below", "=3", "dry_below=lots", "dry_below=nan", "1x=2"])
def test_set_needs_name_and_number(change):
    done = run("set", change)
    assert done.exit_code == 2 and "NAME=NUMBER" in done.stderr


@pytest.mark.parametrize("command", [("deploy", "plant-waterer"), ("watch",), ("do", "water")])
def test_bad_ports(command, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"untouched")
    for port, id in (
        (tmp_path / "none", "port-not-found"),
        (file, "port-not-found"),
        ("virtual:none", "board-not-running"),
    ):
        done = run(*command, port)
        assert done.exit_code == 1
        assert done.stderr.startswith(f"error [{id}]: "), done.stderr
    assert file.read_bytes() == b"untouched"


def test_unknown_recipe_and_board():
    assert "error [recipe-not-found]" in run("deploy", "no-such").stderr
    assert "error [recipe-not-found]" in run("try", "no-such").stderr
    assert "error [unknown-board]" in run("try", "plant-waterer", "--board", "uno").stderr


@pytest.fixture
def noisy():
    """A port that talks all the time and understands nothing."""
    need("pty")
    import pty
    import tty

    far, near = pty.openpty()
    tty.setraw(near)
    over = threading.Event()

    def talk():
        # what does not fit into the terminal's buffer is not waited for
        os.set_blocking(far, False)
        while not over.wait(0.01):
            for do in (
                lambda: os.write(far, b'\x1e{"n":\xff\x00 T=21.5 \x1b[31m\n'),
                lambda: os.read(far, 4096),
            ):
                try:
                    do()
                except BlockingIOError:
                    pass

    thread = threading.Thread(target=talk)
    thread.start()
    yield os.ttyname(near)
    over.set()
    thread.join()
    os.close(far)
    os.close(near)


def test_a_noisy_port_is_no_micropython_and_says_its_last_bytes(noisy, monkeypatch):
    from potluck.link.repl import Repl

    attempt = Repl._try_raw
    monkeypatch.setattr(Repl, "_try_raw", lambda self, patience_s, seen: attempt(self, patience_s / 10, seen))
    done = run("deploy", "plant-waterer", noisy, "--json")
    assert done.exit_code == 1
    error = lines(done)[0]["error"]
    assert error["id"] == "not-micropython" and "T=21.5" in error["what"]


def test_undo_and_slots_say_which_board_is_missing():
    for command in ("undo", "slots"):
        done = run(command, "virtual:nowhere")
        assert done.exit_code == 1 and "error [board-not-running]" in done.stderr
