# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a recipe, a part, a circuit and a board are: frozen data, read from TOML.

``load_recipe`` and ``wire`` are the way in: ``wire(load_recipe("plant-waterer"), "pico")``.
"""

from importlib import import_module

# Module → the names that are its part of this face. Each is loaded when it is asked for: a virtual board
# needs boards, and would otherwise wait for recipes and circuits at every start.
_NAMES = {
    "board": ("Board", "Pin", "board_names", "load_board"),
    "bus": ("BUSES", "Bus"),
    "chip": ("Chip", "all_chips", "chip_names", "load_chip"),
    "circuit": ("Circuit", "circuit_kinds", "load_circuit"),
    "declared": ("Placed", "RecipePart"),
    "expand": ("wire",),
    "part": ("Part", "load_part", "part_kinds"),
    "recipe": ("Recipe", "load_recipe"),
    "values": ("Channel", "Setting"),
    "wiring": ("Component", "End", "Net", "PinUse", "Wiring"),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str):
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
