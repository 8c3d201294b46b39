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
    if seen.about and seen.kind.firmware and seen.about.build not in ("", seen.kind.firmware):
        return (f"the board runs {seen.about.build} and gets {seen.kind.firmware}: its files may be in another place",)
    return ()


def _reaches_files(seen: Seen, image: Uf2Image) -> bool:
    """MicroPython on RP2 keeps its files at the end of flash; how much, the board's file says."""
    for name in model.board_names():
        board = model.load_board(name)
        if board.micropython.firmware == seen.kind.firmware and board.flashing.method == "uf2":
            files = board.micropython.fs_blocks * board.micropython.fs_block_bytes
            flash = 1 << (files - 1).bit_length()  # files take more than half of it on every such board
            return image.end > image.start + flash - files
    return False
