# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Settings and calibration: attributes of `values`, always within their range, kept in /state.

Calibration belongs to the board's parts and stays whatever recipe comes next; settings belong to one
recipe. What cannot be read or is out of range counts as its default.
"""

import json

from potluck import store

_FILE = "settings.json"


class Values:
    pass


values = Values()
_ranges = {}  # name -> (default, low, high)
_calibration = {}  # those of them that are calibration
_kept = {"recipe": "", "settings": {}, "calibration": {}}  # what the file holds


def _fits(name, value):
    _, low, high = _ranges[name]
    return type(value) in (int, float) and low <= value <= high


def load(recipe, settings, calibration):
    """Take over the declared settings and what the file says of them. Returns what was wrong, or None."""
    wrong = None
    _ranges.update(settings)
    _ranges.update(calibration)
    _calibration.update(calibration)
    try:
        kept = json.loads(store.load(_FILE) or "{}")
        for kind in ("settings", "calibration"):
            if kind == "calibration" or kept.get("recipe") == recipe:
                _kept[kind].update(kept.get(kind, {}))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        wrong = "%s: %s" % (_FILE, error)
    _kept["recipe"] = recipe
    for name in _ranges:
        value = _kept[_kind(name)].get(name, _ranges[name][0])
        if not _fits(name, value):
            wrong = "%s: %s is %s" % (_FILE, name, value)
            value = _ranges[name][0]
        setattr(values, name, value)
    return wrong and wrong + "; the default counts"


def _kind(name):
    return "calibration" if name in _calibration else "settings"


def put(name, value):
    """Change one for good. ValueError: no such name, or out of range. OSError: it could not be kept."""
    if name not in _ranges:
        raise ValueError("no setting " + str(name))
    if not _fits(name, value):
        raise ValueError("%s: %s is not in %s … %s" % (name, value, _ranges[name][1], _ranges[name][2]))
    _kept[_kind(name)][name] = value
    store.save(_FILE, json.dumps(_kept))
    setattr(values, name, value)
