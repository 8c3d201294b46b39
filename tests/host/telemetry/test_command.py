# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from potluck.telemetry import MAX_COMMAND_BYTES, command


def test_form_of_the_document():
    line = command(7, "resend", **{"from": 3, "to": 5})
    assert line[:1] == b"\x1e" and line[-1:] == b"\n"
    body, tail = line[1:-1].split(b',"c":')
    assert json.loads(tail[:-1]) == f"{zlib.crc32(body):08x}"
    assert json.loads(line[1:]) == {"id": 7, "do": "resend", "from": 3, "to": 5, "c": json.loads(tail[:-1])}


@given(st.text(max_size=20))
def test_no_byte_of_it_acts_on_a_repl(text):
    try:
        line = command(1, "set", name=text, value=1.5)
    except ValueError as error:
        assert "bytes" in str(error)
        return
    assert len(line) <= MAX_COMMAND_BYTES
    assert all(0x20 <= byte < 0x80 for byte in line[1:-1])
    assert json.loads(line[1:])["name"] == text


def test_too_long_is_refused():
    with pytest.raises(ValueError, match="200"):
        command(1, "set", name="x" * 200, value=1)


@pytest.mark.parametrize("bad", [{"id": 3}, {"do": "x"}, {"c": "x"}, {"value": float("nan")}])
def test_names_of_the_wire_and_nan_are_refused(bad):
    with pytest.raises(ValueError):
        command(1, "set", **bad)
