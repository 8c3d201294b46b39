# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The project's numbers, measured: `make bench`. One module per number; docs/benchmarks.md keeps a run."""
