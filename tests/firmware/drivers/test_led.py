# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The LED's driver: words as rhythms."""

import pytest

from .part_bench import Bench


@pytest.fixture
def led():
    with Bench("led", "Led", pins={"anode": 16}, pin="out") as bench:
        bench.run(
            "async def watch(word, ms):\n"
            "  d.show(word)\n  seen = ''\n"
            "  for _ in range(ms // 50):\n    await asyncio.sleep_ms(50)\n    seen += str(d._pin())\n"
            "  return seen\n"
        )
        yield bench


def test_is_dark_until_it_has_something_to_say(led):
    assert led.level() == 0 and led.ask("[d.word, d.on]") == ["off", False]


@pytest.mark.parametrize(("word", "changes"), [("ok", 0), ("off", 0), ("busy", 28), ("refill", 1), ("done", 1), ("trouble", 3)])
def test_words_differ_by_rhythm(led, word, changes):
    seen = led.ask(f"asyncio.run(watch({word!r}, 2950))")
    seen_changes = sum(a != b for a, b in zip(seen, seen[1:], strict=False))
    assert seen_changes == pytest.approx(changes, abs=2 if changes > 4 else 0)
    assert seen[0] == ("0" if word == "off" else "1")


def test_a_new_word_ends_the_old_one(led):
    led.run("asyncio.run(watch('busy', 400))")
    assert set(led.ask("asyncio.run(watch('ok', 1000))")) == {"1"}
    led.run("d.safe()")
    assert led.level() == 0 and led.ask("d.word") == "off"


def test_an_unknown_word_changes_nothing_and_names_the_known(led):
    led.run("d.show('ok')")
    said = led.run("try: d.show('happy')\nexcept ValueError as error: print(error)")
    assert "happy" in said and "refill" in said
    assert led.ask("d.word") == "ok"
