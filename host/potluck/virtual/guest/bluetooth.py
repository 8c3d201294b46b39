# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from _vb import text as _text

if not _text("wlan_kind").split("\n")[0]:  # boards with a radio have both kinds
    raise ImportError("no module named 'bluetooth'")


def BLE():
    raise NotImplementedError("bluetooth is not simulated")


class UUID:
    def __init__(self, value):
        raise NotImplementedError("bluetooth is not simulated")
