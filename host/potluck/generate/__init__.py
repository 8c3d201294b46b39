# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Everything that is made from a wiring. Nothing here states a pin: the recipe does, once.

Generators take only wiring that passes the checks: each asks ``checks.require`` first and so
raises ChecksFailed (or PinConflict, PinUnsuitable, SettingOutOfRange) for one that does not.
"""

from potluck.generate.connections import Connection, connections, connections_markdown
from potluck.generate.device import connect_modules, device_config, driver_files
from potluck.generate.picture import picture, picture_files
from potluck.generate.spice import decks
from potluck.generate.world import world_config

__all__ = ["Connection", "connect_modules", "connections", "connections_markdown", "decks",
           "device_config", "driver_files", "picture", "picture_files", "world_config"]
