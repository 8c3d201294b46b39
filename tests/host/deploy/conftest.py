# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Deploys in these tests remember what they sent in a folder of their own."""

import pytest
from potluck.deploy import kept


@pytest.fixture(autouse=True)
def _remembers_apart(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "_folder", lambda: tmp_path / "deployed")
