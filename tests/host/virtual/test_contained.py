# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Programs that misbehave: they fail as on a board, and nothing beyond the board notices."""

import math
import time

import pytest

from potluck.virtual.session import ProgramFailed, Session

FAST = math.inf


@pytest.fixture
def board():
    with Session() as session:
        yield session


# -- Ctrl-C --------------------------------------------------------------------------------------


def test_ctrl_c_reaches_a_finally_that_spins(board):
    board.begin("try:\n while True: pass\nfinally:\n print('in')\n while True: pass\n")
    time.sleep(0.05)
    board.send(b"\x03")
    board.read_until("in\r\n")
    time.sleep(0.05)
    board.send(b"\x03")
    with pytest.raises(ProgramFailed, match="KeyboardInterrupt"):
        board.finish()
    assert board.run("print('alive')") == "alive\r\n"


def test_a_program_that_swallows_ctrl_c_hears_the_next_one(board):
    board.begin(
        "n = 0\n"
        "while n < 3:\n"
        " try:\n"
        "  print('at', n)\n"
        "  while True: pass\n"
        " except KeyboardInterrupt: n += 1\n"
        "print('enough')"
    )
    for n in range(3):
        board.read_until(f"at {n}\r\n")
        time.sleep(0.02)
        board.send(b"\x03")
    assert board.finish() == "enough\r\n"
    assert board.board.state()["resets"] == ["power"]


@pytest.mark.parametrize(
    "busy",
    ["bytes(range(256)) * 200 in x", "all(forever())", "sorted(x[:9000])", "re.match('(a*)*b', 'a' * 40)"],
)  # fmt: skip
def test_ctrl_c_ends_c_code_that_ends_or_comes_back_to_python(board, busy):
    board.begin(
        "import re\ndef forever():\n while True: yield 1\nx = b'ab' * 20000\nprint('start')\n"
        f"while True:\n try: {busy}\n except RuntimeError: pass"
    )
    board.read_until("start\r\n")
    time.sleep(0.1)
    board.send(b"\x03")
    with pytest.raises(ProgramFailed, match="KeyboardInterrupt"):
        board.finish(15)
    assert board.run("print('alive')") == "alive\r\n"
    assert board.board.state()["resets"] == ["power"]


@pytest.mark.parametrize("deaf", ["sum(range(10**9))", "max(range(10**9))"])
def test_a_hang_inside_c_code_resets_the_board_and_says_so(board, deaf):
    board.begin(f"print('start')\n{deaf}")
    board.read_until("start\r\n")
    before = time.monotonic()
    board.send(b"\x03")
    said = board.read_until("the board was reset\r\n", timeout_s=15)
    assert 1.9 < time.monotonic() - before < 8
    assert "Ctrl-C was not heard for 2 seconds" in said
    board.prompt()
    assert board.run("print('alive')") == "alive\r\n"
    assert board.board.state()["resets"] == ["power", "fault"]


def test_the_reset_of_a_deaf_program_keeps_the_files(board):
    board.run("with open('kept', 'w') as f: f.write('yes')")
    board.begin("print('start')\nsum(range(10**9))")
    board.read_until("start\r\n")
    board.send(b"\x03")
    board.read_until("the board was reset\r\n", timeout_s=15)
    board.prompt()
    assert board.run("print(open('kept').read())") == "yes\r\n"


# -- memory, files, output, time -----------------------------------------------------------------


@pytest.mark.parametrize(
    "greedy",
    [
        "a = []\nwhile True: a.append(bytearray(1000))",
        "a = 'x'\nwhile True: a += a",
        "def f(): return f() + 1\nf()",
        "1 << (1 << 28)",
        "bytes(1 << 29)",
        "a = []\na.append(a)\nrepr(a)",
        "d = {}\ni = 0\nwhile True:\n d[i] = str(i)\n i += 1",
    ],
)
def test_a_program_without_end_runs_out_of_memory_and_the_board_lives(greedy):
    with Session(speed=FAST) as board:
        with pytest.raises(ProgramFailed, match="MemoryError|RuntimeError|OverflowError"):
            board.run(greedy)
        forget = "import gc\nfor n in list(globals()):\n if len(n) == 1: del globals()[n]\n"
        assert board.run(forget + "gc.collect()\nprint(gc.mem_free() > 180000)") == "True\r\n"


def test_a_thousand_open_files_end_in_an_error_and_leave_the_flash_whole():
    with Session(speed=FAST) as board:
        said = board.run(
            "import os\nfiles = []\n"
            "try:\n"
            " for i in range(1000): files.append(open('f%d' % i, 'w'))\n"
            "except (OSError, MemoryError) as error: print(type(error).__name__)\n"
            "for f in files: f.close()\n"
            "print(len(files) == len(os.listdir()) or len(files) + 1 == len(os.listdir()))\n"
        )
        assert said.splitlines()[-1] == "True"
        board.run("import os\nfor n in os.listdir(): os.remove(n)")
        assert board.run("print(os.listdir())") == "[]\r\n"


def test_files_that_nobody_closes_are_closed_by_the_collector():
    with Session(speed=FAST) as board:
        assert board.run("for i in range(3000): open('same', 'w')\nprint('done')") == "done\r\n"


def test_a_flood_of_output_does_not_grow_the_host():
    import tracemalloc

    with Session(speed=FAST) as board:
        board.board.attach(_Nowhere())
        tracemalloc.start()
        board.board.feed(b"\r\x03\x01while True: print('flood' * 100)\x04")
        time.sleep(0.3)
        first = tracemalloc.get_traced_memory()[0]
        time.sleep(0.7)
        assert tracemalloc.get_traced_memory()[0] < first + 500_000
        tracemalloc.stop()
        board.board.attach(board.port)
        board.send(b"\x03")
        assert board.run("print('alive')").endswith("alive\r\n")


class _Nowhere:
    def write(self, data):
        return len(data)


def test_a_sleep_of_a_year_is_jumped_over_or_ended_by_ctrl_c(board):
    with Session(speed=FAST) as fast:
        said = fast.run(
            "import time\na = time.time()\nfor _ in range(53): time.sleep(7 * 86400)\nprint(time.time() - a > 365 * 86400)"
        )
        assert said == "True\r\n"
    board.begin("import time\nprint('sleep')\ntime.sleep(365 * 86400)")
    board.read_until("sleep\r\n")
    board.send(b"\x03")
    with pytest.raises(ProgramFailed, match="KeyboardInterrupt"):
        board.finish()


def test_a_wild_address_stops_the_interpreter_and_the_board_starts_again(board):
    board.begin("import uctypes\nprint('here')\nuctypes.bytes_at(0x3fff0000, 100)")
    said = board.prompt()
    assert "the interpreter stopped: out of bounds memory access\r\n" in said
    assert board.board.state()["resets"] == ["power", "fault"]
    assert board.run("print('alive')") == "alive\r\n"
