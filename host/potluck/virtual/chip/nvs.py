# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The ESP32's non-volatile storage: values by namespace and key, kept through every reset and power cut.

It lives as long as this virtual board: a flash kept with `--dir` holds the files, not the NVS.
"""

from __future__ import annotations

from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import GuestError, operation, text
from potluck.virtual.resets import HardReset, SoftReset

_NOT_FOUND = "-4354 ESP_ERR_NVS_NOT_FOUND"
_BAD_LENGTH = "-4364 ESP_ERR_NVS_INVALID_LENGTH"
_LONG_NAME = "-4361 ESP_ERR_NVS_KEY_TOO_LONG"
_NAME_LIMIT = 15


class Nvs:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.kept: dict[tuple[str, str], int | bytes] = {}  # (namespace, key) → value, as committed
        self._values: dict[tuple[str, str], int | bytes] = {}
        self._key = ("", "")

    def reset(self, cause: SoftReset | HardReset) -> None:
        if isinstance(cause, HardReset):
            self._values = dict(self.kept)

    def told(self) -> list[tuple[str, str, int | None, str]]:
        """For a snapshot: namespace, key, number or None, bytes in hex."""
        return [
            (*at, value if isinstance(value, int) else None, "" if isinstance(value, int) else value.hex())
            for at, value in self.kept.items()
        ]

    def bring_back(self, told: list[tuple[str, str, int | None, str]]) -> None:
        self.kept = {
            (namespace, key): bytes.fromhex(data) if number is None else number for namespace, key, number, data in told
        }
        self._values = dict(self.kept)

    @text
    def nvs_key(self, payload: str) -> str:
        """The next call is about this namespace and key."""
        namespace, key = payload.split("\n", 1)
        if len(namespace) > _NAME_LIMIT or len(key) > _NAME_LIMIT:
            raise GuestError("OSError", _LONG_NAME)
        self._key = (namespace, key)
        return ""

    def _get(self, kind: type) -> int | bytes:
        value = self._values.get(self._key)
        if not isinstance(value, kind):
            raise GuestError("OSError", _NOT_FOUND)
        return value

    @operation
    def nvs_get(self, *_: int) -> int:
        return self._get(int)

    @operation
    def nvs_set(self, value: int, *_: int) -> None:
        self._values[self._key] = value

    @operation
    def nvs_get_blob(self, at: int, room: int, _: int) -> int:
        data = self._get(bytes)
        if len(data) > room:
            raise GuestError("OSError", _BAD_LENGTH)
        self._memory.write(at, data)
        return len(data)

    @operation
    def nvs_set_blob(self, at: int, size: int, _: int) -> None:
        self._values[self._key] = self._memory.read(at, size)

    @operation
    def nvs_erase(self, *_: int) -> None:
        if self._key not in self._values:
            raise GuestError("OSError", _NOT_FOUND)
        del self._values[self._key]

    @operation
    def nvs_commit(self, *_: int) -> None:
        self.kept = dict(self._values)
