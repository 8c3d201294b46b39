# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Bytes of a board's serial line → events, and commands → bytes. The form is docs/wire-protocol.md's."""

from potluck.telemetry.command import MAX_COMMAND_BYTES, command
from potluck.telemetry.events import Answer, Channel, Damaged, Event, Hello, Log, Other, Sample, Text
from potluck.telemetry.parser import MAX_FRAME_BYTES, Parser
from potluck.telemetry.tally import Tally

__all__ = [
    "MAX_COMMAND_BYTES",
    "MAX_FRAME_BYTES",
    "Answer",
    "Channel",
    "Damaged",
    "Event",
    "Hello",
    "Log",
    "Other",
    "Parser",
    "Sample",
    "Tally",
    "Text",
    "command",
]
