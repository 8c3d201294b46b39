# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Error numbers are a board's wherever they come from: the flash, the engine's C code, a program."""

import ast
import socket

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


# newlib's sys/errno.h, where it differs from py/mperrno.h; the names are those of py/moderrno.c.
NEWLIB = {
    "EADDRINUSE": 112, "ECONNABORTED": 113, "ENOTCONN": 128, "ETIMEDOUT": 116, "EHOSTUNREACH": 118, "EALREADY": 120,
    "EINPROGRESS": 119,
}  # fmt: skip
LINUX = {
    "EPERM": 1, "ENOENT": 2, "EIO": 5, "EBADF": 9, "EAGAIN": 11, "ENOMEM": 12, "EACCES": 13, "EEXIST": 17, "ENODEV": 19,
    "EISDIR": 21, "EINVAL": 22, "EOPNOTSUPP": 95, "EADDRINUSE": 98, "ECONNABORTED": 103, "ECONNRESET": 104,
    "ENOBUFS": 105, "ENOTCONN": 107, "ETIMEDOUT": 110, "ECONNREFUSED": 111, "EHOSTUNREACH": 113, "EALREADY": 114,
    "EINPROGRESS": 115,
}  # fmt: skip
ON_A_BOARD = """
import dht, errno, machine, os, socket, sys
print({name: getattr(errno, name) for name in dir(errno) if name[0] == "E"})
print(all(errno.errorcode[getattr(errno, name)] == name for name in dir(errno) if name[0] == "E"))
def error_of(function):
    try:
        function()
    except OSError as error:
        return str(error)
def loopback():
    s = socket.socket(); s.setblocking(False)
    s.connect(("192.0.2.1", 80))
open("/file", "w").close()
print(error_of(lambda: dht.DHT22(machine.Pin(PIN)).measure()))
print(error_of(loopback))
print(error_of(lambda: open("/nope")), error_of(lambda: open("/" + "x" * 300, "w")), error_of(lambda: os.mkdir("/file")))
print(error_of(lambda: open("/file/below")))
"""


@pytest.mark.parametrize(
    ("board", "pin", "differs"),
    [("pico_w", 2, {}), ("esp32_devkitc", 4, NEWLIB), ("arduino_nano_esp32", 5, NEWLIB),
     ("arduino_nano_rp2040_connect", 15, NEWLIB)],
)  # fmt: skip
def test_a_board_has_the_numbers_of_its_firmware(board, pin, differs):
    wanted = LINUX | differs
    with Session(board, speed=float("inf")) as session:
        table, both_ways, sensor, net, files, below = session.run(ON_A_BOARD.replace("PIN", str(pin))).splitlines()
    assert ast.literal_eval(table) == wanted and both_ways == "True"
    assert sensor == f"[Errno {wanted['ETIMEDOUT']}] ETIMEDOUT"
    assert net == f"[Errno {wanted['EHOSTUNREACH']}] EHOSTUNREACH"
    assert (files, below) == ("[Errno 2] ENOENT 36 [Errno 17] EEXIST", "20")  # littlefs' own, everywhere


def test_sockets_of_an_esp32_have_newlibs_numbers():
    with Session("esp32_devkitc", speed=float("inf"), net=True) as board:
        board.run("import errno, network, socket, time; w = network.WLAN(); w.active(True)")
        board.run("w.connect('potluck', 'potluck-password'); time.sleep(3)")
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            said = board.run(f"""
def number(function, *arguments):
    try:
        function(*arguments)
    except OSError as error:
        return error.errno
at = ("127.0.0.1", {port})
s = socket.socket(); s.setblocking(False); print(number(s.connect, at))
s = socket.socket(); s.connect(at); s.settimeout(0.01); print(number(s.recv, 1))
print(number(socket.socket().bind, at), number(socket.socket().recv, 1), number(socket.socket().connect, ("10.0.0.1", 1)))
print(number(socket.getaddrinfo, "example.org", 80))
async def main():
    import asyncio
    reader, writer = await asyncio.open_connection(*at)
    print("open")
import asyncio; asyncio.run(main())
""")
    assert said.split() == ["119", "116", "112", "128", "118", "-202", "open"]


def test_the_place_where_c_code_raises_is_the_only_one_of_its_kind():
    code = engine_path().read_bytes()
    assert len(engine_export.with_board_errors(code)) > len(code)
    with pytest.raises(ValueError, match="not where it was"):
        engine_export.with_board_errors(engine_export.with_board_errors(code))
