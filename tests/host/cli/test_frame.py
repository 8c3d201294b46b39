# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The frame of the command line: cheap help, one form of error, exit statuses."""

import json
import os
import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from potluck.cli import COMMANDS, group
from potluck.cli.frame import Frame, common
from potluck.errors import Interrupted, PortBusy, PortGone


def potluck(*args, **kwargs):
    return subprocess.run(
        [sys.executable, "-m", "potluck", *args], capture_output=True, text=True, timeout=60, **kwargs
    )


@pytest.fixture
def frame(monkeypatch):
    """A group whose one command raises what the test wants."""

    def make(raises):
        @click.command("work")
        @common
        def work(out):
            if raises:
                raise raises
            out.say("said")
            out.data({"done": True})

        frame = Frame(name="potluck", sections={"Work": {"work": ("work", "Work.")}})
        monkeypatch.setattr(frame, "get_command", lambda ctx, name: work if name == "work" else None)
        return frame

    return make


def run(frame, *args):
    return CliRunner().invoke(frame, list(args), prog_name="potluck")


@pytest.mark.parametrize("code_page", ["cp850", "cp437", "cp1252"])
def test_an_old_code_page_spells_out_what_it_lacks(tmp_path, code_page):
    """Windows writes to files and pipes in one; a sign that it lacks is no reason to end."""
    script = (
        "import sys\n"
        "from potluck import cli\n"
        "from potluck.cli.output import Output\n"
        "def group(prog_name):\n"
        "    Output().say('4.7 kΩ … → 90° é')\n"
        "    Output(json=True).data({'what': '→ é'})\n"
        "cli.group = group\n"
        "cli.main()\n"
    )
    environ = {**os.environ, "PYTHONIOENCODING": code_page}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environ, timeout=60)
    assert done.returncode == 0, done.stderr
    people, data = done.stdout.decode(code_page).splitlines()
    assert re.match("4.7 k(Ω|Ohm) (…|[.]{3}) -> 90", people) and json.loads(data) == {"what": "→ é"}


def test_help_names_every_command_and_imports_none():
    script = (
        "import sys\n"
        "from potluck.cli import group\n"
        "try: group(['--help'], prog_name='potluck')\n"
        "except SystemExit: pass\n"
        "print([m for m in sys.modules if m.startswith(('potluck.', 'serial', 'rich', 'wasmtime'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    *help_lines, loaded = done.stdout.splitlines()
    for name in COMMANDS:
        assert any(line.strip().startswith(name) for line in help_lines), name
    others = {name for name in eval(loaded) if not name.startswith("potluck.errors.")}
    assert others == {"potluck.cli", "potluck.cli.frame", "potluck.cli.output", "potluck.errors"}


def test_every_command_of_the_table_exists_and_takes_json():
    with click.Context(group) as ctx:
        for name in COMMANDS:
            command = group.get_command(ctx, name)
            leaves = command.commands.values() if isinstance(command, click.Group) else [command]
            for leaf in leaves:
                assert "--json" in [opt for param in leaf.params for opt in param.opts], f"{name} {leaf.name}"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="children's times are POSIX")
def test_help_is_cheap():
    # The bench has the true number (under 0.1 s); this bound only catches a heavy import that crept in.
    potluck("--help")
    before = os.times()
    potluck("--help")
    after = os.times()
    used_s = after.children_user + after.children_system - before.children_user - before.children_system
    assert used_s < 0.3


def test_potluck_error_is_three_lines_on_stderr(frame):
    done = run(frame(PortBusy("busy", where="/dev/ttyX", do="close the other program")), "work")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr == ("error [port-busy]: busy\n  where: /dev/ttyX\n  do:    close the other program\n")


def test_potluck_error_is_json_for_machines(frame):
    # PortGone is an OSError as well: click must not treat it as its own
    done = run(frame(PortGone("gone", where="/dev/ttyX")), "work", "--json")
    assert done.exit_code == 1
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "error": {"id": "port-gone", "what": "gone", "where": "/dev/ttyX", "do": ""}
    }


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), Interrupted("stopped")])
def test_ctrl_c_is_130(frame, raised):
    done = run(frame(raised), "work")
    assert done.exit_code == 130
    assert "error [interrupted]: stopped" in done.stderr


def test_mistakes_of_potluck_itself_are_one_line_and_70(frame):
    done = run(frame(ZeroDivisionError("by zero")), "work")
    assert done.exit_code == 70
    assert "Traceback" not in done.output
    assert "--debug" in done.stderr
    with_debug = run(frame(ZeroDivisionError("by zero")), "work", "--debug")
    assert isinstance(with_debug.exception, ZeroDivisionError)


def test_usage_errors_are_2(frame):
    assert run(frame(None), "work", "--nonsense").exit_code == 2
    unknown = run(frame(None), "wrok")
    assert unknown.exit_code == 2
    assert "did you mean 'work'?" in unknown.stderr


def test_people_and_machines_hear_their_own(frame):
    assert run(frame(None), "work").stdout == "said\n"
    assert run(frame(None), "work", "--json").stdout == '{"done": true}\n'


def test_bare_potluck_is_help_and_module_runs():
    done = potluck()
    assert done.returncode == 0
    assert "potluck try plant-waterer" in done.stdout


def test_a_reader_that_leaves_is_no_error():
    done = subprocess.run(
        f"{sys.executable} -m potluck --help | true; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
