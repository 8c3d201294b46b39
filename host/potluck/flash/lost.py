# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What of the maker's is lost when an image is written."""

from __future__ import annotations

from potluck import model
from potluck.flash.detect import Seen
from potluck.flasher.images import EspImage, Image, Uf2Image


def what_is_lost(seen: Seen, image: Image, erase: bool) -> tuple[str, ...]:
    """One sentence for each; empty when everything stays. Files stay where an update leaves their place alone."""
    if erase:
        return ("all of its flash is erased: every file on the board",)
    if isinstance(image, Uf2Image) and _reaches_files(seen, image):
        return ("the image reaches into the place of the board's files",)
    if isinstance(image, EspImage) and image.kind == "full":
        end = image.size + seen.kind.chip.offset
        if any(part.type == 1 and part.label in ("vfs", "ffat") and end > part.offset for part in image.partitions):
            return ("the image reaches into the place of the board's files",)
    if seen.about and seen.about.name != "micropython":
        return (f"the board runs {seen.now}: it and its files give way",)
    if seen.about and seen.kind.firmware and seen.about.build not in ("", seen.kind.firmware):
        return (f"the board runs {seen.about.build} and gets {seen.kind.firmware}: its files may be in another place",)
    return ()


def files_place(seen: Seen, image: Uf2Image) -> tuple[int, int] | None:
    """Where MicroPython on RP2 keeps its files, as the image itself says, else as the board's file does.

    First and last + 1 address of flash; None when neither knows.
    """
    if image.files:
        return image.files
    for name in model.board_names():
        board = model.load_board(name)
        if board.micropython.firmware == seen.kind.firmware and board.flashing.method == "uf2":
            files = board.micropython.fs_blocks * board.micropython.fs_block_bytes
            flash = 1 << (files - 1).bit_length()  # files are at its end and take more than half of it
            return image.start + flash - files, image.start + flash
    return None


def _reaches_files(seen: Seen, image: Uf2Image) -> bool:
    low, high = files_place(seen, image) or (0, 0)
    return any(at < high and at + len(data) > low for at, data in image.spans)
