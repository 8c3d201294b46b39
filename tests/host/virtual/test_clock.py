# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Virtual time without a board."""

import threading
import time

import pytest

from potluck.virtual.clock import Clock

NEVER = lambda: False  # noqa: E731


def test_real_time_runs_at_its_speed():
    clock = Clock(speed=50)
    start, real = clock.now_us(), time.monotonic()
    clock.sleep_until(start + 1_000_000, real_pace=False, ready=NEVER)
    assert 0.015 < time.monotonic() - real < 0.5
    assert clock.now_us() >= start + 1_000_000


def test_full_speed_jumps_and_events_come_in_order():
    clock, seen = Clock(float("inf")), []
    clock.at(300, lambda: seen.append(3))
    first = clock.at(100, lambda: seen.append(1))
    clock.at(200, lambda: (seen.append(2), clock.at(250, lambda: seen.append(2.5))))
    clock.cancel(first)
    clock.spend(1000)
    clock.run_due()
    assert seen == [2, 2.5, 3]
    assert clock.next_event_us() is None


def test_a_jump_stops_at_the_next_event():
    clock = Clock(float("inf"))
    clock.at(500, lambda: None)
    assert not clock.jump_to(1000)
    assert clock.jump_to(400) and clock.now_us() == 400


def test_a_nudge_ends_a_wait_without_end():
    clock = Clock(1.0)
    threading.Timer(0.05, clock.nudge).start()
    start = time.monotonic()
    clock.sleep_until(None, real_pace=True, ready=NEVER)
    assert time.monotonic() - start < 5


def test_waiting_for_a_person_is_real_time_even_at_full_speed():
    clock = Clock(float("inf"))
    start = time.monotonic()
    while clock.now_us() < 50_000:
        clock.sleep_until(50_000, real_pace=True, ready=NEVER)
    assert time.monotonic() - start >= 0.049


def test_nonsense_speed():
    with pytest.raises(ValueError, match="over 0"):
        Clock(0)
