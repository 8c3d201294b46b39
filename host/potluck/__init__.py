# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck: recipes for things that sense and act, on a real or a virtual board."""

__version__ = "0.1.0"
