# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import random
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from potluck.telemetry import (
    MAX_FRAME_BYTES,
    Answer,
    Channel,
    Damaged,
    Hello,
    Log,
    Other,
    Parser,
    Sample,
    Text,
)

from tests.host.telemetry.frames import frame, hello, raw, sample


def parse(data: bytes):
    parser = Parser()
    return parser.feed(data) + parser.flush()


def test_each_kind_of_frame():
    assert parse(frame(12, 60012, v=[41.5, 1, None, 120])) == [Sample(12, 60012, (41.5, 1, None, 120))]
    assert parse(hello(0, t_ms=15)) == [
        Hello(
            0,
            15,
            recipe="plant-waterer",
            version="1.0.0",
            hash="a1b2c3d4e5f6",
            board="pico",
            id="e6614103e72d4f2c",
            boot="5f3a09c1",
            micropython="1.26.1",
            runtime="0.1.0",
            channels=(
                Channel("moisture", "%", 1),
                Channel("tank", "1", 0, ("empty", "water")),
                Channel("watered", "mL", 0),
            ),
        )
    ]
    assert parse(frame(1, 2, log="error", text="look: ValueError: é", trace="Traceback\n x")) == [
        Log(1, 2, "error", "look: ValueError: é", "Traceback\n x")
    ]
    (answer,) = parse(frame(3, 4, re=7, ok=False, why="no"))
    assert answer == Answer(3, 4, 7, False, {"why": "no"})
    assert parse(frame(5, 6, later=[1])) == [Other(5, 6, {"later": [1]})]


def test_hello_of_safe_mode_names_no_recipe():
    (event,) = parse(frame(0, 9, hello={"safe": "3 crashes", "board": "pico", "boot": "00", "channels": []}))
    assert (event.safe, event.recipe, event.channels) == ("3 crashes", "", ())


def test_checksum_of_the_documents_example():
    # computed once with another tool: crc32 of `{"n":1,"t":2,"v":[41.5]`
    import binascii

    body = b'{"n":1,"t":2,"v":[41.5]'
    line = b"\x1e" + body + b',"c":"' + b"%08x" % binascii.crc32(body) + b'"}\r\n'
    assert parse(line) == [Sample(1, 2, (41.5,))]


def test_text_around_frames_is_kept():
    noise = b"boot\r\n>>> " + sample(1, 2) + b"half a line" + sample(2, 3) + b"\n\nlast"
    assert parse(noise) == [
        Text("boot"),
        Text(">>> "),
        Sample(1, 1000, (2,)),
        Text("half a line"),
        Sample(2, 2000, (3,)),
        Text("last"),
    ]


def test_frame_without_line_end_ends_where_the_next_begins():
    both = sample(1, 2)[:-1] + sample(2, 3)
    assert parse(both) == [Sample(1, 1000, (2,)), Sample(2, 2000, (3,))]
    assert parse(sample(1, 2)[:-1] + b"oops\n") == [Sample(1, 1000, (2,)), Text("oops")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (sample(1, 2)[:9] + b"\n", "cut"),
        (sample(1, 2).replace(b"[2]", b"[3]"), "checksum"),
        (sample(1, 2).replace(b"\x1e{", b"\x1e?"), "checksum"),
        (raw('{"n":1,"t":2,"v":[NaN]'), "form"),
        (raw('{"n":1,"t":2,"v":[1e999]'), "form"),
        (raw('{"n":1,"t":2,"v":["x"]'), "form"),
        (raw('{"n":1,"t":2,"v":[true]'), "form"),
        (raw('{"n":1,"t":2,"v":7'), "form"),
        (raw('{"n":-1,"t":2,"v":[1]'), "form"),
        (raw('{"n":1.5,"t":2,"v":[1]'), "form"),
        (raw('{"n":99999999999999999999,"t":2,"v":[1]'), "form"),
        (raw('{"n":1,"t":2,"v":[99999999999999999999]'), "form"),
        (raw('{"n":1,"t":2,"v":[' + "[" * 9000), "form"),
        (raw('{"n":1,"t":2,"hello":3'), "form"),
        (raw('{"n":1,"t":2,"hello":{"channels":[[]]}'), "form"),
        (raw('{"n":1,"t":2,"re":1,"ok":1'), "form"),
        (raw('{"n":1'), "form"),
        (raw('{"t":'), "form"),
    ],
)
def test_damaged_frames_are_kept_as_text(line, reason):
    (event,) = parse(line)
    assert isinstance(event, Damaged)
    assert event.reason == reason
    assert event.text.encode() == line.strip(b"\x1e\r\n")


def test_half_a_surrogate_pair_can_be_stored():
    (event,) = parse(frame(1, 2, log="info", text="PLACE").replace(b"\n", b""))
    assert event.text == "PLACE"
    (event,) = parse(raw(r'{"n":1,"t":2,"log":"info","text":"\ud800"'))
    assert event.text.encode("utf-8")


def test_tail_of_a_frame_that_began_before_us_is_marked():
    assert parse(sample(4, 1)[12:]) == [Text(sample(4, 1)[12:-1].decode(), cut=True)]
    assert parse(b"\n" + sample(4, 1)[12:])[0].cut is False


anything = st.binary(max_size=300)
bits = st.lists(
    st.one_of(st.binary(max_size=20), st.sampled_from([b"\x1e", b"\n", b"\r\n", b'{"n":1', b',"c":"']))
)
noise = st.one_of(anything, bits.map(b"".join))
values = st.lists(
    st.one_of(
        st.none(), st.integers(-(2**31), 2**31), st.floats(allow_nan=False, allow_infinity=False, width=32)
    ),
    max_size=6,
)


@given(noise)
@example(b"\x1e" * 50)
@example(b'\x1e{"n":1,"c":"00000000"}\n')
@example(b"\x1e[" * 2000 + b"\n")
def test_any_bytes_never_raise(data):
    assert all(isinstance(event, Text | Damaged) and event.text for event in parse(data))


@given(st.text(alphabet='\x1e\n\x00 {}[]"nc:,10\x7f', max_size=300))
def test_all_that_is_no_frame_is_kept(text):
    kept = "".join(event.text for event in parse(text.encode()))
    assert kept == text.replace("\x1e", "").replace("\n", "")


@given(
    st.lists(st.one_of(noise, st.builds(lambda n, v: sample(n, *v), st.integers(0, 99), values)), max_size=8),
    st.data(),
)
def test_result_does_not_depend_on_how_the_bytes_were_cut(pieces, data):
    stream = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    parser, events = Parser(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        events += parser.feed(stream[start:end])
    assert events + parser.flush() == parse(stream)


@given(noise, values, noise)
def test_a_frame_in_noise_is_always_found(before, said, after):
    wanted = Sample(77, 77000, tuple(said))
    assert wanted in parse(before + sample(77, *said) + after)


@pytest.mark.parametrize(
    "ahead", [MAX_FRAME_BYTES - 40, MAX_FRAME_BYTES - 1, MAX_FRAME_BYTES, 3 * MAX_FRAME_BYTES - 7]
)
def test_a_frame_after_an_endless_line_is_found_and_kept_whole(ahead):
    stream = b"x" * ahead + sample(5, 1, 2, 3)
    wanted = Sample(5, 5000, (1, 2, 3))
    assert parse(stream)[-1] == wanted
    parser, events = Parser(), []
    for i in range(0, len(stream), 7):
        events += parser.feed(stream[i : i + 7])
    assert events + parser.flush() == parse(stream)


@given(st.data())
def test_flipped_bits_never_make_a_wrong_sample(data):
    good = sample(12, 41.5, 1, None, 120) + sample(13, 41.6, 0, 7, 120)
    flips = data.draw(st.sets(st.integers(0, len(good) * 8 - 1), min_size=1, max_size=5))
    bad = bytearray(good)
    for bit in flips:
        bad[bit // 8] ^= 1 << bit % 8
    right = parse(good)
    for event in parse(bytes(bad)):
        assert event in right or isinstance(event, Text | Damaged)


def test_every_single_flip_is_damage_or_text():
    good = sample(12, 41.5, 1)
    (right,) = parse(good)
    for bit in range(len(good) * 8):
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        events = parse(bytes(bad))
        # a flip in the line end leaves the frame itself whole
        assert (
            all(isinstance(event, Text | Damaged) for event in events)
            or events[0] == right
            and bit // 8 == len(good) - 1
        )


@pytest.mark.parametrize("kind", ["random", "no line ends", "only RS", "false checksums", "open frames"])
def test_ten_megabytes_of_noise_in_bounded_memory(kind):
    size = 10_000_000
    stream = {
        "random": lambda: random.Random(1).randbytes(size),
        "no line ends": lambda: b"\xff\xfe\x00U" * (size // 4),
        "only RS": lambda: b"\x1e" * size,
        "false checksums": lambda: b"\x1e{" + b',"c":"00000000"}' * (size // 16),
        "open frames": lambda: b'\x1e{"n":1,"v":[[[[[[[[[[[' * (size // 24),
    }[kind]()
    parser = Parser()
    most = 0
    for i in range(0, size, 4096):
        events = parser.feed(stream[i : i + 4096])
        most = max(most, sum(sys.getsizeof(event.text) for event in events))
    # what one read of 4 KB can give out: itself, what was held, four characters for each byte
    assert most < 4 * (MAX_FRAME_BYTES + 4096) + 100 * 4096
    assert sys.getsizeof(parser._held) <= MAX_FRAME_BYTES + 100
    assert parser.feed(b"\n" + sample(1, 2))[-1] == Sample(1, 1000, (2,))
