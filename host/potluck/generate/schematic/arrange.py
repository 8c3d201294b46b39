# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Blocks on a sheet: signals run from left to right, frames stand in columns, the title block stays free."""

from __future__ import annotations

import itertools
import math

from potluck.errors import HardwareInvalid
from potluck.generate.schematic.board import board_block
from potluck.generate.schematic.drawing import Block, Text
from potluck.generate.schematic.parts import circuit_block, part_block
from potluck.generate.schematic.sexpr import STEP_MM
from potluck.generate.schematic.text import width, wrapped
from potluck.model import Wiring

# Millimetres of the sheets that KiCad knows, and of what its own frame and title block take of them.
PAPERS = {"A4": (297, 210), "A3": (420, 297), "A2": (594, 420), "A1": (841, 594), "A0": (1189, 841)}
_EDGE_MM, _TITLE_MM = 15, (112, 48)
TITLE_SIZE, NOTE_SIZE = 1.4, 0.9
_EDGE = math.ceil(_EDGE_MM / STEP_MM)
_GAP, _AIR, _LINE = 3, 12, 2        # between frames, at most more between columns, a line of notes
Columns = list[list[Block]]


def sheet(wiring: Wiring) -> tuple[str, Block]:
    """The paper's name, and one block with everything in its place. Raises HardwareInvalid when it is too much."""
    left, middle, right = _sorted(wiring)
    for paper, size in PAPERS.items():
        wide, high = (math.floor((side - 2 * _EDGE_MM) / STEP_MM) for side in size)
        placed = _packed(left, middle, right, wide, high)
        if placed is not None:
            return paper, placed
    raise HardwareInvalid("does not fit on a sheet", where=f"{wiring.recipe.name} on {wiring.board.name}",
                          do="make two recipes of it")


def _sorted(wiring: Wiring) -> tuple[list[Block], list[Block], list[Block]]:
    """Framed blocks: what the board reads, the board with its supplies, what it drives."""
    left, middle, right = [], [], []
    todo = [placed for placed in wiring.circuits if placed.of in wiring.buses]
    for name, held in wiring.recipe.parts.items():
        group = {"supply": middle, "sensor": left}.get(held.part.group, right)
        for placed in [one for one in todo if name in wiring.buses[one.of].parts]:
            group.append(circuit_block(wiring, placed))     # before the first part on the bus
            todo.remove(placed)
        group.append(part_block(wiring, name))
    left += [circuit_block(wiring, placed) for placed in todo]
    middle.append(board_block(wiring))
    noted: set[str] = set()
    for block in (*left, *middle, *right):
        block.notes = tuple(note for note in block.notes if note not in noted)      # once is enough
        noted.update(block.notes)
        framed(block)
    return left, middle, right


def framed(block: Block) -> Block:
    """The block, given its frame, with room for its title and its notes."""
    left, top, right, bottom = block.bounds
    left, top, bottom = math.floor(left - 2), math.floor(top - 4), math.ceil(bottom + 2)
    right = math.ceil(max(right + 2, left + 3 + 1.1 * width(block.title, TITLE_SIZE)))
    block.frame = left, top, right, bottom + _LINE * len(_notes(block, right - left))
    return block


def _notes(block: Block, wide: int) -> list[str]:
    """The notes as lines in a frame of that width."""
    return wrapped(" ".join(block.notes), wide - 3, NOTE_SIZE)


def _packed(left: list[Block], middle: list[Block], right: list[Block], wide: int, high: int) -> Block | None:
    """Everything on a sheet of that room, or None when it does not fit. Airy is tried before narrow."""
    title_left, title_top = (room - math.ceil(mm / STEP_MM) for room, mm in zip((wide, high), _TITLE_MM, strict=True))
    for right_high, left_high, air in itertools.product((title_top, high), (high, title_top), (_AIR, 0)):
        columns = [*_columns(left, left_high), *_columns(middle, left_high), *_columns(right, right_high)]
        spare = wide - sum(map(_wide, columns)) - _GAP * (len(columns) - 1)
        if spare < 0:
            continue
        gap = _GAP + min(air, spare // (len(columns) + 1))
        x = (wide - sum(map(_wide, columns)) - gap * (len(columns) - 1)) // 2 if air else 0
        edges = list(itertools.accumulate((_wide(column) + gap for column in columns), initial=x))
        tall = list(map(_tall, columns))
        if all(one <= (title_top if edge - gap > title_left else high) for one, edge in zip(tall, edges[1:], strict=True)):
            result, y = Block(), max(0, (min(high, title_top) - max(tall)) // 2)
            for column, edge in zip(columns, edges, strict=False):
                _stack(column, _EDGE + edge, _EDGE + y, _wide(column), result)
            return result
    return None


def _stack(column: list[Block], x: int, y: int, wide: int, result: Block) -> None:
    """The column's blocks one below the other, all as wide as the widest."""
    for block in column:
        left, top, right, _ = block.frame
        lines = _notes(block, wide)
        high = _high_of(block) - _LINE * (len(_notes(block, _wide_of(block))) - len(lines))
        result.add(block.moved(x - left + (wide - (right - left)) // 2, y - top))      # in the middle
        result.frames.append((x, y, x + wide, y + high))
        result.captions.append(Text(block.title, x + 1.2, y + 1.8, size=TITLE_SIZE, bold=True))
        result.captions += [Text(line, x + 1.2, y + high - _LINE * (len(lines) - number), size=NOTE_SIZE)
                            for number, line in enumerate(lines)]
        y += high + _GAP


def _columns(blocks: list[Block], high: int) -> Columns:
    """As few columns as the height allows, in order, about equally full."""
    count = 1
    while count <= len(blocks):
        aim = sum(map(_high_of, blocks)) / count
        columns: Columns = [[]]
        for block in blocks:
            filled = sum(map(_high_of, columns[-1])) + _GAP * len(columns[-1])
            over = filled + _high_of(block) > high
            if columns[-1] and (over or (filled + _high_of(block) / 2 > aim and len(columns) < count)):
                columns.append([])
            columns[-1].append(block)
        if len(columns) <= count:
            return columns
        count += 1
    return [[block] for block in blocks]


def _wide_of(block: Block) -> int:
    return int(block.frame[2] - block.frame[0])


def _high_of(block: Block) -> int:
    return int(block.frame[3] - block.frame[1])


def _wide(column: list[Block]) -> int:
    return max(map(_wide_of, column))


def _tall(column: list[Block]) -> int:
    return sum(map(_high_of, column)) + _GAP * (len(column) - 1)
