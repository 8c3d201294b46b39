# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`python -m potluck` is the command `potluck`."""

from potluck.cli import main

main()
