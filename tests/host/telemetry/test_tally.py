# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from hypothesis import given
from hypothesis import strategies as st
from potluck.telemetry.tally import DUPLICATE, FILLED, NEW, REBOOT, Tally


def test_gaps_are_losses_until_they_are_filled():
    tally = Tally()
    assert [tally.frame(n, n * 10) for n in (100, 101, 105)] == [NEW, NEW, NEW]
    assert (tally.received, tally.lost, tally.gaps, tally.contiguous) == (3, 3, [(102, 104)], 101)
    assert tally.frame(103, 1030) == FILLED
    assert (tally.received, tally.lost, tally.gaps) == (4, 2, [(102, 102), (104, 104)])
    assert tally.frame(103, 1030) == DUPLICATE
    tally.give_up(102, 104)
    assert (tally.lost, tally.gaps, tally.contiguous) == (2, [], 105)
    # given up, and it comes after all: late, not another boot
    assert tally.frame(104, 1040) == FILLED
    assert (tally.received, tally.lost, tally.duplicates, tally.boots) == (5, 1, 1, 1)


def test_new_boot_by_its_hello():
    tally = Tally()
    tally.hello(0, 15, "aa")
    tally.frame(1, 1000)
    assert tally.hello(0, 15, "bb") == REBOOT
    assert (tally.boot, tally.boots, tally.lost) == ("bb", 2, 0)
    tally.frame(1, 1000)
    # a boot whose first three frames were not heard
    assert tally.hello(3, 3000, "cc") == REBOOT
    assert (tally.lost, tally.gaps) == (3, [(0, 2)])


def test_new_boot_whose_hello_was_lost():
    tally = Tally()
    tally.hello(0, 15, "aa")
    for n in range(1, 50):
        tally.frame(n, n * 1000)
    assert tally.frame(1, 900) == REBOOT  # the same number at another time
    assert tally.boot is None
    assert (tally.lost, tally.gaps) == (1, [(0, 0)])
    assert tally.hello(2, 2000, "bb") == NEW
    assert tally.boot == "bb"


def test_new_boot_that_overtook_the_old_one_is_seen_by_its_time():
    tally = Tally()
    tally.hello(0, 15, "aa")
    tally.frame(1, 3_600_000)
    assert tally.frame(7, 7000) == REBOOT
    assert tally.lost == 7


@given(st.sets(st.integers(1, 98)), st.randoms(use_true_random=False))
def test_received_and_lost_add_up(dropped, chance):
    """100 frames, of which some are dropped; some of those come later, and some come twice."""
    late = [n for n in sorted(dropped) if chance.random() < 0.5]
    tally = Tally()
    for n in range(100):
        if n not in dropped:
            tally.frame(n, n * 10)
    for n in late + late:
        tally.frame(n, n * 10)
    assert tally.lost == len(dropped) - len(late)
    assert tally.received == 100 - tally.lost
    assert (tally.duplicates, tally.boots) == (len(late), 1)
    assert sum(last - first + 1 for first, last in tally.gaps) == tally.lost
