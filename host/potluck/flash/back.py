# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Wait for the same board to come back, under whatever name, and ask it what it runs."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from potluck.errors import BoardNotBack, PotluckError
from potluck.flash import ask
from potluck.flash.targets import Target, ports
from potluck.link.listing import plain_serial

BACK_S = 30.0  # the first start also makes a file system
_TROUBLES = (
    (re.compile(rb"invalid header: 0x[0-9a-f]+"), "the chip finds no firmware at its place ({})"),
    (re.compile(rb"Detected size\(\d+k\) smaller than the size in the binary image header"),
     "the firmware counts on more flash than there is: take a variant for less"),
    (re.compile(rb"Brownout detector was triggered"), "its supply is too weak: another cable or socket"),
    (re.compile(rb"waiting for download"), "it is still in its bootloader: let go of BOOT and press EN"),
)  # fmt: skip


class Claims:
    """Ports that are taken by one of several boards that come back at once."""

    def __init__(self):
        self._lock = threading.Lock()
        self._taken: set[str] = set()

    def take(self, port: str) -> bool:
        with self._lock:
            return port not in self._taken and not self._taken.add(port)

    def free(self, port: str) -> None:
        with self._lock:
            self._taken.discard(port)


def wait_back(
    target: Target,
    before: set[str],
    known_id: str,
    claims: Claims,
    *,
    back_s: float = BACK_S,
    listing: Callable[[], list[Target]] = ports,
) -> tuple[str, ask.About]:
    """The port at which the board answers, and what it says.

    before     ports that were there while it was in its bootloader: none of these is the board,
               unless it is the target's own
    known_id   the chip's id, if the board said it before; "" otherwise
    Raises BoardNotBack, with the line of the chip's own that explains it if one came.
    """
    end, heard = time.monotonic() + back_s, []
    while time.monotonic() < end:
        for port in _candidates(target, before, listing()):
            if not claims.take(port):
                continue
            try:
                found = ask.about(port, heard, patience_s=0.7)
            except PotluckError:
                found = None  # not yet, or somebody else's
            if found and known_id in ("", found.id):
                return port, found
            claims.free(port)
        time.sleep(0.1)
    candidates = _candidates(target, before, listing())
    raise _not_back(target, b"".join(heard), back_s, candidates[0] if candidates else "")


def _candidates(target: Target, before: set[str], listed: list[Target]) -> list[str]:
    """Where the board may be, the surest first."""
    if target.port and target.usb is None:
        return [target.port]  # a pseudo-terminal or an address: nothing else is known of it
    # ESP chips write their number with colons in one mode and without in the other; some are no number at all
    serial = plain_serial(target.serial)
    if serial:
        same = [one.port for one in listed if plain_serial(one.serial) == serial]
        if same:
            return same
    own = [one.port for one in listed if one.port == target.port and not plain_serial(one.serial)]
    return own + [one.port for one in listed if one.port not in before and one.port not in own]


def _not_back(target: Target, heard: bytes, back_s: float, port: str) -> BoardNotBack:
    why = next((words.format(found[0].decode("ascii", "replace"))
                for form, words in _TROUBLES if (found := form.search(heard))), "")  # fmt: skip
    last = heard.strip()[-80:]
    talks = last and not why and port
    return BoardNotBack(
        f"the firmware is written, but the board did not answer within {back_s:.0f} s"
        + (f": {why}" if why else f"; the last bytes were {last!r}" if last else ""),
        where=target.name,
        do=f"a main.py that was on it runs and does not listen: potluck rescue {port}" if talks
        else "press its reset button, or unplug it and plug it in; then: potluck devs",
    )
