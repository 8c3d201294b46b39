# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# The runtime as a part of your own MicroPython build: include("…/firmware/manifest.py") in your board's
# manifest. docs/on-the-board.md says what it wants beside it.

metadata(version="0.1.0", description="potluck's runtime: tasks, channels, telemetry, settings, ledger", license="MIT")

package("potluck")
