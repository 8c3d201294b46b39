# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a board's own lines say about its health: boot ROM, ESP-IDF, MicroPython, potluck's launcher.

Sources: ESP-IDF "Fatal Errors" and components/esp_system (brownout, panic), the boot ROMs' reset and boot lines
("Boot Mode Selection", "rst:0x…" after soc/*/include/soc/reset_reasons.h); firmware/boot/main.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from potluck.doctor.finding import ERROR, NOTE, WARNING, Told, check
from potluck.doctor.hearing import LOOPS, Heard

_RESET = re.compile(r"rst:0x([0-9a-f]+) \((\w+)\)(?:,boot:0x[0-9a-f]+ \(([^)]*)\))?")
_STARTS = re.compile(r"rst:0x[0-9a-f]+ \(|MPY: soft reboot|potluck: the recipe starts in")
_ENDED = re.compile(r"potluck: the recipe ended; it starts again")
_LOOPING = 3  # so many starts while we listened


@check(ERROR)
def brownout(heard: Heard, port: str) -> Iterator[Told]:
    """The supply sagged below what the chip needs."""
    if "Brownout detector was triggered" in heard.log or any("BROWN" in reset[1] for reset in _RESET.findall(heard.log)):
        yield (
            "the supply sagged and the chip reset itself (brownout)",
            port,
            "use a short, thick USB cable and a socket on the computer itself; give motors, pumps, servos and LED "
            "strips a supply of their own; put 470 µF or more across the board's 5V and GND. Leave the detector on: "
            "without it the chip goes on and writes rubbish to its flash",
        )


@check(ERROR)
def boot_loop(heard: Heard, port: str) -> Iterator[Told]:
    """It starts again and again; one with native USB goes off the bus each time."""
    starts, ended = len(_STARTS.findall(heard.log)), len(_ENDED.findall(heard.log))
    if starts >= _LOOPING or ended >= 2 or heard.went >= LOOPS:
        last = [reset[1] for reset in _RESET.findall(heard.log)]
        often = f"left USB and came back {heard.went}" if heard.went else f"started {max(starts, ended)}"
        yield (
            f"the board {often} times while we listened"
            + (f" (last reason: {last[-1]})" if last else ""),
            port,
            "potluck rescue opens the prompt and puts the program to blame aside; if it loops without any program, "
            "flash the firmware again: potluck flash",
        )


@check(WARNING)
def watchdog_reset(heard: Heard, port: str) -> Iterator[Told]:
    """A watchdog reset the chip: the program hung."""
    names = sorted({reset[1] for reset in _RESET.findall(heard.log) if "WDT" in reset[1] and "BROWN" not in reset[1]})
    if names or "the app hung and the watchdog reset the board" in heard.log or "Task watchdog got triggered" in heard.log:
        yield (
            "a watchdog reset the board" + (f" ({', '.join(names)})" if names else ""),
            port,
            "something in the program does not come back within the watchdog's time: look for loops without await "
            "or sleep, and for waiting on a sensor that is not there",
        )


@check(ERROR)
def chip_panic(heard: Heard, port: str) -> Iterator[Told]:
    """The firmware itself crashed."""
    found = re.search(r"Guru Meditation Error: Core +\d+ panic'ed \(([^)]*)\)|abort\(\) was called|FATAL: uncaught", heard.log)
    if found:
        yield (
            f"the firmware crashed: {found[0]}",
            port,
            "flash the newest MicroPython (potluck flash); if it comes back, unplug all parts and add them one by one",
        )


@check(ERROR)
def no_valid_firmware(heard: Heard, port: str) -> Iterator[Told]:
    """The boot ROM finds no program it can start."""
    found = re.search(r"invalid header: 0x[0-9a-f]+|flash read err, \d+|No bootable app partitions|ets_main\.c \d+", heard.log)
    if found:
        yield (
            f"the chip finds no firmware that it can start ({found[0]})",
            port,
            "flash it: potluck flash. An image for another chip, or at another offset, looks the same",
        )


@check(ERROR)
def download_mode(heard: Heard, port: str) -> Iterator[Told]:
    """The chip was told by GPIO0 to wait for a download."""
    boots = [reset[2] for reset in _RESET.findall(heard.log)]
    if "waiting for download" in heard.log or any("DOWNLOAD" in boot for boot in boots):
        yield (
            "the chip waits in its bootloader for a download",
            port,
            "press RESET (EN) once. If it comes back to this, something holds BOOT (GPIO0) low: take parts off GPIO0, "
            "and on an ESP32 off GPIO2, too",
        )


@check(ERROR)
def flash_voltage(heard: Heard, port: str) -> Iterator[Told]:
    """GPIO12 high at the start gives the ESP32's flash 1.8 V instead of 3.3 V."""
    if "flash read err, 1000" in heard.log:
        yield (
            "the flash cannot be read at all: on an ESP32 a part that holds GPIO12 high at the start does this",
            port,
            "take the part off GPIO12 and use another pin",
        )


@check(ERROR)
def files_damaged(heard: Heard, port: str) -> Iterator[Told]:
    """MicroPython's own words for a file system that it cannot mount."""
    if re.search(r"The filesystem (?:starting|appears)|filesystem.*corrupt", heard.log):
        yield (
            "MicroPython cannot read its file system",
            port,
            "save what can be saved (potluck fs cp), then potluck flash --erase, which makes a new one",
        )


@check(WARNING)
def out_of_memory(heard: Heard, port: str) -> Iterator[Told]:
    """A program ran out of heap."""
    if re.search(r"MemoryError: memory allocation failed", heard.log):
        yield (
            "the program runs out of memory",
            port,
            "make lists and buffers smaller or once for all; potluck deploy sends compiled code, which needs less",
        )


@check(ERROR)
def program_crashes(heard: Heard, port: str) -> Iterator[Told]:
    """A traceback in what the board said."""
    found = re.findall(r"Traceback \(most recent call last\):\r?\n(?:  .*\r?\n)+(\w+(?:Error|Exception|Exit)\b.*)", heard.log)
    if found and "MemoryError" not in found[-1]:
        yield (
            f"the program raised {found[-1].strip()}",
            port,
            "potluck watch shows the whole traceback with its line numbers; mend it and deploy again",
        )


@check(NOTE)
def garbled(heard: Heard, port: str) -> Iterator[Told]:
    """Bytes that are no text: another speed, or a bad line."""
    if len(heard.log) > 60 and sum(map(_is_noise, heard.log)) > len(heard.log) / 4:
        yield (
            "most of what comes is no text",
            port,
            "another program talks at another speed there, or cable or ground are bad; MicroPython uses 115200 baud",
        )


def _is_noise(char: str) -> bool:
    return char == "\N{REPLACEMENT CHARACTER}" or not (char.isprintable() or char in "\r\n\t\x1e\x1b")


CHECKS = (
    brownout, boot_loop, watchdog_reset, chip_panic, flash_voltage, no_valid_firmware, download_mode, files_damaged,
    out_of_memory, program_crashes, garbled,
)  # fmt: skip
NO_PROMPT = {"download-mode", "no-valid-firmware", "flash-voltage"}  # with these there is no MicroPython to ask
