# potluck receiver 3: tells what is on the board, takes a deploy as one stream, verifies, switches.
# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
#
# Lives in /slots under the name of its own hash and is imported from the raw REPL. The stream's form is in
# docs/wire-protocol.md. Small on purpose: it shares the heap with what the stopped recipe left behind.
import gc
import os
import sys
from binascii import hexlify
from io import BytesIO
from select import POLLIN, poll

import machine
import micropython
from micropython import const

try:
    from hashlib import sha256 as _hash
except ImportError:
    _hash = None
try:
    import deflate
except ImportError:
    deflate = None

_BOX = const(256)
_PATIENCE_S = const(15)  # for the next piece; then the board starts what it had
_ABORTED = const(125)  # ECANCELED

_in = sys.stdin.buffer
_out = sys.stdout.buffer
if not _hash:
    # In its place on a board that has none. Made here: where there is a hash, this takes no heap.
    class _hash:
        def __init__(self, data=b""):
            self._sum = 0
            self.update(data)

        def update(self, data):
            from binascii import crc32

            self._sum = crc32(data, self._sum)

        def digest(self):
            return self._sum.to_bytes(4, "big")


_box = memoryview(bytearray(_BOX))
_at = _end = _left = 0
_inflate = _pipe = _dog = _raw = None
_path = ""
_runs = []


def _digest(path, box):
    # (digest, bytes)
    total, size = _hash(), 0
    with open(path, "rb") as file:
        while True:
            got = file.readinto(box)
            if not got:
                return total.digest(), size
            total.update(box[:got])
            size += got


def _walk(folder):
    # Everything below a folder in the order of the paths; folders' paths end in "/".
    try:
        names = sorted(entry[0] + "/" if entry[1] & 0x4000 else entry[0] for entry in os.ilistdir(folder))
    except OSError:
        return
    for name in names:
        path = folder + "/" + name
        yield path
        if name[-1] == "/":
            yield from _walk(path[:-1])


def _lines(folder):
    for path in _walk(folder):
        if path[-1] == "/":
            yield "- 0 %s\n" % path
        else:
            digest, size = _digest(path, _box)
            yield "%s %d %s\n" % (hexlify(digest[:8]).decode(), size, path)


def _folders():
    # The slots and what they stand on.
    return [entry[0] for entry in os.ilistdir("/slots") if entry[1] & 0x4000 and entry[0][0] in "abmr"]


def _bases(slot):
    # The folders that it stands on.
    try:
        with open("/slots/%s/base" % slot) as file:
            return file.read(64).split()
    except (OSError, ValueError):
        return []


def _told(*names):
    # The hash of all lines of these folders but the one that says who put a slot there.
    total = _hash()
    for name in names:
        for line in _lines("/slots/" + name):
            if not line.endswith("/slots/%s/slot.json\n" % name):
                total.update(line.encode())
    return hexlify(total.digest()[:8])


def _hello():
    # Enough to find that there is nothing to do: what this board is, and what it runs.
    global _runs
    implementation = sys.implementation
    launcher = b""
    try:
        with open("/main.py", "rb") as file:
            launcher = file.read(18)
        digest, size = _digest("/main.py", _box)
        launcher = (hexlify(digest[:8]), size, launcher)
    except OSError:
        pass
    pointer = b""
    try:
        with open("/slots/active", "rb") as file:
            pointer = file.read(16)
    except OSError:
        pass
    slot = pointer[:1].decode() or "-"
    _runs = [slot] + _bases(slot)
    print(
        (
            implementation.name, tuple(implementation.version[:3]), getattr(implementation, "_mpy", 0) & 0xFF,
            sys.platform, os.uname().machine, hexlify(machine.unique_id()), len(_hash().digest()) > 4, bool(deflate),
            pointer, launcher, _told(*_runs),
        )
    )  # fmt: skip


def _more():
    # What it takes to put something there.
    others = [(name, _told(name)) for name in _folders() if name not in _runs]
    flash = os.statvfs("/")
    own = [name for name in os.listdir("/") if name.startswith("main.own")]
    gc.collect()
    print((flash[0], flash[3], gc.mem_free(), own, os.listdir("/slots"), _bases("a"), _bases("b"), others))


def _list(texts):
    for name in _folders():
        for line in _lines("/slots/" + name):
            print(line, end="")
    for path in texts:
        try:
            with open(path) as file:
                print("=", file.read(400))
        except OSError:
            print("=")
    print(".")


def _tell(texts):
    # Answers until the host has heard enough: how it will send, 0 if not at all.
    _hello()
    while True:
        _wait()
        how = _in.read(1)[0]
        if how == 109:  # "m"
            _more()
        elif how == 108:  # "l"
            _list(texts)
        else:
            return how


def _arm():
    # A line that is cut in the middle of a piece would leave a board that hears nothing: let it bite.
    # A watchdog of the stopped program is taken over by this, whatever its time was.
    global _dog
    try:
        _dog = machine.WDT(timeout=8300 if sys.platform == "rp2" else 20000)
    except (AttributeError, ValueError):
        _dog = None


def _disarm():
    if sys.platform == "rp2":  # WATCHDOG CTRL's clear alias, bit ENABLE: RP2040 4.7.6, RP2350 12.9.7
        rp2350 = "RP2350" in os.uname().machine
        machine.mem32[(0x400D8000 if rp2350 else 0x40058000) + 0x3000] = 1 << 30
    elif _dog:
        machine.WDT(timeout=86_400_000)


def _fill():
    # The next bytes of the stream into the box. A piece: bytes on the line, bytes they become, the bytes.
    global _at, _end, _left
    if not _left:
        if _end:
            _out.write(b"+")
        _wait()
        head = _raw[:3]
        _in.readinto(head)
        size = head[0]
        _left = head[1] | head[2] << 8
        if not size:
            raise OSError(_ABORTED)
        piece = _raw[:size]
        _in.readinto(piece)
        if _inflate:
            _pipe.seek(0)
            _pipe.write(piece)
            _pipe.seek(0)
    _at = 0
    _end = min(_left, _BOX)
    if _inflate:
        _inflate.readinto(_box[:_end])
    else:
        _box[:_end] = _raw[:_end]
    _left -= _end


def _wait():
    for _ in range(_PATIENCE_S):
        if _dog:
            _dog.feed()
        if _line.poll(1000):
            return
    machine.reset()


def _some(most):
    # A view of the next 1…most bytes.
    global _at
    if _at == _end:
        _fill()
    some = _box[_at : min(_at + most, _end)]
    _at += len(some)
    return some


def _take(size):
    taken = b""
    while len(taken) < size:
        taken += bytes(_some(size - len(taken)))
    return taken


def _text():
    return _take(_take(1)[0]).decode()


def _file(path, base):
    at = path.find("/", 1)
    while at > 0:
        try:
            os.mkdir(path[:at])
        except OSError:
            pass  # is there; if it is not, open says so
        at = path.find("/", at + 1)
    old = open(base, "rb") if base else None
    with open(path, "wb") as new:
        while True:
            head = _take(2)
            size = head[0] << 8 | head[1]
            if not size:
                break
            if size & 0x8000:
                size &= 0x7FFF
                where = _take(3)
                old.seek(where[0] << 16 | where[1] << 8 | where[2])
                while size:
                    some = old.read(min(size, _BOX))
                    if not some:
                        raise OSError(5)
                    new.write(some)
                    size -= len(some)
            while size and not head[0] & 0x80:
                some = _some(size)
                new.write(some)
                size -= len(some)
    if old:
        old.close()


def _verify(path):
    # The digest of every file below, in the order of their names: nothing lacks, nothing is too much.
    global _path
    wanted = _take(len(_hash().digest()))
    total = _hash()
    box = memoryview(bytearray(_BOX))
    for name in _walk(path) if os.stat(path)[0] & 0x4000 else (path,):
        if name[-1] != "/":
            total.update(name.encode())
            total.update(_digest(name, box)[0])
    if total.digest() != wanted:
        _path = path
        raise OSError(74)  # EBADMSG


def _receive(how):
    global _inflate, _pipe, _raw, _path, _end, _left
    _end = _left = 0
    # What only tells has done its work: its heap is worth more.
    for name in ("_lines", "_folders", "_bases", "_told", "_hello", "_more", "_list", "_tell"):
        del globals()[name]
    del sys.modules[__name__]  # who wants it again has it read again
    gc.collect()
    _raw = memoryview(bytearray(255))
    if how > 1:
        _pipe = BytesIO(255)
        _inflate = deflate.DeflateIO(_pipe, deflate.RAW, how)
    else:
        _inflate = None
    while True:
        do = _take(1)
        if do == b".":
            return
        _path = path = _text()
        if do == b"f":
            _file(path, _text())
        elif do == b"v":
            _verify(path)
        elif do == b"r":
            os.rename(path, _text())
        elif do == b"x":
            (os.rmdir if path[-1] == "/" else os.remove)(path.rstrip("/"))
        else:
            raise OSError(22)


def run(*texts):
    global _line, _inflate, _pipe
    sys.path.pop(0)  # /slots, for the import of this
    gc.collect()
    micropython.kbd_intr(-1)
    _line = poll()
    _line.register(sys.stdin, POLLIN)
    _arm()
    try:
        how = _tell(texts)
        if how:
            _receive(how)
        print("$")
    except OSError as error:
        print("!%d %s" % (error.errno, _path))
    except MemoryError:
        print("!12 %s" % _path)
    finally:
        _inflate = _pipe = None
        _disarm()
        micropython.kbd_intr(3)
