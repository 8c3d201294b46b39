# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# asyncio with the interface of MicroPython's: the queue of tasks is the engine's own (C), the rest is here.
from .core import *  # noqa: F403
from .core import _io_queue  # noqa: F401

__version__ = (3, 0, 0)
_LATER = {
    "wait_for": "funcs", "wait_for_ms": "funcs", "gather": "funcs",
    "Event": "event", "ThreadSafeFlag": "event", "Lock": "lock",
    "StreamReader": "stream", "StreamWriter": "stream", "open_connection": "stream", "start_server": "stream",
}  # fmt: skip


def __getattr__(name):  # what is not used takes no memory
    if name not in _LATER:
        raise AttributeError(name)
    value = getattr(__import__("asyncio." + _LATER[name], None, None, (name,)), name)
    globals()[name] = value
    return value
