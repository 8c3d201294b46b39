# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What Open Know-How 2.4 asks of an okh.toml: its public schema asked where it is at hand, and its facts written down.

Source: iop-alliance/OpenKnowHow, src/schema/okh.schema.json, which SchemaStore keeps as src/schemas/json/okh.json.
The schema knows no key but those here; its template's `fork-of` is `forkOf` there.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

REQUIRED = ("okhv", "name", "repo", "license", "licensor", "function")
TEXT = {"name", "function", "license", "version", "cpc-patent-class"}
PATHS = {"bom", "readme", "source", "export", "auxiliary", "manufacturing-instructions", "user-manual", "attestation",
         "contribution-guide", "release"}
URLS = {"repo", "forkOf"}
OTHER = {"okhv", "licensor", "organization", "documentation-language", "image", "part", "software", "tsdc", "mass",
         "outer-dimensions", "publication", "rdf", "standard-compliance", "technology-readiness-level",
         "documentation-readiness-level"}
VERSIONS = ("2.3", "2.4")


def schema_path() -> Path:
    """Where the person has the public schema: POTLUCK_OKH_SCHEMA."""
    return Path(os.environ.get("POTLUCK_OKH_SCHEMA") or "/none")


def schema_complaints(manifest: dict) -> list[str]:
    """What the public schema itself says (needs jsonschema and the file)."""
    import jsonschema

    schema = json.loads(schema_path().read_text("utf-8"))
    return [error.message for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(manifest)]


def complaints(manifest: dict) -> list[str]:
    """What the schema would refuse, and keys that it does not know."""
    found = [f"{key} is missing" for key in REQUIRED if key not in manifest]
    for key, value in manifest.items():
        if key in TEXT and not (isinstance(value, str) and value):
            found.append(f"{key} is no text")
        elif key in PATHS:
            found += [f"{key}: {path!r} is no path in the repository" for path in _many(value) if not _path(path)]
        elif key in URLS and not re.match(r"https?://", str(value)):
            found.append(f"{key} is no address")
        elif key not in TEXT | PATHS | URLS | OTHER:
            found.append(f"{key} is no field")
    if manifest.get("okhv") not in VERSIONS:
        found.append("okhv is no version")
    if not all(isinstance(name, (str, dict)) and name for name in _many(manifest.get("licensor", "-"))):
        found.append("licensor is nobody")
    for tag in _many(manifest.get("documentation-language", [])):
        if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?", tag):
            found.append("documentation-language is no BCP 47 tag")
    for image in _many(manifest.get("image", [])):
        if not _path(image if isinstance(image, str) else image.get("location")):
            found.append("an image has no location")
    for part in manifest.get("part", []):
        if "name" not in part or not {"source", "export"} & set(part):
            found.append("a part has no name, or neither source nor export")
    return found


def _many(value):
    return value if isinstance(value, list) else [value]


def _path(value) -> bool:
    if not isinstance(value, str) or not value:
        return False
    return bool(re.match(r"https?://", value)) or not re.search(r"^[a-z]*:|^//|(^|/)\.\.(/|$)", value)
