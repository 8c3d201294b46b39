# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from micropython import *  # noqa: F403
from _vb import op as _op


def kbd_intr(char):
    _op(OP.kbd_intr, char)


def alloc_emergency_exception_buf(size):
    pass
