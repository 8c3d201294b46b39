# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Ctrl-C where nothing can be torn: while we wait for the port, not between a log and a screen."""

from __future__ import annotations

import signal
from contextlib import contextmanager


class Interrupts:
    """While entered, one Ctrl-C waits for `allowed()`; a second one does not wait any more.

    Does nothing outside the main thread and where somebody else handles SIGINT already.
    """

    def __init__(self):
        self._waiting = self._asked = self._ours = False

    def __enter__(self):
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            try:
                signal.signal(signal.SIGINT, self._asked_to_end)
                self._ours = True
            except ValueError:
                pass  # only the main thread may, and only it gets the KeyboardInterrupt
        return self

    def __exit__(self, *exc):
        if self._ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._ours = False

    @contextmanager
    def allowed(self):
        """Around a wait: a Ctrl-C ends it with KeyboardInterrupt, at once or because it came before."""
        self._waiting = True
        try:
            if self._asked:
                raise KeyboardInterrupt
            yield
        finally:
            self._waiting = False

    def _asked_to_end(self, number, frame):
        if self._waiting or self._asked:
            raise KeyboardInterrupt
        self._asked = True
