# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A board that follows a script on a clock of its own: the Link that tests watch."""

import json
import zlib

from potluck import errors

from tests.host.telemetry.frames import frame, hello, sample


class Clock:
    def __init__(self):
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


class ScriptedLink:
    """Says `script`'s (second, bytes) in time; None instead of bytes: the port goes.

    `answering`: it acts on commands as docs/wire-protocol.md says, keeping all frames that it made
    by `make` for a resend.
    """

    name = "virtual:scripted"
    description = "a script"

    def __init__(self, clock, script=(), *, answering=False, kept=(), interrupt_at_s=None):
        self.clock, self.start_s = clock, clock()
        self.script = sorted(script, key=lambda item: item[0])
        self.answering, self.kept = answering, dict(kept)
        self.interrupt_at_s = interrupt_at_s
        self.n = 1000  # numbers of answers; a test that needs them in order sets it
        self.wrote: list[tuple[float, dict]] = []
        self.out = b""
        self.closed = False

    def read(self, timeout_s: float) -> bytes:
        until_s = self.clock.s + timeout_s
        now_s = self.clock.s - self.start_s
        if self.interrupt_at_s is not None and now_s >= self.interrupt_at_s:
            raise KeyboardInterrupt
        if self.out:
            out, self.out = self.out, b""
            return out
        if self.script and self.start_s + self.script[0][0] <= until_s:
            at_s, data = self.script.pop(0)
            self.clock.s = max(self.clock.s, self.start_s + at_s)
            if data is None:
                raise errors.PortGone("the port has gone", where=self.name)
            return data
        self.clock.s = until_s
        return b""

    def write(self, data: bytes) -> None:
        assert data[:1] == b"\x1e" and data[-1:] == b"\n" and len(data) <= 200
        said = json.loads(data[1:])
        body, checksum = data[1:].rsplit(b',"c":"', 1)
        assert checksum == b'%08x"}\n' % zlib.crc32(body)
        self.wrote.append((self.clock.s - self.start_s, said))
        if self.answering:
            self.out += self.answer(said)

    def answer(self, said: dict) -> bytes:
        before, more, after = b"", {}, b""
        if said["do"] == "hello":
            before = hello(self.next_n(), t_ms=self.t_ms)
        if said["do"] == "resend":
            frames = [self.kept[n] for n in range(said["from"], said["to"] + 1) if n in self.kept]
            more, after = {"frames": len(frames)}, b"".join(frames)
        return before + frame(self.next_n(), self.t_ms, re=said["id"], ok=True, **more) + after

    def next_n(self) -> int:
        self.n += 1
        return self.n - 1

    @property
    def t_ms(self) -> int:
        return int((self.clock.s - self.start_s) * 1000)

    def said(self, do: str) -> list[dict]:
        return [said for _, said in self.wrote if said["do"] == do]

    def close(self) -> None:
        self.closed = True


def each_second(numbers, *values):
    """A script: one sample per second, from second n on."""
    return [(float(n), sample(n, *(values or (41.5, 1, 0)))) for n in numbers]


class LossyBoard(ScriptedLink):
    """Numbers and keeps its frames as the document says; on the line, `fate(bytes) -> bytes` awaits each."""

    def __init__(self, clock, *, every_s=1.0, fate=lambda data: data, ring=78):
        super().__init__(clock)
        self.every_s, self.fate, self.ring = every_s, fate, ring
        self.n, self.next_s, self.made = 0, every_s, []
        self.latest: tuple[int | None, bytes] = (None, b"")
        self.send(hello(self.next_n(), t_ms=0))

    def send(self, data: bytes) -> None:
        self.out += self.fate(data)

    def read(self, timeout_s: float) -> bytes:
        until_s = self.clock.s + timeout_s
        if not self.out:
            self.clock.s = max(self.clock.s, min(until_s, self.start_s + self.next_s))
        while self.start_s + self.next_s <= self.clock.s:
            n = self.next_n()
            self.kept[n] = sample(n, 41.5, 1, n, t_ms=int(self.next_s * 1000))
            self.made.append(n)
            self.send(self.kept[n])
            self.next_s += self.every_s
            while len(self.kept) > self.ring:
                del self.kept[min(self.kept)]
        out, self.out = self.out, b""
        return out

    def write(self, data: bytes) -> None:
        said = json.loads(data[1:])
        self.wrote.append((self.clock.s - self.start_s, said))
        if not self.fate(data) == data:
            return
        if self.latest[0] == said["id"]:
            self.send(self.latest[1])
            return
        more, after = {}, []
        if said["do"] == "hello":
            self.send(hello(self.next_n(), t_ms=self.t_ms))
        if said["do"] == "ack":
            self.kept = {n: data for n, data in self.kept.items() if n > said["n"]}
        if said["do"] == "resend":
            after = [self.kept[n] for n in range(said["from"], said["to"] + 1) if n in self.kept]
            more = {"frames": len(after)}
        answer = frame(self.next_n(), self.t_ms, re=said["id"], ok=True, **more)
        self.latest = said["id"], answer
        for data in (answer, *after):
            self.send(data)
