# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What every link can do, whatever the line is made of."""

from __future__ import annotations


class Link:
    """Bytes to and from one board.

    name         what the person calls the port ("/dev/ttyACM0", "virtual:pico")
    description  one line about what is there
    """

    name: str
    description: str
    has_reset = False  # whether hard_reset may work here

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, as soon as anything has; b"" when nothing came within timeout_s.

        Raises PortGone when the other end has disappeared.
        """
        raise NotImplementedError

    def write(self, data: bytes) -> None:
        """Send all of data. Raises PortGone, or BoardSilent when the other end takes nothing."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the line, without resetting the board. Closing twice is fine."""
        raise NotImplementedError

    def hard_reset(self) -> bool:
        """Pull the board's reset line; False where there is no such line."""
        return False

    def reopen(self, patience_s: float) -> bool:
        """After a PortGone: wait so long for the same board to come back. False where nothing comes back."""
        return False

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
