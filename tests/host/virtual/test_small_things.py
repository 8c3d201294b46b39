# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Small things in which a virtual board could be told from a real one, found by MicroPython's own tests."""

import math

import pytest

from potluck.virtual.session import ProgramFailed, Session


@pytest.fixture(scope="module")
def board():
    with Session(speed=math.inf) as session:
        yield session


def test_the_current_folder_is_a_whole_path(board):
    said = board.run(
        "import os\n"
        "os.mkdir('a'); os.mkdir('a/b'); os.chdir('a'); os.chdir('b'); print(os.getcwd())\n"
        "os.chdir('..'); print(os.getcwd()); os.chdir('/a/./b/../b'); print(os.getcwd()); os.chdir('/')\n"
        "open('file', 'w').close()\n"
        "for wrong in ('none', 'file'):\n"
        " try: os.chdir(wrong)\n"
        " except OSError as error: print(error.errno)\n"
    )
    assert said.split() == ["/a/b", "/a", "/a/b", "2", "2"]


def test_the_file_system_is_called_as_on_a_board(board):
    assert board.run("import vfs; print(vfs.mount(), hasattr(vfs, 'VfsPosix'))") == "[(<VfsLfs2>, '/')] False\r\n"
    assert board.run("import os; print([n for n in ('VfsPosix', 'getenv', 'putenv') if hasattr(os, n)])") == "[]\r\n"
    with pytest.raises(ProgramFailed, match=r"\[Errno 1\] EPERM"):
        board.run("os.rmdir('/')")


def test_a_file_system_of_the_programs_own_answers_for_its_paths(board):
    said = board.run(
        "class Own:\n"
        " def mount(self, readonly, mkfs): pass\n"
        " def umount(self): pass\n"
        " def statvfs(self, path): return (1, 2, 3)\n"
        " def stat(self, path): return (0x8000, 0, 0, 0, 0, 0, 7, 0, 0, 0)\n"
        " def ilistdir(self, path): return iter([('x', 0x8000, 5)])\n"
        "import os\n"
        "os.mount(Own(), '/own')\n"
        "print(os.statvfs('/own'), list(os.ilistdir('/own')), ('own', 0x4000, 0) in list(os.ilistdir('/')))\n"
        "os.umount('/own')"
    )
    assert said == "(1, 2, 3) [('x', 32768, 5)] True\r\n"


def test_sys_and_micropython_are_built_in_and_have_what_a_board_has(board):
    assert board.run("import micropython, sys; print(micropython, sys)") == "<module 'micropython'> <module 'sys'>\r\n"
    assert board.run("print(hasattr(sys, 'atexit'), hasattr(micropython, 'mem_peak'))") == "False False\r\n"
    assert board.run("micropython.kbd_intr(3); micropython.alloc_emergency_exception_buf(100)") == ""
    with pytest.raises(ProgramFailed, match=r"\[Errno 22\] EINVAL"):
        board.run("try: 1/0\nexcept Exception as e: sys.print_exception(e, 1)")


def test_memory_at_an_odd_address(board):
    assert board.run("import machine; print(machine.mem8, machine.mem32)") == "<8-bit memory> <32-bit memory>\r\n"
    with pytest.raises(ProgramFailed, match="address 4005800d is not aligned to 4 bytes"):
        board.run("machine.mem32[0x4005800d]")


def test_a_hard_timer_gets_no_memory_and_a_soft_one_does(board):
    said = board.run(
        "import machine, time\n"
        "def take(t):\n"
        " try: bytearray(1); print('memory')\n"
        " except MemoryError: print('none')\n"
        "for hard in (True, False):\n"
        " machine.Timer(period=5, mode=machine.Timer.ONE_SHOT, hard=hard, callback=take); time.sleep_ms(10)"
    )
    assert said.split() == ["none", "memory"]


def test_interrupts_do_not_lengthen_a_sleep(board):
    said = board.run(
        "import machine, time\nn = 0\ndef tick(t):\n global n\n n += 1\n"
        "t = machine.Timer(freq=300, callback=tick)\na = time.ticks_ms(); time.sleep_ms(2000); print(time.ticks_diff(time.ticks_ms(), a), n)\n"  # noqa: E501
        "t.deinit()"
    )
    passed_ms, ticks = map(int, said.split())
    assert 2000 <= passed_ms <= 2001
    assert ticks in (599, 600)


def test_streams_of_the_engine_can_be_polled(board):
    said = board.run(
        "import micropython, select\n"
        "ring = micropython.RingIO(8)\n"
        "p = select.poll(); p.register(ring, select.POLLIN)\n"
        "print(p.poll(0)); ring.write(b'x'); print(p.poll(0) == [(ring, select.POLLIN)])\n"
        "try: p.register(5)\n"
        "except OSError as error: print(error.errno)"
    )
    assert said.split() == ["[]", "True", "22"]


def test_stat_of_a_folder_and_a_file(board):
    assert board.run("import os; os.mkdir('s'); print(os.stat('s')[:6])") == "(16384, 0, 0, 0, 0, 0)\r\n"
