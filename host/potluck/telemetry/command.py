# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Host → board: one short line with a checksum."""

from __future__ import annotations

import json
from zlib import crc32

# A board reads its commands byte by byte between two samples, on a UART with a ring of 260 bytes.
MAX_COMMAND_BYTES = 200


def command(id: int, do: str, /, **args) -> bytes:
    """The bytes of one command: RS, JSON with its CRC-32 as last member, LF.

    `id` comes back in the answer's `re`. `args` are JSON values. ValueError when the line would
    be longer than MAX_COMMAND_BYTES or an argument's name belongs to the wire.
    """
    taken = {"id", "do", "c"} & set(args)
    if taken:
        raise ValueError(f"a command cannot have an argument named '{min(taken)}'")
    # ASCII only: then no byte of it can be a Ctrl-C (escaped) and characters are bytes
    body = json.dumps({"id": id, "do": do, **args}, separators=(",", ":"), allow_nan=False)[:-1].encode(
        "ascii"
    )
    # The checksum covers what stands before `,"c"`, so without the closing brace.
    line = b'\x1e%b,"c":"%08x"}\n' % (body, crc32(body))
    if len(line) > MAX_COMMAND_BYTES:
        raise ValueError(f"command '{do}' is {len(line)} bytes long; a board takes {MAX_COMMAND_BYTES}")
    return line
