# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a recipe, a part, a circuit and a board are: frozen data, read from TOML.

``load_recipe`` and ``wire`` are the way in: ``wire(load_recipe("plant-waterer"), "pico")``.
"""

from potluck.model.board import Board, Pin, board_names, load_board
from potluck.model.chip import Chip, all_chips, chip_names, load_chip
from potluck.model.bus import BUSES, Bus
from potluck.model.circuit import Circuit, circuit_kinds, load_circuit
from potluck.model.part import Part, load_part, part_kinds
from potluck.model.declared import Placed, RecipePart
from potluck.model.expand import wire
from potluck.model.recipe import Recipe, load_recipe
from potluck.model.values import Channel, Setting
from potluck.model.wiring import Component, End, Net, PinUse, Wiring

__all__ = [
    "BUSES", "Board", "Bus", "Channel", "Chip", "Circuit", "Component", "End", "Net", "Part", "Pin",
    "PinUse", "Placed", "Recipe", "RecipePart", "Setting", "Wiring", "all_chips", "board_names",
    "chip_names", "circuit_kinds", "load_board", "load_chip", "load_circuit", "load_part", "load_recipe",
    "part_kinds", "wire",
]
