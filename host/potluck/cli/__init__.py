# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The command line: parse, call one verb, print. Nothing imports this package but the entry points.

Every command is one module here that has a click command named `command`; SECTIONS is the only
list of them. The help of the whole is made from this table, so that it costs no import of a
command (`potluck --help` stays under 0.1 s of CPU).
"""

import sys

from potluck.cli.frame import Frame
from potluck.cli.output import SPELT_OUT

# heading in `potluck --help`: name: (module in this package, one line), both in the order a newcomer meets them
SECTIONS = {
    "A recipe": {
        "try": ("try_", "Run a recipe on a virtual board and show live what it senses."),
        "recipes": ("recipes", "List the recipes there are."),
        "check": ("check", "Say whether a recipe's parts, pins and settings fit together."),
        "draw": ("draw", "Draw a recipe's wiring and write what it takes to build it."),
        "remix": ("remix", "Copy a recipe to change it, with credit kept."),
    },
    "A board": {
        "devs": ("devs", "List the boards that are plugged in or running virtually."),
        "name": ("name", "Give a board a name that is used like its port."),
        "flash": ("flash", "Put MicroPython on a board, whatever is plugged in."),
        "firmware": ("firmware", "List, get and check MicroPython firmware."),
    },
    "A recipe on a board": {
        "deploy": ("deploy", "Put a recipe on a board and start it."),
        "undo": ("undo", "Start the version before again."),
        "slots": ("slots", "Show what runs on a board and what is kept for undo."),
        "restore": ("restore", "Give a board back to the main.py that was on it before."),
        "watch": ("watch", "Show and log live what a board senses."),
        "do": ("do", "Tell the running recipe to do one of its commands."),
        "set": ("set_", "Change a setting of the running recipe."),
        "log": ("log", "List and show what was logged."),
    },
    "When it does not work": {
        "doctor": ("doctor", "Say what is wrong with a board, from the cable to the sensor."),
        "rescue": ("rescue", "Get the prompt back from a board that hangs or crashes."),
    },
    "A board's files and its prompt": {
        "fs": ("fs", "Look at a board's files, copy and remove them."),
        "repl": ("repl", "Type at a board's prompt."),
        "run": ("run", "Run a file of this computer on a board."),
        "exec": ("exec_", "Run a line of code on a board."),
        "eval": ("eval_", "Print what an expression is on a board."),
        "reset": ("reset", "Start a board anew."),
    },
    "Without a board": {
        "board": ("board", "Start, list, poke and stop virtual boards."),
    },
}
COMMANDS = {name: row for section in SECTIONS.values() for name, row in section.items()}

group = Frame(
    name="potluck",
    sections=SECTIONS,
    help="Recipes for things that sense and act: try one on a virtual board, put it on a real one, remix it.",
    epilog="Start here: potluck try plant-waterer",
)


def main() -> None:
    """Entry point of `potluck` and `python -m potluck`; leaves by SystemExit with the status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=SPELT_OUT)
    group(prog_name="potluck")
