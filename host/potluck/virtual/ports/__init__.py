# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Where a virtual board's serial line comes out: a pseudo-terminal, a TCP port, or memory."""
