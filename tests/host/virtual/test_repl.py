# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The prompt as a person and a tool see it: friendly, raw, raw paste, paste mode, resets, Ctrl-C."""

import time

import pytest

from potluck.virtual.session import ProgramFailed, Session


@pytest.fixture
def board():
    with Session() as session:
        session.prompt()
        yield session


def ask(board, line):
    board.send(line + "\r")
    return board.prompt().removeprefix(line + "\r\n").removesuffix(">>> ")


def test_banner_names_the_board_and_the_engine_version():
    with Session("esp32_devkitc") as session:
        said = session.prompt()
    assert "\r\nMicroPython v1.27.0" in said  # after what the chip says before it
    assert "; Generic ESP32 module with ESP32\r\n" in said


def test_expressions_blocks_and_errors(board):
    assert ask(board, "6 * 7") == "42\r\n"
    board.send("def f(x):\r")
    assert board.read_until("...     ").endswith("...     ")
    board.send("return x + 1\r\x7f\r")  # takes the indent away that the prompt has put there
    board.prompt()
    assert ask(board, "f(2)") == "3\r\n"
    assert ask(board, "nix") == (
        'Traceback (most recent call last):\r\n  File "<stdin>", line 1, in <module>\r\n'
        "NameError: name 'nix' isn't defined\r\n"
    )


def test_cursor_keys_edit_and_recall(board):
    board.send("prin(1)" + "\x1b[D" * 3 + "t\r")
    assert board.prompt().endswith("\r\n1\r\n>>> ")
    board.send("\x1b[A\r")
    assert board.prompt().endswith("\r\n1\r\n>>> ")


def test_tab_completes_names_of_the_program_attributes_and_modules(board):
    board.send("import mach\t\r")
    assert board.prompt() == "import machine\r\n>>> "
    board.send("long_name = mac\t.Pin.PULL_D\t\r")
    assert board.prompt().startswith("long_name = machine.Pin.PULL_DOWN\r\n")
    board.send("lon\t + 0\r")
    assert board.prompt() == "long_name + 0\r\n2\r\n>>> "
    board.send("machine.Pin.IRQ_\t")
    assert board.prompt() == "machine.Pin.IRQ_\r\nIRQ_FALLING     IRQ_RISING\r\n>>> "
    board.send("F\t\r")
    assert board.prompt() == "machine.Pin.IRQ_FALLING\r\n4\r\n>>> "
    board.send("nobody.knows\t\x03")
    assert board.prompt() == "nobody.knows\r\n>>> "
    assert ask(board, "'_vb_repl' in __import__('sys').modules") == "False\r\n"


def test_completion_looks_things_up_and_calls_no_more_than_a_board(board):
    board.run("class Odd:\n    def __getattr__(self, name):\n        raise ValueError(name)\nodd = Odd()")
    board.send("\x02")
    board.prompt()
    board.send("odd.a.\t\x03")
    assert board.prompt().endswith("odd.a.\r\n>>> ")
    assert ask(board, "1 + 1") == "2\r\n"


def test_paste_mode(board):
    board.send("\x05")
    board.read_until("=== ")
    board.send("for i in range(2):\r    print(i)\r\x04")
    assert board.prompt().endswith("0\r\n1\r\n>>> ")


@pytest.mark.parametrize(
    "busy",
    [
        "while True: pass",
        "import time; time.sleep(1000)",
        "import sys; sys.stdin.read(1)",
        "input()",
        "import select, sys; p = select.poll(); p.register(sys.stdin, 1); p.poll()",
        "\ntry:\n    while True: pass\nfinally:\n    while True: pass",
    ],
)
def test_ctrl_c_ends_whatever_runs(board, busy):
    board.begin(busy)
    time.sleep(0.05)
    for _ in range(2 if "finally" in busy else 1):
        board.send(b"\x03")
        time.sleep(0.05)
    with pytest.raises(ProgramFailed, match="KeyboardInterrupt"):
        board.finish()
    assert board.run("print(1)") == "1\r\n"


def test_ctrl_c_between_programs_never_kills_the_board(board):
    for i in range(60):
        board.send(b"\r\x03" * (i % 4 + 1))
        assert board.run(f"print({i})") == f"{i}\r\n"
    assert list(board.board.resets) == ["power"]


def test_kbd_intr_off_hands_ctrl_c_to_the_program(board):
    board.begin("import micropython, sys\nmicropython.kbd_intr(-1)\nprint('ready')\nprint(sys.stdin.buffer.read(3))")
    board.read_until("ready\r\n")
    board.send(b"a\x03b")
    assert board.finish() == "b'a\\x03b'\r\n"
    board.begin("while True: pass")  # the next program can be interrupted again
    time.sleep(0.02)
    board.send(b"\x03")
    with pytest.raises(ProgramFailed, match="KeyboardInterrupt"):
        board.finish()


def test_raw_paste_gives_windows_and_takes_any_size(board):
    source = b"x = '" + b"a" * 5000 + b"'\nprint(len(x))"
    board.send(b"\x03\x01")
    board.read_until("exit\r\n>")
    board.send(b"\x05A\x01")
    board.read_until(b"R\x01\x80\x00\x01")
    room = 128
    sent = 0
    while sent < len(source):
        if not room:
            board.read_until(b"\x01")
            room += 128
        piece = source[sent : sent + room]
        board.send(piece)
        sent, room = sent + len(piece), room - len(piece)
    board.send(b"\x04")
    assert board.read_until(b">").endswith("\x045000\r\n\x04\x04>")


def test_unknown_raw_extension_is_refused(board):
    board.send(b"\x01")
    board.read_until("exit\r\n>")
    board.send(b"\x05Z\x01")
    board.read_until(b"R\x00")


def test_soft_reset_in_raw_mode_skips_main(board):
    board.run("open('main.py','w').write('print(\"main ran\")'); open('boot.py','w').write('print(\"boot ran\")')")
    board.send(b"\x04")
    said = board.read_until("exit\r\n>")
    assert "MPY: soft reboot\r\n" in said and "boot ran" in said and "main ran" not in said
    board.send(b"\x02")
    board.prompt()
    board.send(b"\x04")
    said = board.prompt()
    assert said.index("soft reboot") < said.index("boot ran") < said.index("main ran")


def test_system_exit_from_main_reboots_for_ever(board):
    """What official firmware does: the launcher exists because of it (facts: boot)."""
    board.run("open('main.py','w').write('import sys\\nsys.exit()')")
    board.send(b"\x02\x04")
    for _ in range(3):
        board.read_until("MPY: soft reboot\r\n")


def test_syntax_error_and_error_inside_a_function_point_into_the_program(board):
    with pytest.raises(ProgramFailed, match='File "<stdin>", line 2\nSyntaxError: invalid syntax'):
        board.run("x = 1\nif")
    with pytest.raises(ProgramFailed) as failed:
        board.run("def f():\n  return 1/0\nf()")
    assert str(failed.value).splitlines()[1:3] == [
        '  File "<stdin>", line 3, in <module>',
        '  File "<stdin>", line 2, in f',
    ]


def test_the_boards_own_frames_stay_out_of_tracebacks(board):
    with pytest.raises(ProgramFailed) as failed:
        board.run("import machine\nmachine.Pin(99)")
    assert str(failed.value) == (
        'Traceback (most recent call last):\n  File "<stdin>", line 2, in <module>\nValueError: invalid pin\n'
    )
    assert "_vb" not in board.run(
        "import sys, io, machine\ntry: machine.Pin(99)\nexcept ValueError as e:\n"
        " s = io.StringIO(); sys.print_exception(e, s); print(s.getvalue())"
    )


def test_a_storm_of_ctrl_c_never_kills_the_board(board):
    """The second one may come while the first one's traceback is printed, or between two programs."""
    for _ in range(40):
        board.begin("while True: pass")
        board.send(b"\x03" * 3)
        time.sleep(0.01)
        board.send(b"\x03\x03")
        with pytest.raises(ProgramFailed, match="KeyboardInterrupt"):
            board.finish()
    assert board.run("print(1)") == "1\r\n"


def test_a_program_that_was_handed_over_and_never_fetched_is_gone_with_its_life(board):
    board.board._calls.hold(b"print('from another life')")
    board.send("\x04")
    assert "from another life" not in board.prompt()
    assert board.run("print(1)") == "1\r\n"
