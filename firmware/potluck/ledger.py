# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How much of something was used in the last hours, so that no reboot forgets it.

One number per powered hour, newest first. Time that the board spends off does not count, because
nobody knows how long it was. An amount leaves after `hours` to `hours` + 1 powered hours.
"""

import json
from binascii import crc32

from potluck import clock, store


class Ledger:
    def __init__(self, name, limit, hours, most):
        """`limit()` is what `hours` may use now, `most` the highest it can ever be.

        A file that is damaged counts as everything used: then nothing is given for `hours`.
        """
        self._file = name + ".ledger"
        self._limit = limit
        self._turn_s = clock.s + 3600
        self.damaged = False
        self._spent = [0] * (hours + 1)
        try:
            text = store.load(self._file)
            if text is not None:
                self._spent = _checked(text, hours + 1)
        except (OSError, ValueError):
            self.damaged = True
            self._spent[0] = most
            try:
                store.save(self._file, _sealed(self._spent))
            except OSError:
                pass  # then the next boot finds it damaged again, and take() says so

    @property
    def used(self):
        return sum(self._spent)

    @property
    def left(self):
        return max(0, self._limit() - self.used)

    def take(self, amount):
        """Book `amount` in flash, then True. False, and nothing booked: over the limit, or not above 0.

        OSError when flash cannot be written; then nothing is booked either.
        """
        if not 0 < amount <= self.left:  # also false for nan
            return False
        after = self._spent[:]
        after[0] += amount
        store.save(self._file, _sealed(after))
        self._spent = after
        return True

    def age(self):
        """Called by the living loop: after a powered hour the oldest one is forgotten."""
        if clock.s >= self._turn_s:
            self._turn_s = clock.s + 3600
            if self.used:
                self._spent.insert(0, 0)
                self._spent.pop()
                try:
                    store.save(self._file, _sealed(self._spent))
                except OSError:
                    pass  # the file remembers more than was used: the safe side


def _sealed(spent):
    text = json.dumps(spent)
    return "%08x %s" % (crc32(text.encode()), text)


def _checked(text, size):
    spent = json.loads(text[9:])
    if _sealed(spent) != text or len(spent) != size:
        raise ValueError("damaged")
    return spent
