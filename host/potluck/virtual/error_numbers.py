# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The error numbers of a board's firmware: what a program sees as `error.errno` and in the module `errno`.

All hardware here raises the numbers of MicroPython's py/mperrno.h, which are Linux's. Firmware that is built with
MICROPY_USE_INTERNAL_ERRNO 0 (a board file's `errno = "newlib"`) has those of its C library instead. They are the
same up to 34, littlefs' own come through unchanged everywhere, and what a network raises differs.

Source: newlib, newlib/libc/include/sys/errno.h.
"""

from __future__ import annotations

from collections.abc import Mapping

FAMILIES: dict[str, Mapping[int, int]] = {
    "mperrno": {},
    "newlib": {
        97: 106,  # EAFNOSUPPORT
        98: 112,  # EADDRINUSE
        103: 113,  # ECONNABORTED
        106: 127,  # EISCONN
        107: 128,  # ENOTCONN
        110: 116,  # ETIMEDOUT
        113: 118,  # EHOSTUNREACH
        114: 120,  # EALREADY
        115: 119,  # EINPROGRESS
        125: 140,  # ECANCELED
    },
}
