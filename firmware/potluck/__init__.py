# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The part of potluck that runs on the board. A recipe begins with `from potluck import app`."""

VERSION = "0.1.0"
