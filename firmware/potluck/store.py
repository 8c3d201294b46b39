# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Small files in /state. A power cut leaves the old text or the new one, never a mixture."""

import errno
import os

from micropython import const

_MOST_BYTES = const(2048)
_ENOSPC = const(28)  # the module errno has no name for it


def load(name):
    """The text of /state/<name>; None when there is none. OSError or ValueError when it cannot be one."""
    try:
        with open("/state/" + name) as file:
            text = file.read(_MOST_BYTES + 1)
    except OSError as error:
        if error.errno == errno.ENOENT:
            return None
        raise
    if len(text) > _MOST_BYTES:
        raise ValueError("too long")
    return text


def save(name, text):
    """Write aside, then rename: littlefs does a rename whole or not at all. OSError: disk full, broken."""
    if len(text) > _MOST_BYTES:
        raise OSError(_ENOSPC)
    path = "/state/" + name
    try:
        os.mkdir("/state")
    except OSError:
        pass  # it is there; anything else shows at open()
    with open(path + ".tmp", "w") as file:
        file.write(text)
    os.rename(path + ".tmp", path)
