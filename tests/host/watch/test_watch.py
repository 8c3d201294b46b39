# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import io
import random
import signal

import pytest
from potluck import errors, log
from potluck.sink import log_to
from potluck.sink.base import Sink
from potluck.sink.plain import PlainSink
from potluck.telemetry import Answer, Hello, Sample, Text
from potluck.watch import ask, watch

from tests.host.telemetry.frames import frame, hello, sample
from tests.host.watch.boards import Clock, LossyBoard, ScriptedLink, each_second


class Keeper(Sink):
    """Keeps what it is told; `fails_at` samples it raises `error`."""

    def __init__(self, fails_at=None, error=None):
        self.events, self.notes, self.summary = [], [], None
        self.fails_at, self.error, self.opened = fails_at, error, None

    def open(self, session):
        self.opened = session

    def hello(self, event, at_s):
        self.events.append(event)

    def sample(self, event, at_s):
        self.events.append(event)
        if len(self.samples) == self.fails_at:
            raise self.error

    def line(self, event, at_s):
        self.events.append(event)

    def note(self, text, at_s):
        self.notes.append(text)

    def close(self, summary):
        self.summary = summary

    @property
    def samples(self):
        return [event for event in self.events if isinstance(event, Sample)]


def run(link, *sinks, **options):
    clock = link.clock
    return watch(link, sinks, clock=clock, now=lambda: 1.79e9 + clock.s, **options)


@pytest.fixture
def clock():
    return Clock()


def test_samples_reach_every_sink_and_the_summary_counts_them(clock):
    link = ScriptedLink(clock, [(0.1, hello(0)), *each_second(range(1, 11))], answering=True)
    link.n = 11
    one, two = Keeper(), Keeper()
    summary = run(link, one, two, for_s=10.9)
    assert [event.n for event in one.samples] == list(range(1, 11))
    assert one.events == two.events
    assert isinstance(one.events[0], Hello)
    assert one.summary == two.summary == summary
    assert str(summary) == "10 received, 0 lost, 0 damaged"
    assert summary.seconds == pytest.approx(10.9)
    assert (summary.recipe, summary.board, summary.boots) == ("plant-waterer", "pico", 1)
    assert one.opened.port == "virtual:scripted"
    assert not link.closed


def test_nothing_is_sent_before_a_valid_frame(clock):
    broken = sample(1, 2)[:-3] + b"x}\n"
    link = ScriptedLink(clock, [(1.0, b">>> MicroPython\r\n" + broken), (20.0, b"\x1e\x1e{\n")])
    assert run(link, for_s=40).frames == 0
    assert link.wrote == []


def test_nothing_is_sent_to_a_board_in_safe_mode(clock):
    keeper = Keeper()
    safe = frame(0, 900, hello={"safe": "crashed three times", "board": "pico", "boot": "aa", "channels": []})
    link = ScriptedLink(clock, [(1.0, safe + b"MicroPython v1.26\r\n>>> ")])
    run(link, keeper, for_s=30)
    assert link.wrote == []
    assert keeper.events[0].safe == "crashed three times"
    assert keeper.events[-1] == Text(">>> ")


def test_first_a_hello_then_a_lease_every_two_seconds_one_command_at_a_time(clock):
    link = ScriptedLink(clock, each_second(range(500, 520)), answering=True)
    link.start_s -= 500
    link.n = 600
    keeper = Keeper()
    run(link, keeper, for_s=19.5)
    first = [said["do"] for _, said in link.wrote[:3]]
    assert first == ["hello", "lease", "ack"] and link.wrote[0][0] == 500
    leases = [at_s for at_s, said in link.wrote if said["do"] == "lease"][:-1]
    assert all(1.9 <= b - a <= 2.6 for a, b in zip(leases, leases[1:], strict=False))
    assert link.said("lease")[0]["s"] == 6
    assert link.wrote[-1][1]["do"] == "lease" and link.wrote[-1][1]["s"] == 0
    ids = [said["id"] for _, said in link.wrote]
    assert ids == list(range(ids[0], ids[0] + len(ids)))
    # the sample that came before the hello is shown after it, with names
    assert isinstance(keeper.events[0], Hello) and keeper.events[1].n == 500


def test_unanswered_commands_are_said_again_and_then_we_are_quiet(clock):
    link = ScriptedLink(clock, [(0.1, hello(0))])
    run(link, for_s=60)
    assert len(link.wrote) == 3
    assert all(said == link.wrote[0][1] for _, said in link.wrote)


def test_samples_of_a_board_that_never_says_hello_are_shown_without_names(clock):
    keeper = Keeper()
    run(ScriptedLink(clock, each_second(range(1, 9))), keeper, for_s=9)
    assert [channel.name for channel in keeper.events[0].channels] == ["v0", "v1", "v2"]
    assert len(keeper.samples) == 8


def test_lost_frames_are_asked_for_and_fill_their_gap(clock):
    """Two seconds in which nothing gets through; then all of it comes after all."""
    link = LossyBoard(clock, every_s=0.1, fate=lambda data: b"" if 1004 < clock.s < 1006 else data)
    keeper = Keeper()
    summary = run(link, keeper, for_s=20)
    got = [event.n for event in keeper.samples]
    assert sorted(got) == link.made and got != link.made
    assert summary.received == len(link.made)
    assert len(link.said("resend")) == 1


@pytest.mark.parametrize("seed", range(12))
def test_a_bad_line_loses_no_sample_that_the_board_still_has(clock, seed):
    """One frame in eight is dropped or damaged, both ways."""
    chance = random.Random(seed)

    def fate(data):
        if clock.s > 1050 or chance.random() > 1 / 8:
            return data
        if chance.random() < 0.5:
            return b""
        bad = bytearray(data)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        return bytes(bad)

    link = LossyBoard(clock, every_s=0.5, fate=fate)
    keeper = Keeper()
    summary = run(link, keeper, for_s=70)
    got = [event.n for event in keeper.samples]
    assert len(got) == len(set(got)) == summary.received
    # a frame may lose its second chance too; few do
    missing = set(link.made) - set(got)
    assert len(missing) <= len(link.made) * 0.1
    assert len(missing) <= summary.lost
    assert summary.boots == 1
    assert all(event.values == (41.5, 1, event.n) for event in keeper.samples)


def test_a_gap_that_the_board_no_longer_has_stays_lost_and_is_asked_for_once(clock):
    script = [(0.1, hello(0)), (1.0, sample(1, 1, 1, 1)), (2.0, sample(30, 1, 1, 1))]
    link = ScriptedLink(clock, script, answering=True)
    link.next_n = iter(range(2, 30)).__next__  # before the gap, then inside it
    summary = run(link, for_s=12)
    assert summary.lost > 0
    asked = [(said["from"], said["to"]) for said in link.said("resend")]
    assert len(asked) == len(set(asked))


def test_a_gap_far_longer_than_the_boards_memory_is_not_asked_for_piece_by_piece(clock):
    link = LossyBoard(clock, every_s=0.01, fate=lambda data: b"" if 1001 < clock.s < 1100 else data)
    keeper = Keeper()
    summary = run(link, keeper, for_s=120)
    assert len(link.said("resend")) <= 3
    assert summary.frames + summary.lost in (link.n, link.n - 1)  # the last answer may be under way
    assert summary.received >= 2000 + 70


def test_repeated_frames_are_not_news(clock):
    keeper = Keeper()
    link = ScriptedLink(clock, [(0.1, hello(0)), *each_second([1, 2, 3]), *each_second([2, 3])])
    summary = run(link, keeper, for_s=5)
    assert [event.n for event in keeper.samples] == [1, 2, 3]
    assert (summary.received, summary.lost, summary.boots) == (3, 0, 1)


def test_damaged_frames_are_counted_and_kept(clock):
    keeper = Keeper()
    link = ScriptedLink(
        clock, [(0.1, hello(0)), (1.0, sample(1, 7).replace(b"7]", b"8]")), (2.0, sample(2, 1, 1, 1))]
    )
    summary = run(link, keeper, for_s=4)
    assert (summary.received, summary.lost, summary.damaged) == (1, 1, 1)
    assert '"v":[8]' in keeper.events[1].text


def test_board_that_starts_again(clock):
    keeper = Keeper()
    script = [(0.1, hello(0)), *each_second(range(1, 5))]
    script += [(6.0, b"MPY: soft reboot\r\n" + hello(0, t_ms=20, boot="bbbbbbbb"))]
    script += [(6.0 + n, sample(n, 40, 1, 0)) for n in range(1, 5)]
    summary = run(ScriptedLink(clock, script), keeper, for_s=12)
    assert (summary.received, summary.lost, summary.boots) == (8, 0, 2)
    assert [event.boot for event in keeper.events if isinstance(event, Hello)] == ["5f3a09c1", "bbbbbbbb"]


def test_held_samples_of_the_old_boot_do_not_get_the_new_boots_names(clock):
    keeper = Keeper()
    script = [(0.1, sample(700, 1, 2)), (0.2, hello(0, boot="bb")), (0.3, sample(1, 1, 2, 3))]
    run(ScriptedLink(clock, script), keeper, for_s=1)
    kinds = [(type(event).__name__, getattr(event, "boot", None)) for event in keeper.events]
    assert kinds == [("Hello", ""), ("Sample", None), ("Hello", "bb"), ("Sample", None)]


def test_port_that_goes_ends_the_session_with_all_that_came(clock, tmp_path):
    path = tmp_path / "log.sqlite"
    keeper = Keeper()
    link = ScriptedLink(clock, [(0.1, hello(0)), *each_second([1, 2]), (3.0, b"last words"), (4.0, None)])
    with pytest.raises(errors.PortGone):
        run(link, log_to(path), keeper)
    assert (keeper.summary.received, keeper.events[-1]) == (2, Text("last words"))
    (session,) = log.sessions(path)
    assert session.received == 2 and session.ended_at


def test_port_that_comes_back_is_opened_again(clock):
    first = ScriptedLink(clock, [(0.1, hello(0)), *each_second([1, 2]), (3.0, None)])
    links = []

    def reopen():
        if clock.s < 1007:
            raise errors.PortNotFound("not there", where="a0")
        links.append(ScriptedLink(clock, [(0.5, sample(5, 1, 1, 1, t_ms=5000)), (1.0, hello(6))]))
        return links[-1]

    def sleep(s):
        clock.s += s

    keeper = Keeper()
    summary = run(first, keeper, for_s=12, reopen=reopen, sleep=sleep)
    assert [event.n for event in keeper.samples] == [1, 2, 5]
    assert (summary.lost, summary.boots) == (2, 1)
    assert len(keeper.notes) == 2
    assert links[0].closed and not first.closed
    # it was silent at the new port until it heard a frame there
    assert links[0].wrote[0][0] >= 0.5


def test_ctrl_c_ends_with_a_summary(clock):
    keeper = Keeper()
    link = ScriptedLink(clock, [(0.1, hello(0)), *each_second(range(1, 100))], interrupt_at_s=5.5)
    summary = run(link, keeper)
    assert summary.interrupted and summary == keeper.summary
    assert summary.received == 6 or summary.received == 5


def test_ctrl_c_while_the_port_is_away(clock):
    def sleep(s):
        raise KeyboardInterrupt

    def reopen():
        raise errors.PortNotFound("not there")

    link = ScriptedLink(clock, [(0.1, hello(0)), (1.0, None)])
    assert run(link, reopen=reopen, sleep=sleep).interrupted


@pytest.mark.parametrize("error", [errors.LogFull("full"), errors.LogLocked("held"), BrokenPipeError()])
def test_a_sink_that_fails_ends_the_session_and_the_others_are_closed(clock, error):
    failing, other = Keeper(3, error), Keeper()
    link = ScriptedLink(clock, [(0.1, hello(0)), *each_second(range(1, 100))])
    with pytest.raises(type(error)):
        run(link, failing, other)
    # it was not shown: the log, which comes first, could not keep it
    assert len(other.samples) == 2
    assert other.summary is not None and failing.summary is not None


def test_shown_means_logged(clock, tmp_path):
    path = tmp_path / "log.sqlite"
    seen = []

    class Screen(Sink):
        def __init__(self):
            self.waiting = 0

        def sample(self, event, at_s):
            self.waiting += 1

        def commit(self):
            if self.waiting:
                seen.append(log.sessions(path)[0].received)
                self.waiting = 0

    run(ScriptedLink(clock, [(0.1, hello(0)), *each_second(range(1, 6))]), log_to(path), Screen(), for_s=6)
    assert seen == [1, 2, 3, 4, 5]


def test_stop(clock):
    link = ScriptedLink(clock, [(0.1, hello(0)), *each_second(range(1, 100))])
    assert run(link, stop=lambda: clock.s >= 1004.5).received == 4


def test_ten_megabytes_of_noise_between_samples(clock, tmp_path):
    noise = random.Random(7).randbytes(10_000_000)
    script = [(0.1, hello(0)), (1.0, sample(1, 1, 1, 1))]
    script += [(2.0, noise[i : i + 65_536]) for i in range(0, len(noise), 65_536)]
    script += [(3.0, b"\n" + sample(2, 1, 1, 1))]
    summary = run(
        ScriptedLink(clock, script), log_to(tmp_path / "log.sqlite"), PlainSink(io.StringIO()), for_s=4
    )
    assert (summary.received, summary.lost) == (2, 0)


def test_ask_waits_for_a_frame_and_returns_the_answer(clock):
    link = ScriptedLink(clock, [(8.0, hello(0))], answering=True)
    answer = ask(link, "run", command="water", clock=clock)
    assert isinstance(answer, Answer) and answer.ok
    assert link.wrote[0][1]["command"] == "water" and link.wrote[0][0] == 8.0


def test_ask_says_when_nobody_answers(clock):
    with pytest.raises(errors.BoardSilent, match="no potluck frame"):
        ask(ScriptedLink(clock), "run", command="water", clock=clock)
    with pytest.raises(errors.BoardSilent, match="did not answer"):
        ask(ScriptedLink(clock, [(1.0, hello(0))]), "run", command="water", clock=clock)


def test_ctrl_c_in_the_middle_of_a_read_loses_nothing_of_it(clock, tmp_path):
    """Between a sample's way into the log and its way onto the screen nothing is torn."""
    path = tmp_path / "log.sqlite"

    class Pressing(Keeper):
        def sample(self, event, at_s):
            super().sample(event, at_s)
            if event.n == 3:
                signal.raise_signal(signal.SIGINT)

    keeper = Pressing()
    script = [
        (0.1, hello(0)),
        (1.0, b"".join(sample(n, 1, 1, 1) for n in range(1, 6))),
        (2.0, sample(6, 1, 1, 1)),
    ]
    summary = run(ScriptedLink(clock, script), log_to(path), keeper)
    assert summary.interrupted
    assert summary.received == log.sessions(path)[0].received == 5
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_ends_a_sink_that_hangs(clock):
    class Hanging(Sink):
        def sample(self, event, at_s):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            raise AssertionError("not reached")

    assert run(ScriptedLink(clock, [(0.1, hello(0)), (1.0, sample(1, 1, 1, 1))]), Hanging()).interrupted
