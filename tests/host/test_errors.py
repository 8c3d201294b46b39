# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Every error: one id, a builtin that fits, a text that reads where: what; do."""

from __future__ import annotations

import builtins
import pickle
import re

import pytest
from potluck import errors


def test_ids_are_unique_and_kebab_case():
    ids = [kind.id for kind in errors.every_error()]
    assert len(ids) == len(set(ids)) > 30
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in ids)


@pytest.mark.parametrize("kind", errors.every_error(), ids=lambda kind: kind.id)
def test_each_is_a_builtin_too_and_reads_well(kind):
    error = kind("the port is busy", where="COM3", do="close the other program")
    assert str(error) == "COM3: the port is busy; close the other program"
    assert str(kind("it is gone")) == "it is gone"
    assert error.as_dict() == {"id": kind.id, "what": "the port is busy", "where": "COM3",
                               "do": "close the other program"}
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind and str(copy) == str(error)
    own = {base for base in kind.__mro__ if base.__module__ == builtins.__name__}
    assert own - {Exception, BaseException, object}, "a builtin says more than Exception"
    assert kind.__doc__, "docs are made from it"


def test_checks_failed_keeps_its_findings():
    error = errors.ChecksFailed("two things", findings=["one", "two"])
    assert pickle.loads(pickle.dumps(error)).findings == ("one", "two")
