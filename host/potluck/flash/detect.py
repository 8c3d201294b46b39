# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Which kind of board is there, by the least that tells: its drive, its own words, then its boot ROM."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from potluck import model
from potluck.errors import FirmwareMismatch, PortGone, UnknownBoard
from potluck.flash import arrival, ask, bootloader, ways
from potluck.flash.kinds import Kind, by_usb, named, reported, without_dfu
from potluck.flash.targets import Target, chip_of_drive, ports
from potluck.flash.watcher import Watcher
from potluck.flasher.images import EspImage, Image
from potluck.flasher.images.esp import chips

_ASKS, _BACK_S = 4, 3.0
_RP2_VENDOR = 0x2E8A
_ESPRESSIF = 0x303A
_USB_JTAG = (_ESPRESSIF, 0x1001)
_ESP_BOOT = {_USB_JTAG, (_ESPRESSIF, 0x0002), (_ESPRESSIF, 0x0009)}  # what boot ROMs call themselves


@dataclass(frozen=True)
class Seen:
    """A board as far as it is known; kind.chip and kind.method always are.

    about        what runs on it, None when no prompt answered
    flash_bytes  0: not known
    asked_at     monotonic seconds when its boot ROM was asked; 0: it was not
    guessed      nothing said which board it is: the chip's usual one was taken
    """

    target: Target
    kind: Kind
    about: ask.About | None = None
    flash_bytes: int = 0
    asked_at: float = 0.0
    guessed: bool = False

    @property
    def now(self) -> str:
        return f"{self.about.name} {self.about.version}".strip() if self.about else ""


def look(
    target: Target,
    wanted: Kind | None,
    image: Image | None,
    watcher: Watcher,
    *,
    hand_s: float,
    dry_run: bool,
    bare: bool = False,
) -> Seen:
    """What is there, compared with what was named.

    wanted   what the maker called it; None: nothing
    bare     a factory bootloader of the board's own is given up
    image    of --firmware, which says the chip where nothing else does (a plain folder, a dry run)
    Raises FirmwareMismatch when the board named is not the board there; UnknownBoard when nothing tells.
    """
    if target.drive or target.device:
        chip = chip_of_drive(target)
        if chip is None:
            return Seen(target, _told(wanted, image, target))
        return Seen(target, _same(wanted, chip, target), guessed=wanted is None)
    given_up = False
    if bare and (wanted or by_usb(target.usb)):
        own = wanted or by_usb(target.usb)
        wanted = without_dfu(own)
        given_up = wanted.method != own.method
    if not target.port:
        return Seen(target, wanted or by_usb(target.usb) or _told(None, image, target))
    about = None
    if wanted is None or wanted.method != "esptool" or not target.is_bridge:
        about = None if dry_run and wanted else _ask(target)
    if about and about.name == "micropython":
        kind = reported(about.build, about.machine)
        if wanted and wanted.chip and kind.chip and wanted.chip.name != kind.chip.name:
            ask.restart(target.port)
            raise _other(wanted, kind.chip, target)
        if wanted:
            kind = wanted.with_chip(kind.chip) if kind.chip else wanted
        if kind.method in ("uf2", "dfu"):
            return Seen(target, kind.with_chip(kind.chip) if kind.chip else kind, about)
        wanted = kind
    elif about and wanted is None:  # CircuitPython: the board says as much of itself
        said = reported("", about.machine)
        wanted = replace(said, firmware=said.chip.firmware) if said.chip else None
    wanted = wanted or by_usb(target.usb)
    if wanted and wanted.method in ("uf2", "dfu"):
        return Seen(target, wanted, about)
    if wanted is None and target.usb and target.usb[0] == _RP2_VENDOR:
        if image is None and not dry_run:
            return _by_its_drive(target, watcher, hand_s)
        return Seen(target, _told(None, image, target), about)
    native = target.usb and not target.is_bridge and target.usb != _USB_JTAG
    if given_up and native and not dry_run:
        # its own way into a bootloader leads to the one that is given up: only a hand helps
        target = _through_bootloader(Target(serial=target.serial), wanted, watcher, hand_s)
    elif about and not dry_run and wanted and native:
        # MicroPython's own USB takes no reset by lines; the boot ROM shows up as another device
        target = _through_bootloader(target, wanted, watcher, hand_s)
    asked_at = time.monotonic()
    found = ways.detect_esp(target, wanted, watcher, hand_s=hand_s, dry_run=dry_run)
    if dry_run:
        watcher.would_run(found.ran.words)
        return Seen(target, _told(wanted, image, target), about)
    name = found.chip.lower().replace("-", "").split("(")[0]
    if name not in model.chip_names():
        raise UnknownBoard(
            f"the chip is an {found.chip}, for which potluck has no firmware", where=target.name,
            do=f"there is: {', '.join(model.chip_names())}",
        )  # fmt: skip
    return Seen(target, _same(wanted, model.load_chip(name), target), about, found.flash_bytes, asked_at)


def _ask(target: Target) -> ask.About | None:
    """As ask.about; a board that starts again and again goes off USB meanwhile, and is asked once it is back."""
    for _ in range(_ASKS):
        with suppress(PortGone):
            return ask.about(target.port)
        end = time.monotonic() + _BACK_S
        while time.monotonic() < end and all(one.port != target.port for one in ports()):
            time.sleep(0.05)
    return None


def doubt(seen: Seen) -> str:
    """What cannot be told about a board in its boot drive, and what to do; "" where all is known."""
    chip = seen.kind.chip
    if not seen.guessed or chip is None or not chip.twin:
        return ""
    twin = named(chip.twin)
    said = next((name for name in model.board_names() if model.load_board(name).micropython.firmware == chip.twin), chip.twin)
    return f"a {twin.title} looks the same. For Wi-Fi: potluck flash {said}"


def _by_its_drive(target: Target, watcher: Watcher, hand_s: float) -> Seen:
    """A Raspberry Pi board that does not answer: what it is, its bootloader says. Raises BootloaderSilent."""
    chips = [chip for chip in model.all_chips() if chip.board_id]
    there = bootloader.enter(target, Kind("").with_chip(chips[0]), arrival.of_uf2(*chips), watcher, hand_s=hand_s)
    found = replace(target, device=there) if isinstance(there, Path) else replace(target, drive=there)
    return Seen(found, _same(None, chip_of_drive(found), found), guessed=True)


def _through_bootloader(target: Target, kind: Kind, watcher: Watcher, hand_s: float) -> Target:
    """The port of the boot ROM of the ESP chip that ran at the target. Raises BootloaderSilent."""
    others = {one.port for one in ports() if one.port != target.port}

    def arrived() -> Target | None:
        return next((one for one in ports() if one.usb in _ESP_BOOT and one.port not in others), None)

    return bootloader.enter(target, kind, arrived, watcher, hand_s=hand_s)


def _same(wanted: Kind | None, chip: model.Chip, target: Target) -> Kind:
    """The kind with the chip that was found. Raises FirmwareMismatch when another was named."""
    if wanted is None:
        return Kind(chip.title).with_chip(chip)
    if wanted.chip and wanted.chip.name != chip.name:
        raise _other(wanted, chip, target)
    return wanted.with_chip(chip)


def _told(wanted: Kind | None, image: Image | None, target: Target) -> Kind:
    """The kind by what the maker said or the image says, where the board does not say."""
    if wanted and wanted.chip:
        return wanted
    chip = None
    if isinstance(image, EspImage):
        chip = chips().get(image.chip_id)
    elif image:
        chip = next((one for one in model.all_chips() if one.method == "uf2" and image.family in one.families), None)
    if chip:
        return (wanted or Kind(chip.title)).with_chip(chip)
    raise UnknownBoard(
        "the board does not say what it is", where=target.name,
        do="name it: potluck flash pico; or bring it into its bootloader: BOOTSEL held while it is plugged in",
    )  # fmt: skip


def _other(wanted: Kind, chip: model.Chip, target: Target) -> FirmwareMismatch:
    return FirmwareMismatch(
        f"you named {wanted.title or wanted.chip.title} ({wanted.chip.title}) and the board has an {chip.title}",
        where=target.name,
        do="leave the name away and potluck asks the board, or name another port",
    )
