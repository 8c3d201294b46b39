# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The raw REPL against a board that is played word for word, also the words that a good one would not say."""

import time

import pytest
from potluck.link.base import Link
from potluck.link.raw_repl import RawRepl, Unanswered


class Script(Link):
    """Says each answer once the bytes before it have been written. A timeout costs no time."""

    name = "script"

    def __init__(self, *turns: tuple[bytes, bytes], first: bytes = b">"):
        self.turns, self.heard, self.says = list(turns), b"", first

    def write(self, data: bytes) -> None:
        self.heard += data
        if self.turns and self.heard.endswith(self.turns[0][0]):
            self.says += self.turns.pop(0)[1]

    def read(self, timeout_s: float) -> bytes:
        said, self.says = self.says, b""
        return said

    def close(self) -> None: ...


def raw_on(*turns, **how) -> tuple[RawRepl, Script]:
    script = Script(*turns, **how)
    raw = RawRepl(script)
    raw.end = time.monotonic() + 5
    return raw, script


def test_raw_paste_never_sends_more_than_the_window():
    raw, script = raw_on(
        (b"\x05A\x01", b"R\x01\x04\x00"), (b"prin", b"\x01"), (b"prin" b"t(12", b"\x01\x01"), (b"\x04", b"\x0412\r\n\x04\x04>"),
    )  # fmt: skip
    raw.start("print(12)")
    assert script.heard == b"\x05A\x01print(12)\x04"
    assert raw.follow() == (b"12\r\n", b"")
    raw.end = time.monotonic() + 5
    assert raw.read_until(b">") == b"", "the prompt stands ready for the next"


def test_a_board_that_takes_no_more_is_heard_out():
    raw, script = raw_on((b"\x05A\x01", b"R\x01\x04\x00"), (b"x = ", b"\x04"), (b"\x04", b"\x04MemoryError\r\n\x04>"))
    raw.start("x = 1\n" * 100)
    assert script.heard == b"\x05A\x01x = \x04"
    assert raw.follow() == (b"", b"MemoryError\r\n")


@pytest.mark.parametrize("answer", [b"R\x00", b"raw REPL; CTRL-B to exit\r\n>"])
def test_without_raw_paste_code_goes_in_pieces_that_fit_and_it_is_not_asked_again(answer):
    code = b"#" * 600
    raw, script = raw_on((b"\x05A\x01", answer), (code + b"\x04", b"OK\x04\x04>"), (b"1\x04", b"OKhi\x04\x04>"))
    raw.start(code)
    assert raw.follow() == (b"", b"")
    raw.start("1")
    assert script.heard.count(b"\x05") == 1
    assert raw.follow() == (b"hi", b"")


@pytest.mark.parametrize(
    "turns",
    [
        [],
        [(b"\x05A\x01", b"??")],
        [(b"\x05A\x01", b"R\x01\x04\x00"), (b"prin", b"\x07")],
        [(b"\x05A\x01", b"R\x01\x04\x00")],
        [(b"\x05A\x01", b"R\x01\x20\x00")],
        [(b"\x05A\x01", b"R\x00"), (b"\x04", b"ra")],
    ],
    ids=["silent", "babble", "odd word", "no more window", "not compiled", "not taken"],
)
def test_what_is_no_answer_is_said_and_not_waited_for_for_ever(turns):
    raw, _ = raw_on(*turns)
    with pytest.raises(Unanswered):
        raw.start("print(12)")


def test_an_end_that_does_not_come_is_said():
    raw, _ = raw_on(first=b"half an answer\x04")
    with pytest.raises(Unanswered):
        raw.follow()


def test_lines_end_at_a_line_end_or_at_the_programs_end():
    raw, _ = raw_on(first=b"one\ntwo\x04three")
    assert [raw.read_line(0) for _ in range(4)] == [b"one\n", b"two\x04", b"three", b""]
