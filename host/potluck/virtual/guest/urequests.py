# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
try:
    from requests import *  # noqa: F403
except ImportError:
    raise ImportError("no module named '%s'" % __name__)
