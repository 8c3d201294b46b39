# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""docs/traces.md shows what a virtual board really says."""

import pytest

from tests import traces


@pytest.mark.parametrize("name", traces.TRACES)
def test_the_page_shows_what_the_board_says(name):
    assert traces.TRACES[name]() == traces.on_page(name)


def test_boot_py_of_an_esp32_is_heard_and_its_reset_causes_differ():
    from potluck.virtual.session import Session

    with Session("esp32_devkitc", speed=float("inf")) as board:
        board.run("with open('boot.py', 'w') as f: f.write('print(\"boot.py\")')")
        board.send("\x02")
        board.prompt()
        board.board.power_cut()
        assert "boot.py\r\n" in board.prompt()
        assert board.run("import machine; print(machine.reset_cause())") == "1\r\n"
        board.send("\x02import machine\rmachine.reset()\r")
        board.read_until("boot.py\r\n")
        board.prompt()
        assert board.run("import machine; print(machine.reset_cause())") == "2\r\n"


def test_what_boot_py_of_a_pico_raises_is_not_seen_and_main_py_does_not_run_after_it():
    from potluck.virtual.session import Session

    with Session(speed=float("inf")) as board:
        board.run(
            "with open('boot.py', 'w') as f: f.write('print(1)\\n1/0')\n"
            "with open('main.py', 'w') as f: f.write('print(\"main\")')"
        )
        board.send("\x02")
        board.prompt()
        board.board.power_cut()
        said = board.prompt()
        assert said.startswith("MicroPython v")
        board.send("\x04")
        assert "ZeroDivisionError" in board.prompt()
