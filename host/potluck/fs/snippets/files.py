# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# Runs on the board, in the raw REPL: its files. Sent as it is, without these comments. An answer is lines of
# Python literals, printed one by one so that a long listing needs no long piece of heap; the last line is "."
# or "!" and the number of the OSError. Names vanish at the next soft reset.
import os
import sys
from binascii import a2b_base64, b2a_base64


def do(f, *a):
    try:
        r = f(*a)
        if r is not None:
            for x in r:
                print(repr(x))
        print(".")
    except OSError as e:
        print("!", e.args[0] if e.args and isinstance(e.args[0], int) else -1)


def info(p):
    s = os.stat(p)
    return [(s[0] & 0x4000 != 0, s[6])]


def ls(p):
    for e in os.ilistdir(p):
        # some file systems tell no sizes here
        yield e[0], e[1] & 0x4000 != 0, e[3] if len(e) > 3 else os.stat(p + "/" + e[0])[6]


def walk(p):
    for e in ls(p):
        q = p + "/" + e[0] if p != "/" else "/" + e[0]
        yield (q,) + e[1:]
        if e[1]:
            yield from walk(q)


def get(p):
    b = bytearray(384)
    m = memoryview(b)
    with open(p, "rb") as f:
        while True:
            n = f.readinto(b)
            if not n:
                break
            sys.stdout.write(str(b2a_base64(m[:n]), "ascii"))


def put(p):
    global f
    f = open(p, "wb")


def w(b):
    f.write(a2b_base64(b))


def end():
    f.close()


def drop(p):
    # a file that is not there any more is what was wanted
    try:
        f.close()
    except Exception:
        pass
    try:
        os.remove(p)
    except OSError:
        pass


def digest(p):
    try:
        from hashlib import sha256
    except ImportError:
        return [None]
    h = sha256()
    b = bytearray(512)
    m = memoryview(b)
    with open(p, "rb") as f:
        while True:
            n = f.readinto(b)
            if not n:
                return [h.digest()]
            h.update(m[:n])


def copy(p, q):
    b = bytearray(512)
    m = memoryview(b)
    with open(p, "rb") as f, open(q, "wb") as g:
        while True:
            n = f.readinto(b)
            if not n:
                break
            g.write(m[:n])


def rm(p):
    if os.stat(p)[0] & 0x4000:
        raise OSError(21)
    os.remove(p)


def rmdir(p):
    if not os.stat(p)[0] & 0x4000:
        raise OSError(20)
    # said by us: file systems differ in how they refuse
    for _ in os.ilistdir(p):
        raise OSError(39)
    os.rmdir(p)


def rmtree(p):
    if not os.stat(p)[0] & 0x4000:
        os.remove(p)
        yield p
        return
    # a list, for removing and listing at once confuses FAT
    for e in list(os.ilistdir(p)):
        yield from rmtree(p + "/" + e[0] if p != "/" else "/" + e[0])
    try:
        os.rmdir(p)
        yield p + "/"
    except OSError as e:
        if p != "/" and e.args[0] != 22:  # 22: a mount point stays
            raise


def touch(p):
    open(p, "a").close()


def df():
    try:
        import vfs

        ms = vfs.mount()
    except (ImportError, AttributeError, TypeError):
        # before MicroPython 1.26 nobody tells what is mounted: the root, and what looks like another disk
        ms = [("<unknown>", "/")]
        for e in os.ilistdir("/"):
            if e[1] & 0x4000 and os.statvfs("/" + e[0]) != os.statvfs("/"):
                ms.append(("<unknown>", "/" + e[0]))
    for v, p in ms:
        s = os.statvfs(p)
        yield str(v), p, s[0], s[2], s[3]


def space(p):
    s = os.statvfs(p)
    return [(s[0], s[3])]
