# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""LED that says one of a few words. The good state is steady, so that a healthy board may sleep."""

import asyncio

# word -> milliseconds on, off, on, off …; told apart by rhythm, not by colour. What may last for days
# changes seldom: each change wakes the board.
_WORDS = {
    "off": (),
    "ok": (1000,),  # steady
    "busy": (100, 100),  # quick: something runs
    "refill": (150, 2850),  # one flash: waits for a person, nothing is broken
    "trouble": (150, 250, 150, 2450),  # two flashes: something is wrong
    "done": (2850, 150),  # a wink: no more today
}


class Led:
    """pin: an output, high = light."""

    def __init__(self, pin):
        self._pin = pin
        self._task = None
        self.word = None
        self.safe()

    @property
    def on(self):
        """True while it shows anything but "off"."""
        return self.word != "off"

    def show(self, word):
        """off, ok (steady), busy (quick), refill (one flash), trouble (two flashes), done (winks).

        Blinking needs the running event loop. ValueError: no such word.
        """
        if word == self.word:
            return
        if word not in _WORDS:
            raise ValueError("no word '%s'; there are: %s" % (word, ", ".join(sorted(_WORDS))))
        times = _WORDS[word]
        self._stop()
        self._pin(1 if times else 0)
        self.word = word
        if len(times) > 1:
            self._task = asyncio.create_task(self._blink(times))

    async def _blink(self, times):
        while True:
            level = 1
            for ms in times:
                self._pin(level)
                await asyncio.sleep_ms(ms)
                level ^= 1

    def _stop(self):
        if self._task:
            self._task.cancel()
            self._task = None

    def safe(self):
        """Dark."""
        try:
            self._stop()
        except Exception:
            self._task = None  # no loop runs any more: nor does the task
        self._pin(0)
        self.word = "off"
