# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Lines from the host: found among whatever is typed, checked, done once, answered once.

The task sleeps until a byte comes. Then it takes what is there, byte by byte: reading more than
poll() promised, or a whole line, would hold up every other task.
"""

import asyncio
import json
import select
import sys
from binascii import crc32

from micropython import const

from potluck import telemetry

_RS = const(0x1E)
_LF = const(10)
_MOST_BYTES = const(200)
_TAIL = const(16)  # ,"c":"xxxxxxxx"}
_TURN = const(256)  # bytes before the other tasks get their turn

_line = bytearray(_MOST_BYTES)
_last = b""  # the latest command, and what was answered
_answered = ""


def _readable():
    yield asyncio.core._io_queue.queue_read(sys.stdin)


async def listen(verbs):
    """Runs for ever. `verbs`: what `do` may say -> function(command) -> further members of the answer."""
    watch = select.poll()
    watch.register(sys.stdin, select.POLLIN)
    read = sys.stdin.buffer.read
    size = -1  # bytes of the line so far; -1 outside of a line
    while True:
        await _readable()
        for _ in range(_TURN):
            if not watch.poll(0):
                break
            byte = read(1)[0]
            if byte == _RS:
                size = 0
            elif size < 0:
                pass
            elif byte == _LF:
                _obey(bytes(_line[:size]), verbs)
                size = -1
            elif size == _MOST_BYTES:
                size = -1
            else:
                _line[size] = byte
                size += 1
        await asyncio.sleep_ms(0)


def _obey(line, verbs):
    global _last, _answered
    command = parsed(line)
    if not command:
        return
    if line == _last:  # the host did not hear the answer
        telemetry.put(_answered)
        return
    _last = line
    try:
        more, ok = verbs[command["do"]](command) or "", True
    except (ValueError, OSError) as error:
        more, ok = ',"why":' + json.dumps(str(error)), False
    except (KeyError, TypeError) as error:
        more, ok = ',"why":' + json.dumps("not understood: %s" % error), False
    _answered = telemetry.answer(command["id"], ok, more)


def parsed(line):
    """The command between RS and LF as a dict with an integer `id`; None when it does not check."""
    body = line[:-_TAIL]
    if line[-_TAIL:] != b',"c":"%08x"}' % crc32(body):
        return None
    try:
        command = json.loads(body + b"}")
        return command if type(command["id"]) is int else None
    except (ValueError, KeyError, TypeError):
        return None
