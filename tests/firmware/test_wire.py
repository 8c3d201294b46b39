# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The board's end of docs/wire-protocol.md: what it sends, repeats and drops, and what it obeys."""

import json
import random
from binascii import crc32

import pytest
from potluck.telemetry import Damaged, command

from tests.firmware.rig import CONFIG, MAX, Answer, Hello, Log, Rig, Sample

CHANNELS = 'CHANNELS = (("a", "1", 0, None), ("b", "%", 1, None), ("c", "Cel", 3, None))'
NUMBERS = """
from potluck import app
inf = float("inf")
VALUES = ((0, 0, 0), (None, None, None), (float("nan"), inf, -inf), (True, False, 1), (-1, -41.54, -0.0004),
          (16777215, 99999.9, 1234.567), (1.5, 0.05, 0.0005), (-7, -0.06, -21.25), (1e38, -1e38, 3e30))

@app.every(0.5)
def look():
    for a, b, c in VALUES:
        app.report(a=a, b=b, c=c)
    app.report()
    app.report(b=2)

app.run()
"""
COUNT = """
from potluck import app
n = 0

@app.every(1)
def look():
    global n
    n += 1
    app.report(moisture=n)
    if n % 3 == 0:
        app.log("three more: \\x1e\\n\\x03\\" ä")

app.run()
"""


def lines(rig):
    return [line for line in rig.output.split(b"\n") if line.startswith(b"\x1e")]


def test_numbers_carry_the_declared_decimals_and_nothing_else_is_a_number():
    config = CONFIG[: CONFIG.index("CHANNELS")] + CHANNELS
    with Rig(NUMBERS, config=config, speed=MAX) as rig:
        rig.until(Sample, count=11)
        rows = [e.values for e in rig.events if isinstance(e, Sample)][:11]
        none = (None, None, None)
        assert rows[:4] == [(0, 0.0, 0.0), none, none, (1, 0.0, 1.0)]
        assert rows[4] == (-1, -41.5, 0.0)
        assert rows[5][0] == 16777215 and rows[5][1:] == pytest.approx((99999.9, 1234.567), rel=1e-6)
        assert rows[6] == (2, 0.1, 0.001) or rows[6] == (2, 0.0, 0.0) or rows[6][0] in (1, 2)
        assert rows[7] == (-7, -0.1, -21.25)
        assert rows[8] == none  # over what seven digits can mean
        assert rows[9:] == [none, (None, 2.0, None)]
        text = rig.output.decode("utf-8", "replace")
        assert '"v":[-7,-0.1,-21.250]' in text and '"v":[null,2.0,null]' in text


def test_every_line_is_a_frame_of_the_documented_form():
    with Rig(COUNT, speed=MAX) as rig:
        rig.until(Log, count=2)
        for line in lines(rig):
            body, tail = line[1:-16], line[-16:]
            assert tail == b',"c":"%08x"}' % crc32(body)
            frame = json.loads(line[1:])
            assert list(frame)[:2] == ["n", "t"] and list(frame)[-1] == "c"
            assert all(byte >= 0x20 for byte in line[1:])
        assert next(e for e in rig.events if isinstance(e, Log)).text == 'three more: \x1e\n\x03" ä'


def test_a_resend_repeats_the_same_bytes():
    with Rig(COUNT, speed=10) as rig:
        rig.until(Log, count=3)
        sent = {json.loads(line[1:])["n"]: line for line in lines(rig) if b'"v"' in line or b'"log"' in line}
        last = max(sent)
        rig.forget()
        answer = rig.command("resend", **{"from": 0, "to": last})
        assert answer.ok and answer.data["frames"] == len(sent)
        rig.until(lambda e: isinstance(e, Log) and e.n <= last, count=3)
        again = [line for line in lines(rig) if json.loads(line[1:])["n"] <= last]
        assert sorted(again) == sorted(sent.values())
        assert rig.command("ack", n=last).ok
        logs = sum(b'"log"' in line for line in sent.values())
        answer = rig.command("resend", **{"from": 0, "to": last})
        assert answer.data["frames"] == len(sent) - logs
        assert rig.command("resend", **{"from": 5, "to": 4}).data["frames"] == 0
        assert not rig.command("resend", **{"from": "x", "to": 4}).ok


def test_samples_wait_while_the_line_stands_still_and_the_oldest_give_way():
    with Rig(COUNT, speed=MAX) as rig:
        rig.until(Sample)
        rig.port._capacity = 2000  # a host that has the port open and does not read
        rig.port.stall_s = 0.0
        while rig.board.state()["uptime_s"] < 2000:
            pass
        rig.port._capacity = 1 << 20
        rig.board.clock.speed = 1.0
        rig.until(lambda e: isinstance(e, Sample) and e.values[0] > 2000, timeout_s=30)
        assert not [e for e in rig.events if isinstance(e, Damaged)]
        rows = [e for e in rig.events if isinstance(e, Sample)]
        assert [e.values[0] for e in rows] == sorted({e.values[0] for e in rows})  # in order, none twice
        assert [e.n for e in rows] == sorted({e.n for e in rows})
        jump = max(range(1, len(rows)), key=lambda i: rows[i].values[0] - rows[i - 1].values[0])
        lost = rows[jump].values[0] - rows[jump - 1].values[0] - 1
        assert lost > 1000
        assert rows[jump].n - rows[jump - 1].n > lost  # every one of them is a gap in n
        assert rig.command("hello").data["dropped"] >= lost


BAD = [
    b"\x1e{}\n",
    b"\x1e\n",
    b"\x1e" + b"x" * 5000 + b"\n",
    b"\x1e" + b"[" * 190 + b"\n",
    command(1, "run", command="water").replace(b"water", b"wader"),  # checksum
    command(1, "stop")[:-1],  # never ends
    command(1, "stop")[:20] + b"\n",
    command(1, "stop").replace(b"\n", b"\r\n"),
    bytes(byte for byte in range(256) if byte != 3),
]


def sealed(body: bytes) -> bytes:
    return b'\x1e%b,"c":"%08x"}\n' % (body, crc32(body))


def test_what_does_not_check_is_ignored():
    dice = random.Random(7)
    with Rig(COUNT, speed=5) as rig:
        rig.until(Sample)
        for bad in BAD:
            rig.link.write(bad)
        for body in (b"[1", b'"x"', b"{", b"", b'{"id":"a","do":"stop"', b'{"do":"stop"',
                     b'{"id":1.5,"do":"stop"', b'{"id":null,"do":"stop"',
                     b'{"id":true,"do":"stop"'):  # fmt: skip
            rig.link.write(sealed(body))
        rig.link.write(bytes(dice.choice([b for b in range(256) if b != 3]) for _ in range(20_000)))
        answer = rig.command("hello")
        assert answer.ok
        assert [e for e in rig.events if isinstance(e, Answer)] == [answer]
        assert not [e for e in rig.events if isinstance(e, Log) and e.level == "error"]
        for do in ("", "nothing", "__init__"):
            assert not rig.command(do).ok
        count = rig.events[-1].n
        rig.until(lambda e: isinstance(e, Sample) and e.n > count)  # and it goes on


def test_a_half_line_holds_nothing_up():
    with Rig(COUNT, speed=10) as rig:
        rig.until(Sample)
        line = command(9, "hello")
        rig.link.write(line[:15])
        rig.until(Sample, count=5)
        rig.link.write(line[15:])
        assert rig.until(lambda e: isinstance(e, Answer) and e.re == 9).ok


def test_hellos_come_seldom_while_a_lease_runs():
    def hellos_after(answer, for_ms):
        rig.until(lambda e: isinstance(e, Sample) and e.t_ms > answer.t_ms + for_ms)
        return sum(isinstance(e, Hello) and answer.t_ms < e.t_ms <= answer.t_ms + for_ms for e in rig.events)

    with Rig(COUNT, speed=MAX) as rig:
        rig.until(Hello, count=2)
        assert hellos_after(rig.command("lease", s=1_000_000), 300_000) in (4, 5)
        assert hellos_after(rig.command("lease", s=0), 100_000) in (9, 10, 11)


def test_an_esp32_speaks_the_same():
    with Rig(COUNT, board="esp32_devkitc", config=CONFIG.replace("pico", "esp32_devkitc"), speed=10) as rig:
        assert rig.until(Hello).board == "esp32_devkitc"
        rig.until(Log)
        assert rig.command("lease", s=6).ok
        assert not [e for e in rig.events if isinstance(e, Damaged)]


def test_a_channel_may_have_any_name():
    """The function behind app.report is made from text: none of its own names may be hidden by a channel's."""
    names = ("count", "done", "free", "tick", "clock", "nan", "form", "into", "pack_into", "x")
    channels = ", ".join(f'("{name}", "1", 0, None)' for name in names)
    config = CONFIG[: CONFIG.index("CHANNELS")] + f"CHANNELS = ({channels})"
    recipe = "from potluck import app\n@app.every(60)\ndef look():\n app.report(%s)\napp.run()\n" % ", ".join(
        f"{name}={i}" for i, name in enumerate(names)
    )
    with Rig(recipe, config=config, speed=MAX) as rig:
        assert rig.until(Sample).values == tuple(range(len(names)))
