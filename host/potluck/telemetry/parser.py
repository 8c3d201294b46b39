# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Bytes → events. Frames are found among anything else; nothing that is fed ever raises.

The result depends on the bytes alone, not on how they were cut into reads. Memory is bounded:
what is held between two calls is at most MAX_FRAME_BYTES.
"""

from __future__ import annotations

import json
import re
from zlib import crc32

from potluck.telemetry.events import Answer, Channel, Damaged, Event, Hello, Log, Other, Sample, Text

# A board sends at most 2,000 bytes; more leaves room for newer boards and costs little.
MAX_FRAME_BYTES = 16_384

_RS = b"\x1e"
_TAIL_BYTES = len(b',"c":"00000000"}')
_TAIL = re.compile(rb',"c":"([0-9a-f]{8})"\}')
_INT64 = 2**63


class _Form(ValueError):
    """A whole frame that does not say what a frame may say."""


def _no_constant(name):
    raise _Form(name)


_decode = json.JSONDecoder(parse_constant=_no_constant).decode


class Parser:
    """`feed(bytes) -> list[Event]` for one stream; `flush()` when it ends."""

    def __init__(self):
        self._held = b""
        self._overlong = False  # the line's first part was given out as text already
        self._fresh = True  # no line end seen yet: we may have started in the middle of a frame

    def feed(self, data: bytes) -> list[Event]:
        """Events of the lines that `data` completes, in order."""
        events: list[Event] = []
        lines = (self._held + data).split(b"\n")
        self._held = lines.pop()
        for line in lines:
            self._line(line, events)
            self._overlong = self._fresh = False
        if len(self._held) > MAX_FRAME_BYTES:
            self._held = self._shorten(self._held, events)
        return events

    def flush(self) -> list[Event]:
        """What stands on the unfinished last line; the stream ends here and a new one may begin."""
        events: list[Event] = []
        self._line(self._held, events)
        self._held, self._overlong, self._fresh = b"", False, True
        return events

    def _line(self, line: bytes, events: list[Event]) -> None:
        if len(line) > MAX_FRAME_BYTES:
            line = self._shorten(line, events)
        if line.endswith(b"\r"):
            line = line[:-1]
        if line:
            self._pieces(line, events)

    def _shorten(self, line: bytes, events: list[Event]) -> bytes:
        """Give out the front of a line that is too long to be one frame; return the rest.

        Where it is cut depends on the bytes only: before the last RS of each full length, so that
        a frame that begins there stays whole.
        """
        start = 0
        while len(line) - start > MAX_FRAME_BYTES:
            end = start + MAX_FRAME_BYTES
            rs = line.rfind(_RS, start + 1, end)
            if rs > start:
                end = rs
            self._pieces(line[start:end], events)
            self._overlong = True
            start = end
        return line[start:]

    def _pieces(self, line: bytes, events: list[Event]) -> None:
        """A line may hold text, then frames: a frame that lost its LF ends where the next begins."""
        first = line.find(_RS)
        if first != 0:
            self._text(line if first < 0 else line[:first], events)
        if first < 0:
            return
        if line.find(_RS, first + 1) < 0:
            self._candidate(line[first + 1 :], events)
            return
        for piece in line[first + 1 :].split(_RS):
            if piece:
                self._candidate(piece, events)

    def _text(self, raw: bytes, events: list[Event]) -> None:
        cut = self._fresh and not self._overlong and _TAIL.search(raw) is not None
        events.append(Text(_words(raw), cut))

    def _candidate(self, raw: bytes, events: list[Event]) -> None:
        """`raw` followed an RS: a frame, perhaps with text behind it, or damaged, or text."""
        end = len(raw)
        body = end - _TAIL_BYTES
        if raw[body : body + 6] != b',"c":"' or raw[-10:] != b'%08x"}' % crc32(raw[:body]):
            body, end = _find_tail(raw)
        if body < 0:
            if raw.startswith(b"{"):
                events.append(Damaged(_words(raw), "cut" if end < 0 else "checksum"))
            elif end >= 0:
                events.append(Damaged(_words(raw), "checksum"))
            elif raw:
                self._text(raw, events)
            return
        try:
            events.append(_event(_decode(raw[:body].decode() + "}")))
        except (ValueError, RecursionError):
            events.append(Damaged(_words(raw[:end]), "form"))
        if end < len(raw):
            self._text(raw[end:], events)


def _find_tail(raw: bytes) -> tuple[int, int]:
    """(length of the body, end of the frame) by the first checksum that is right.

    (-1, -1): no checksum there; (-1, 0): one or more, none right. Linear in the length.
    """
    crc, done, seen = 0, 0, -1
    for tail in _TAIL.finditer(raw):
        crc, done, seen = crc32(raw[done : tail.start()], crc), tail.start(), 0
        if b"%08x" % crc == tail[1]:
            return tail.start(), tail.end()
    return -1, seen


def _words(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _event(frame) -> Event:
    """The event that a checked frame is; _Form when it has no meaning."""
    try:
        n, t_ms = frame.pop("n"), frame.pop("t")
    except (KeyError, AttributeError, TypeError, IndexError):
        raise _Form("n, t") from None
    _count(n)
    _count(t_ms)
    values = frame.get("v")
    if values is not None:
        if type(values) is not list:
            raise _Form("v")
        for value in values:
            # -1e308 < float < 1e308 also says that it is finite; integers must fit the log's 64 bits
            kind = type(value)
            if value is None or kind is float and -1e308 < value < 1e308:
                continue
            if kind is not int or not -_INT64 <= value < _INT64:
                raise _Form("v")
        return Sample(n, t_ms, tuple(values))
    if "hello" in frame:
        return _hello(n, t_ms, frame["hello"])
    if "log" in frame:
        return Log(
            n, t_ms, _string(frame["log"]), _string(frame.get("text", "")), _string(frame.get("trace", "")),
        )
    if "re" in frame:
        re, ok = _count(frame.pop("re")), frame.pop("ok", None)
        if type(ok) is not bool:
            raise _Form("ok")
        return Answer(n, t_ms, re, ok, frame)
    return Other(n, t_ms, frame)


def _hello(n: int, t_ms: int, hello) -> Hello:
    if type(hello) is not dict:
        raise _Form("hello")
    said = {
        name: _string(hello.get(key, ""))
        for name, key in (
            ("recipe", "recipe"),
            ("version", "version"),
            ("hash", "hash"),
            ("board", "board"),
            ("id", "id"),
            ("boot", "boot"),
            ("micropython", "mp"),
            ("runtime", "runtime"),
            ("safe", "safe"),
        )
    }
    channels = hello.get("channels", [])
    if type(channels) is not list:
        raise _Form("channels")
    return Hello(n, t_ms, channels=tuple(_channel(channel) for channel in channels), **said)


def _channel(said) -> Channel:
    """["moisture", "%", 1] or ["tank", "1", 0, ["empty", "water"]]; what follows the name may be missing."""
    if type(said) is not list or not said:
        raise _Form("channel")
    name, unit, decimals, states, *_ = [*said, *(None,) * 4]
    if decimals is not None and (type(decimals) is not int or not 0 <= decimals <= 15):
        raise _Form("decimals")
    if states is not None and type(states) is not list:
        raise _Form("states")
    return Channel(
        _string(name), _string("1" if unit is None else unit), decimals, tuple(map(_string, states or ()))
    )


def _count(value) -> int:
    if type(value) is not int or not 0 <= value < _INT64:
        raise _Form("a count")
    return value


def _string(value) -> str:
    """A str that can be stored as UTF-8 (JSON can spell half a surrogate pair)."""
    if type(value) is not str:
        raise _Form("a text")
    return value.encode("utf-8", "backslashreplace").decode()
