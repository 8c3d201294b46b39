# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Pictures for the terminal: which button to hold, in plain characters that every terminal has."""

from __future__ import annotations

PICTURES = {
    "bootsel": r"""
          USB                 1. unplug the board
       .--[==]--.             2. hold the button BOOTSEL down
     o-|        |-o           3. plug the board in
     o-|  ( )<--------------     (or press RUN or RESET once)
     o-| BOOTSEL|-o           4. let go: a drive appears
     o-|  ____  |-o
     o-| |    | |-o
     o-| |____| |-o
       '--------'
""",
    "boot_en": r"""
       .--------.             1. hold the button BOOT down (also: IO0, B)
     o-| ______ |-o           2. press EN once (also: RST, R)
     o-||      ||-o           3. let go of BOOT
     o-||______||-o
     o-|        |-o           No EN button? Hold BOOT while you plug it in.
     o-|( )  ( )|-o           Still nothing? Unplug what is wired to the board.
       '-EN-[=]-BOOT'
            USB
""",
    "double_tap": r"""
          USB                 1. press the button twice, quickly,
       .--[==]--.                as in a double click
     o-|        |-o           2. a light begins to fade in and out:
     o-|  (**)<-------------     the bootloader waits
     o-| button |-o
     o-|        |-o
       '--------'
""",
}


def picture(name: str, words: str) -> str:
    """The picture, and below it what the board's own file says."""
    drawn = PICTURES.get(name, "").strip("\n")
    return f"{drawn}\n\n  {words}" if drawn and words else drawn or f"  {words}"
