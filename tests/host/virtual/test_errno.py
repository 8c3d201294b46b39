# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Error numbers are a board's wherever they come from: the flash, the engine's C code, a program."""

import pytest

from potluck.virtual import engine_export
from potluck.virtual.engine_build import engine_path
from potluck.virtual.session import Session

# What the ports' C code gives: py/mperrno.h, and littlefs' for files (extmod/vfs_lfs*.c).
CASES = {
    "os.stat('/nope')": 2,
    "open('/nope')": 2,
    "open('/file', 'r').write('x')": 9,
    "open('/file').seek(-5)": 22,
    "io.StringIO('a').seek(-1)": 22,
    "vfs.umount('/nope')": 22,
    "vfs.VfsRom(b'abc')": 19,
    "vfs.mount(Mountable(), '/mounted')": 1,
    "os.rename('/file', '/mounted/file')": 1,
    "os.rmdir('/')": 1,
    "os.mkdir('/folder')": 17,
    "os.rmdir('/folder')": 39,
    "open('/file/below')": 20,
    "open('/folder', 'w')": 21,
    "open('/' + 'x' * 300, 'w')": 36,
    "deflate.DeflateIO(io.BytesIO(b'\\xff' * 5)).read()": 22,
    "select.poll().modify(sys.stdin, 1)": 2,
    "machine.I2C(0).writeto(5, b'x')": 5,
    "fill()": 28,
    "mine(28)": 28,
    "mine(44)": 44,
}
PROGRAM = """
import deflate, io, machine, os, select, sys, vfs
class Mountable:
    def mount(self, readonly, mkfs): pass
    def umount(self): pass
def mine(number): raise OSError(number)
def fill():
    with open('/big', 'wb') as file:
        while True:
            file.write(bytes(4096))
open('/file', 'w').close()
os.mkdir('/folder')
open('/folder/file', 'w').close()
vfs.mount(Mountable(), '/mounted')
"""


def test_every_error_number_is_a_boards():
    with Session("pico", speed=float("inf")) as board:
        board.run(PROGRAM)
        got = {}
        for case in CASES:
            said = board.run(f"try:\n    {case}\nexcept OSError as error:\n    print(error.errno)\nelse:\n    print('none')")
            got[case] = said.strip()
        assert got == {case: str(number) for case, number in CASES.items()}


def test_the_place_where_c_code_raises_is_the_only_one_of_its_kind():
    code = engine_path().read_bytes()
    assert len(engine_export.with_board_errors(code)) > len(code)
    with pytest.raises(ValueError, match="not where it was"):
        engine_export.with_board_errors(engine_export.with_board_errors(code))
