# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`deploy --watch`: save, and it runs; a mistake is one sentence; the log goes on."""

import threading
import time

import pytest
from potluck.errors import RecipeInvalid
from potluck.redeploy import deploy_and_watch
from potluck.sink.base import Sink
from potluck.virtual import daemon, registry

from tests.host.beat import write_beat
from tests.needs import need


class Seen(Sink):
    """What a session shows; `until` waits for something of it."""

    def __init__(self):
        self.notes, self.steps, self.hellos, self.wrong, self.closed = [], [], [], [], 0
        self.last = 0

    def hello(self, hello, at_s):
        self.hellos.append(hello.version)
        self.last = 0

    def sample(self, sample, at_s):
        self.steps.append(int(sample.values[0]) - self.last)
        self.last = int(sample.values[0])

    def note(self, text, at_s):
        self.notes.append(text)

    def close(self, summary):
        self.closed += 1

    def until(self, condition, timeout_s=20):
        end = time.monotonic() + timeout_s
        while not condition(self):
            assert time.monotonic() < end and not self.wrong, (self.wrong, self.notes, self.hellos, self.steps[-5:])
            time.sleep(0.02)


@pytest.fixture
def board():
    need("pty")
    yield daemon.start(name="again", speed=10.0)
    for running in registry.running():
        running.stop()


@pytest.fixture
def session(board, tmp_path):
    """Start watching; gives (folder, what is seen). It ends with the test."""
    write_beat(tmp_path)
    seen, over = Seen(), threading.Event()

    def run():
        try:
            deploy_and_watch(str(tmp_path), [seen], "virtual:again", stop=over.is_set)
        except BaseException as error:
            seen.wrong.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    seen.until(lambda s: s.steps)
    yield tmp_path, seen
    over.set()
    thread.join(10)
    assert not thread.is_alive() and seen.closed == 1


def test_each_save_runs_and_a_mistake_is_one_sentence(session):
    folder, seen = session
    write_beat(folder, step=3, version="1.0.1")
    seen.until(lambda s: s.hellos[-1] == "1.0.1" and s.steps[-1] == 3)
    assert len(seen.notes) == 1 and "saved" in seen.notes[0] and "main.py" in seen.notes[0]

    write_beat(folder, step=5, more="def (:\n")
    seen.until(lambda s: len(s.notes) == 2)
    assert seen.notes[1].startswith("main.py line 1: SyntaxError"), seen.notes[1]
    count = len(seen.steps)
    seen.until(lambda s: len(s.steps) > count + 2)
    assert seen.steps[-1] == 3, "what ran goes on"

    write_beat(folder, step=7, version="1.0.2")
    seen.until(lambda s: s.hellos[-1] == "1.0.2" and s.steps[-1] == 7)
    assert len(seen.notes) == 3 and seen.closed == 0


def test_a_port_that_goes_is_waited_for_and_the_save_too(session):
    folder, seen = session
    registry.find("again").control({"do": "unplug"})
    seen.until(lambda s: any("gone" in note for note in s.notes))
    write_beat(folder, step=4, version="2.0.0")
    registry.find("again").control({"do": "plug"})
    seen.until(lambda s: s.hellos[-1] == "2.0.0" and s.steps[-1] == 4, 30)


def test_the_first_one_fails_as_a_deploy_does(board, tmp_path):
    write_beat(tmp_path, more="def (:\n")
    with pytest.raises(RecipeInvalid):
        deploy_and_watch(str(tmp_path), [], "virtual:again")
