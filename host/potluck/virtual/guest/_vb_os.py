# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from os import *  # noqa: F403
from os import chdir as _chdir
from os import getcwd as _getcwd
from os import ilistdir as _ilistdir
from os import statvfs as _statvfs
from collections import namedtuple as _namedtuple
from vfs import mount as _mount
from _vb import Missing as _Missing
from _vb import op as _op
from _vb import text as _text

VfsFat = _Missing("os.VfsFat")
VfsLfs2 = _Missing("os.VfsLfs2")


_Flash = VfsPosix
del VfsPosix, getenv, putenv, unsetenv
_Uname = _namedtuple("", ("sysname", "nodename", "release", "version", "machine"))


def uname():
    return _Uname(*_text("uname").split("\n"))


def _whole(path):
    parts = []
    for part in (path if path[:1] == "/" else _getcwd() + "/" + path).split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def _foreign(path):
    # Whether a file system that a program has mounted answers for the path, not the board's own flash.
    path = _whole(path)
    owner = None
    longest = ""
    for system, place in _mount():
        if len(place) >= len(longest) and (path + "/").startswith(place if place == "/" else place + "/"):
            owner, longest = system, place
    return type(owner) is not _Flash


def chdir(path):
    if not _foreign(path):  # the engine keeps what it is given, a board a whole path
        path = _whole(path)
        if path != "/" and stat(path)[0] != 0x4000:
            raise OSError(2)
    _chdir(path)


def statvfs(path):
    if _foreign(path):
        return _statvfs(path)
    stat(path)
    size = _op(OP.flash_block)
    return (size, size, _op(OP.flash_blocks), _op(OP.flash_free), _op(OP.flash_free), 0, 0, 0, 0, 255)


def ilistdir(path=""):
    entries = _ilistdir(path)
    if isinstance(path, bytes) or _foreign(path):
        return entries
    return _with_size(entries, path + "/" if path else "")


def _with_size(entries, folder):
    for name, kind, mark in entries:
        if mark:  # of a file in flash, where littlefs tells the size too
            yield name, kind, 0, 0 if kind == 0x4000 else stat(folder + name)[6]
        else:  # of a place where something is mounted
            yield name, kind, 0


def sync():
    pass


def dupterm(stream, index=0):
    if stream is not None:
        raise NotImplementedError("os.dupterm is not simulated: the prompt has its one line")


def dupterm_notify(_):
    pass
