# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What the package's build does beyond copying files: it makes sure that the engine is there.

A wheel carries the engine with its licences. An editable install (a clone) only fills the user's
cache. When the cache has it already, nothing is needed and nothing is fetched.
"""

import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class EngineHook(BuildHookInterface):
    """Called by hatchling, first for what it needs, then before the files are gathered."""

    def dependencies(self) -> list[str]:
        return self._engine_build().requirements()

    def initialize(self, version: str, build_data: dict) -> None:
        engine = self._engine_build().ensure()
        if version == "editable":
            return
        included = build_data["force_include"]
        included[str(engine)] = "potluck/_engine/engine.wasm"
        for paper in sorted((Path(self.root) / "LICENSES" / "engine").iterdir()):
            included[str(paper)] = f"potluck/_engine/{paper.name}"

    def _engine_build(self):
        """The package's own module, from the tree that is being built."""
        host = str(Path(self.root) / "host")
        if host not in sys.path:
            sys.path.insert(0, host)
        from potluck.virtual import engine_build

        return engine_build
