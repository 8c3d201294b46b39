# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Wi-Fi: a station that can find and join simulated access points on virtual time, and nothing beyond.

Addresses are made up: no packet ever leaves the computer (see `net`).
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass
from typing import Any

from potluck.model.board import Board
from potluck.virtual.clock import Clock
from potluck.virtual.hypercalls import GuestError, operation, text
from potluck.virtual.resets import HardReset, SoftReset

_JOIN_US = 2_500_000  # association, keys and DHCP, about as boards do in a quiet flat
_REFUSED_US = 3_000_000
_SCAN_US = 2_000_000

# What status() answers, by driver: extmod/network_cyw43.c (CYW43_LINK_*), ports/esp32/network_wlan.c.
STATUS = {
    "cyw43": {"idle": 0, "joining": 1, "no ap": -2, "wrong password": -3, "up": 3},
    "nina": {"idle": 0, "joining": 1, "no ap": -2, "wrong password": -3, "up": 3},
    "esp32": {"idle": 1000, "joining": 1001, "no ap": 201, "wrong password": 202, "up": 1010},
}


@dataclass
class AccessPoint:
    """One network in the air. password "": open."""

    ssid: str = "potluck"
    password: str = "potluck-password"
    channel: int = 6
    rssi: int = -54
    bssid: str = "02:70:6f:74:6c:01"


class Radio:
    """The station and the access points around it; `access_points` may be changed at any time."""

    def __init__(self, board: Board, clock: Clock, seed: int) -> None:
        self.kind = board.radio.kind if board.radio else ""
        self._hostname = board.radio.hostname if board.radio else ""
        self._clock = clock
        self.access_points = [AccessPoint()]
        mac = random.Random(f"mac {seed}").randbytes(6)
        self.mac = bytes([mac[0] & 0xFC | 2]) + mac[1:]  # a local address
        self.active = False
        self._wanted: AccessPoint | None = None
        self._ap: AccessPoint | None = None
        self._asked_us = -1
        self._ends = ""  # how the join that was asked for ends

    def reset(self, cause: SoftReset | HardReset) -> None:
        if isinstance(cause, HardReset) or self.kind == "esp32":  # an ESP32 stops its radio at both
            self.active = False
            self._leave()

    def _leave(self) -> None:
        self._ap, self._asked_us, self._ends = None, -1, ""

    def connect_world(self, config: dict[str, Any] | None) -> None:
        """`wifi` of a world's configuration lists other access points than the usual one."""
        if config is not None and config.get("wifi") is not None:
            self.access_points = [AccessPoint(**point) for point in config["wifi"]]

    def _state(self) -> str:
        if self._asked_us < 0:
            return "idle"
        if self._ap is not None and self._ap not in self.access_points:
            self._ends, self._ap = "no ap", None  # it went away
        wait_us = _JOIN_US if self._ends == "up" else _REFUSED_US
        return self._ends if self._clock.now_us() >= self._asked_us + wait_us else "joining"

    @property
    def connected(self) -> bool:
        return self._state() == "up"

    # -- operations ------------------------------------------------------------------------------

    @text
    def wlan_kind(self, _: str) -> str:
        return self.kind + "\n" + self._hostname

    @operation
    def wlan_active(self, on: int, *_: int) -> int:
        """`on` -1: ask only."""
        if on >= 0:
            self.active = bool(on)
            if not on:
                self._leave()
        return int(self.active)

    @operation
    def wlan_status(self, *_: int) -> int:
        return STATUS[self.kind][self._state()]

    @operation
    def wlan_connected(self, *_: int) -> int:
        return int(self.connected)

    @operation
    def wlan_rssi(self, *_: int) -> int:
        return self._ap.rssi if self._ap and self.connected else 0

    @operation
    def wlan_disconnect(self, *_: int) -> None:
        self._leave()

    @text
    def wlan_mac(self, _: str) -> str:
        return " ".join(map(str, self.mac))

    @text
    def wlan_scan(self, _: str) -> str:
        """One line an access point, in the order that the driver found them."""
        if not self.active:
            raise GuestError("OSError", "STA must be active" if self.kind == "esp32" else "1 EPERM")
        self._clock.spend(_SCAN_US)
        return json.dumps([asdict(point) for point in self.access_points])

    @text
    def wlan_connect(self, payload: str) -> str:
        ssid, password = json.loads(payload)
        if not self.active:
            raise GuestError("OSError", "Wifi Not Started" if self.kind == "esp32" else "1 EPERM")
        if self.kind == "esp32" and self._state() == "joining":
            raise GuestError("OSError", "Wifi Internal State Error")
        found = sorted((point for point in self.access_points if point.ssid == ssid), key=lambda point: -point.rssi)
        self._asked_us = self._clock.now_us()
        self._ap = None
        if not found:
            self._ends = "no ap"
        elif found[0].password and found[0].password != password:
            self._ends = "wrong password"
        else:
            self._ends, self._ap = "up", found[0]
        return ""

    @text
    def wlan_joined(self, _: str) -> str:
        return self._ap.ssid + f"\n{self._ap.channel}" if self._ap and self.connected else "\n0"
