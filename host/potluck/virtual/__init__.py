# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The virtual board: real MicroPython in WebAssembly, with a board's flash, chip, world and port."""
