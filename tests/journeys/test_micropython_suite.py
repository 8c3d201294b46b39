# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""MicroPython's own tests pass on a virtual board as docs/micropython-tests.md says."""

import pytest

from tests import micropython_suite as suite
from tests.needs import micropython_checkout, need


def test_the_page_has_a_row_for_every_directory_and_basics_nearly_whole():
    promised = suite.promised()
    assert set(promised) == {*suite.DIRECTORIES, "mpremote"}
    passed, _, failed = promised["basics"]
    assert passed / (passed + failed) >= 0.99
    for name, (_, _, failed) in promised.items():
        assert failed == sum(test.startswith(name + "/") for test in suite.explained()), name


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", [*suite.DIRECTORIES, "mpremote"])
def test_results_are_those_of_the_page(name):
    need("micropython-tests")
    need("pty")
    need("mpremote")
    got = suite.run(micropython_checkout(), name)
    assert set(got.failed) <= suite.explained()
    passed, skipped, _ = suite.promised()[name]
    assert len(got.passed) >= passed
    assert len(got.skipped) <= skipped
