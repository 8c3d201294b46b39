# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from os import *  # noqa: F403
from os import statvfs as _unused  # noqa: F401
from os import ilistdir as _ilistdir
from collections import namedtuple
from _vb import op as _op
from _vb import text as _text


_Uname = namedtuple("", ("sysname", "nodename", "release", "version", "machine"))


def uname():
    return _Uname(*_text("uname").split("\n"))


def statvfs(path):
    stat(path)
    size = _op(OP.flash_block)
    return (size, size, _op(OP.flash_blocks), _op(OP.flash_free), _op(OP.flash_free), 0, 0, 0, 0, 255)


def ilistdir(path=""):
    folder = path + "/" if path else ""
    for name, kind, _ in _ilistdir(path):
        # littlefs adds the size
        yield name, kind, 0, 0 if kind == 0x4000 else stat(folder + name)[6]


def sync():
    pass


def dupterm(stream, index=0):
    return None


def dupterm_notify(_):
    pass
