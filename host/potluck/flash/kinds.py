# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a maker calls a board, or what a board calls itself → which firmware, and how it gets on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from potluck import model
from potluck.firmware import firmware_of


@dataclass(frozen=True)
class Kind:
    """A kind of board, as far as it is known.

    title     for people
    firmware  the build's id; "" until the chip is known
    chip      None until it is known
    method    "esptool", "uf2" or "dfu"; "" until it is known
    enter     how it is brought into its bootloader by hand, in the board file's words; "" for none
    """

    title: str
    firmware: str = ""
    chip: model.Chip | None = None
    method: str = ""
    enter: str = ""

    @property
    def file_kind(self) -> str:
        """Which of a release's files is written: "bin", "uf2", "app-bin"; "" when not known."""
        return {"esptool": "bin", "uf2": "uf2", "dfu": "app-bin"}.get(self.method, "")

    @property
    def picture(self) -> str:
        if self.method == "dfu":
            return "double_tap"
        return self.chip.picture if self.chip else ""

    def with_chip(self, chip: model.Chip) -> Kind:
        """The same, now that the chip is known."""
        return replace(
            self,
            title=self.title or chip.title,
            firmware=self.firmware or chip.firmware,
            chip=chip,
            method=self.method or chip.method,
        )


def named(name: str) -> Kind:
    """A board of potluck's, a chip, or the id of a build. Raises FirmwareUnknown."""
    plain = name.lower().replace("-", "_")
    if plain in model.board_names():
        return _of_board(model.load_board(plain))
    plain = name.lower().replace("-", "")
    if plain in model.chip_names():
        return Kind("").with_chip(model.load_chip(plain))
    return _of_firmware(firmware_of(name))


def reported(build: str, machine: str) -> Kind:
    """What MicroPython on the board says of itself.

    build    sys.implementation._build (since 1.25), "" before
    machine  os.uname().machine, such as "Raspberry Pi Pico with RP2040"
    """
    for name in model.board_names():
        board = model.load_board(name)
        if build == board.micropython.firmware or (not build and machine == board.micropython.machine):
            return _of_board(board)
    words = machine.rpartition(" with ")
    chip = next((one for one in model.all_chips() if _plain(words[2]) == _plain(one.title)), None)
    kind = Kind(words[0] or machine, build)
    return kind.with_chip(chip) if chip else kind


def by_usb(usb: tuple[int, int] | None) -> Kind | None:
    """The only board with this USB id, where its maker gave it one of its own; None for a shared one."""
    if usb is None:
        return None
    text = f"{usb[0]:04x}:{usb[1]:04x}"
    boards = [model.load_board(name) for name in model.board_names()]
    own = [one for one in boards if one.port.kind == "native_usb" and text in (*one.port.usb, *one.port.boot_usb)]
    return _of_board(own[0]) if len(own) == 1 else None


def without_dfu(kind: Kind) -> Kind:
    """The Nano ESP32 as the bare ESP32-S3 that it is once its factory bootloader is given up."""
    if kind.method != "dfu":
        return kind
    # MicroPython ports/esp32/boards/ARDUINO_NANO_ESP32/deploy.md
    return replace(kind, method="esptool", enter="Join B1 and GND with a wire, press the button once, remove the wire.")


def _of_board(board: model.Board) -> Kind:
    chips = {*(board.flashing.chip,), board.mcu.name} & set(model.chip_names())
    chip = model.load_chip(sorted(chips)[0]) if chips else None
    return Kind(board.title, board.micropython.firmware, chip, board.flashing.method, board.flashing.enter)


def _of_firmware(firmware: str) -> Kind:
    for name in model.board_names():
        board = model.load_board(name)
        if board.micropython.firmware == firmware:
            return _of_board(board)
    return Kind(firmware, firmware)


def _plain(text: str) -> str:
    return text.lower().replace("-", "").replace(" ", "")
