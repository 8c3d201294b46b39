# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Working at a board's prompt: what ran is stopped and runs again, programs are heard and ended."""

import threading
import time

import pytest
from potluck import at_prompt as module
from potluck.at_prompt import at_prompt
from potluck.errors import BoardSilent, FirmwareError
from potluck.link import program
from potluck.run import run_code
from potluck.virtual.session import Session

COUNTS = b"import time\nprint('main runs')\nwhile True:\n    time.sleep_ms(20)\n"
SWALLOWS = b"""
import time
for k in range(2):
    try:
        while True: time.sleep_ms(20)
    except BaseException: pass
print('main runs')
while True: time.sleep_ms(20)
"""


@pytest.fixture
def board():
    with Session("pico", speed=50.0) as session:
        yield session


def put_main(board, content=COUNTS):
    board.board.flash.write_bytes("/main.py", content)
    board.board.hard_reset()
    board.read_until("main runs")


def test_a_board_at_its_prompt_is_left_there_with_its_names(board):
    said = []
    board.prompt()
    with at_prompt(link=board.link, told=said.append) as there:
        assert not there.running
        there.repl.exec("a = 5")
    with at_prompt(link=board.link, told=said.append) as there:
        assert there.repl.eval("a") == 5
    assert said == []


def test_what_runs_is_stopped_and_started_again(board):
    put_main(board)
    said = []
    with at_prompt(link=board.link, told=said.append) as there:
        assert there.running and there.repl.eval("6 * 7") == 42
        assert said == ["stopped"]
    assert said == ["stopped", "started"]
    board.read_until("main runs")


def test_no_restart_leaves_it_stopped_also_for_the_next(board):
    put_main(board)
    said = []
    with at_prompt(link=board.link, restart=False, told=said.append):
        pass
    with at_prompt(link=board.link, told=said.append) as there:
        assert not there.running
    assert said == ["stopped"]


def test_a_program_that_swallows_ctrl_c(board):
    board.board.flash.write_bytes("/main.py", SWALLOWS)
    board.board.hard_reset()
    time.sleep(0.1)
    with at_prompt(link=board.link) as there:
        assert there.running and there.repl.eval("1 + 1") == 2


@pytest.mark.parametrize("kind", ["pico", "esp32_devkitc"])
def test_a_watchdog_bites_nobody_who_works_at_the_prompt(kind):
    armed = b"import machine\nw = machine.WDT(timeout=8000)\n" + COUNTS.replace(b"    time", b"    w.feed()\n    time")
    with Session(kind, speed=10.0) as board:
        put_main(board, armed)
        with at_prompt(link=board.link) as there:
            there.repl.exec("import time\ntime.sleep(16)")
            resets = list(board.board.resets)
            assert there.repl.eval("'alive'") == "alive"
            assert list(board.board.resets) == resets and "watchdog" not in resets
        board.read_until("main runs")


def test_an_esp32_without_watchdog_is_given_none():
    with Session("esp32_devkitc", speed=50.0) as board:
        put_main(board)
        with at_prompt(link=board.link) as there:
            there.repl.exec("import machine\nmade = []\nclass W:\n    def __init__(self, **k): made.append(k)\nmachine.WDT = W")
            there.repl.exec(module.QUIET_WATCHDOG)
            assert there.repl.eval("made") == []


def test_output_comes_as_it_is_printed(board):
    heard, first = [], threading.Event()

    def hear(data):
        heard.append(data)
        first.set()

    thread = threading.Thread(target=run_code, args=(None, "print(1)\ninput()\nprint(2)", hear), kwargs={"link": board.link})
    thread.start()
    assert first.wait(10)
    board.send("go on\r")
    thread.join(10)
    assert b"".join(heard).startswith(b"1\r\n") and b"".join(heard).endswith(b"2\r\n")


def test_a_traceback_is_handed_out_whole(board):
    heard = []
    with pytest.raises(FirmwareError, match="ZeroDivisionError") as wrong:
        run_code(None, "print('before')\ndef f():\n    1 / 0\nf()", heard.append, link=board.link)
    assert b"".join(heard) == b"before\r\n"
    assert wrong.value.trace.splitlines()[1:3] == ['  File "<stdin>", line 4, in <module>', '  File "<stdin>", line 3, in f']


def test_names_are_fresh_unless_they_are_to_be_resumed(board):
    heard = []
    run_code(None, "x = 7", heard.append, link=board.link)
    run_code(None, "print(x)", heard.append, link=board.link, resume=True)
    run_code(None, "print('x' in globals())", heard.append, link=board.link)
    assert b"".join(heard) == b"7\r\nFalse\r\n"


def test_much_output_and_a_long_program(board):
    heard = []
    code = "for i in range(2000): print(i, 'x' * 40)\n" + "# padding\n" * 500
    run_code(None, code, heard.append, link=board.link)
    assert b"".join(heard).decode().splitlines() == [f"{i} {'x' * 40}" for i in range(2000)]


def test_ctrl_c_here_stops_the_program_there(board):
    put_main(board)

    def hear(data):
        if b"looping" in data:
            raise KeyboardInterrupt

    said = []
    with pytest.raises(KeyboardInterrupt):
        run_code(None, "print('looping')\nwhile True: pass", hear, link=board.link, told=said.append)
    assert said == ["stopped", "started"]
    board.read_until("main runs")


def test_no_follow_leaves_the_board_to_the_program(board):
    run_code(None, "import time\nfor i in range(3): time.sleep(1)\nprint('late')", None, link=board.link, follow=False)
    board.read_until("late")


def test_silence_has_an_end_where_one_is_set(board):
    with at_prompt(link=board.link) as there:
        with pytest.raises(BoardSilent):
            program.follow(there.repl, "while True: pass", lambda data: None, silence_s=0.25)
        program.again(there.repl)
        assert there.repl.eval("2 + 2") == 4
