# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A virtual Pico answers as official firmware does, question by question; where it does not, differences.toml says why."""

import json
import tomllib

import pytest
from potluck import link
from potluck.link.repl import Repl
from potluck.virtual.session import Session

from tests import true_pico
from tests.host.virtual.official import ask


@pytest.fixture(scope="module")
def recorded():
    return dict(json.loads(line) for line in ask.ANSWERS.read_text("utf-8").splitlines())


@pytest.fixture(scope="module")
def told():
    """What the virtual board answers."""
    with Session("pico", speed=float("inf")) as session:
        repl = Repl(session.link)
        repl.enter()
        return dict(ask.answers(repl, ask.questions()))


@pytest.fixture(scope="module")
def differences():
    """question → why the virtual board answers something else."""
    found = tomllib.loads((ask.HERE / "differences.toml").read_text("utf-8"))
    return {question: reason["because"] for reason in found["reason"] for question in reason["questions"]}


def test_every_answer_is_the_boards_or_its_difference_is_explained(recorded, told, differences):
    assert list(recorded) == ask.questions(), "record the answers anew: see ask.py"
    wrong = [question for question in recorded if told[question] != recorded[question]]
    new = [question for question in wrong if question not in differences]
    assert [f"{question}\n    {recorded[question]}\n    {told[question]}" for question in new] == []
    assert [question for question in differences if question not in wrong] == [], "no difference any more"


def test_nothing_that_was_asked_was_a_mistake_of_the_virtual_board(told):
    assert [question for question, answer in told.items() if "mistake in the virtual board" in answer] == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_record_is_what_official_firmware_says(tmp_path, recorded):
    with true_pico.running(tmp_path) as port, link.open_port(port) as line, Repl(line) as repl:
        for question, answer in ask.answers(repl, ask.questions(), timeout_s=90):
            assert answer == recorded[question], question
