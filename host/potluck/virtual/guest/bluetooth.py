# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from _vb import Missing as _Missing
from _vb import text as _text

if not _text("wlan_kind").split("\n")[0]:  # boards with a radio have both kinds
    raise ImportError("no module named 'bluetooth'")
BLE = _Missing("bluetooth.BLE")
UUID = _Missing("bluetooth.UUID")
