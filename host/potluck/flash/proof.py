# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Prove that a board's flash holds the file: the new MicroPython hashes it, piece by piece, where it lies.

An RP2040 and an RP2350 read their flash as memory (RP2040 Datasheet 2.6.3, RP2350 Datasheet 4.4); an
ESP32's MicroPython reads the partition that it runs from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from potluck import link as links
from potluck.errors import BoardSilent, FirmwareError, FlashFailed
from potluck.flasher.images import Image, Uf2Image
from potluck.link.repl import Repl

PIECE = 32 << 10  # bytes; an RP2040 hashes them in a tenth of a second
SILENCE_S = 20.0
_TELL = "import hashlib,binascii\ndef tell(h):\n print(binascii.hexlify(h.digest()).decode())\n"
# A virtual board has no flash there: it says so of a register, and would end if more were read.
_MEMORY = """
import machine,uctypes
for a in %r:
 if not machine.mem32[a]:raise OSError('no flash at 0x%%x'%%a)
for a,n in %r:
 while n:
  k=min(n,%d)
  tell(hashlib.sha256(uctypes.bytearray_at(a,k)))
  a+=k
  n-=k
"""
_PARTITION = """
import esp32
p=esp32.Partition(esp32.Partition.RUNNING)
b=memoryview(bytearray(4096))
n,i=%d,0
while n:
 h=hashlib.sha256()
 k=min(n,%d)
 n-=k
 while k:
  p.readblocks(i,b)
  h.update(b[:min(k,4096)])
  k-=min(k,4096)
  i+=1
 tell(h)
"""


def compare(
    port: str, image: Image, data: bytes, progress: Callable[[int, int], None] = lambda done, total: None
) -> str:
    """ "" when the flash of the board at the port holds the file; else why that could not be seen.

    image, data   what was written: a UF2 file, or an app image that is in the partition that runs
    progress      in bytes
    Raises FlashFailed where it differs, BoardSilent, and what open_port raises.
    """
    spans = _spans(image) if isinstance(image, Uf2Image) else [(0, data)]
    shape = [(at, len(piece)) for at, piece in spans]
    if isinstance(image, Uf2Image):
        program = _MEMORY % (_probes(spans), shape, PIECE)
    else:
        program = _PARTITION % (len(data), PIECE)
    total, done = sum(length for _, length in shape), 0
    wrong: list[int] = []
    with links.open_port(port) as line, Repl(line) as repl:
        repl.start(_TELL + program)
        for at, piece in _pieces(spans):
            try:
                said = _line(repl)
            except FirmwareError as cannot:
                return cannot.what
            if said != hashlib.sha256(piece).hexdigest():
                wrong.append(at)
            done += len(piece)
            progress(done, total)
        repl.finish()
    if wrong:
        raise FlashFailed(
            f"the board runs, but its flash differs from the file at {wrong[0]:#x}"
            + (f" and {len(wrong) - 1} more places" if wrong[1:] else ""),
            where=port,
            do="run the same command again, with a short cable and nothing wired to the board; "
            "if it stays so, its flash is damaged",
        )
    return ""


def _spans(image: Uf2Image) -> list[tuple[int, bytes]]:
    """What is in flash as it was written: not the place of the files, where MicroPython itself writes."""
    low, high = image.files or (0, 0)
    kept = []
    for at, piece in image.spans:
        before, after = piece[: max(low - at, 0)], piece[max(high - at, 0) :]
        if not low:
            before, after = piece, b""
        kept += [(at, before)] if before else []
        kept += [(at + len(piece) - len(after), after)] if after else []
    return kept


def _probes(spans: list[tuple[int, bytes]]) -> list[int]:
    """The address of a word that is not 0, in each span that has one."""
    found = []
    for at, data in spans:
        skip = len(data) - len(data.lstrip(b"\0"))
        found += [at + skip & ~3] if skip < len(data) else []
    return found


def _pieces(spans: list[tuple[int, bytes]]):
    for at, data in spans:
        for start in range(0, len(data), PIECE):
            yield at + start, data[start : start + PIECE]


def _line(repl: Repl) -> str:
    """One line of the program's. Raises FirmwareError when it raised, BoardSilent."""
    got = repl.read_line(SILENCE_S)
    if got.endswith(b"\n"):
        return got.decode("ascii", "replace").strip()
    if got.endswith(b"\x04"):
        repl.push_back(got)
        repl.finish()
    raise BoardSilent(
        "the board stopped answering while its flash was read", where=repl.link.name,
        do="unplug it, plug it in again, and run the same command again",
    )  # fmt: skip
