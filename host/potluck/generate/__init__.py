# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Everything that is made from a wiring. Nothing here states a pin: the recipe does, once.

Generators take only wiring that passes the checks: each asks ``checks.require`` first and so
raises ChecksFailed (or PinConflict, PinUnsuitable, SettingOutOfRange) for one that does not.
"""

from potluck.generate.bom import bom, bom_csv, bom_markdown
from potluck.generate.connections import Connection, connections, connections_markdown
from potluck.generate.device import device_config, driver_files
from potluck.generate.okh import okh_toml
from potluck.generate.paper import paper
from potluck.generate.picture import picture
from potluck.generate.sheet import build_sheet
from potluck.generate.spice import decks
from potluck.generate.world import world_config

__all__ = [
    "bom", "bom_csv", "bom_markdown", "build_sheet", "Connection",
    "connections", "connections_markdown", "decks", "device_config", "driver_files", "okh_toml",
    "paper", "picture", "world_config",
]
