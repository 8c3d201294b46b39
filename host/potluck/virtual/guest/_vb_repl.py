# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# What Tab asks at the prompt (py/repl.c, mp_repl_autocomplete); loaded for one answer and forgotten.
import sys
from _vb import text as _text

# C modules that boards have and this board has too. Those of frozen Python are not offered, as on a board.
_MODULES = (
    "__main__ array binascii builtins cmath collections deflate errno framebuf gc hashlib heapq io json machine math "
    "micropython os platform random re select struct sys time uctypes vfs"
)
_OF_PORT = {"rp2": " rp2", "esp32": " esp esp32"}


def radio():
    return _text("wlan_kind").split("\n")[0]


def modules():
    names = _MODULES + _OF_PORT.get(sys.platform, "") + (" bluetooth network socket" if radio() else "")
    return names.split()


def complete(question, names):
    kind, path, start = question.split("\n")
    found = names
    for name in path.split(".") if path else ():
        try:
            found = found[name] if found is names else getattr(found, name)
        except Exception:  # whatever a program's __getattr__ raises
            return ""
    if kind == "import":
        found = modules()
    elif found is not names:
        found = dir(found)
    return "\n".join([name for name in found if name.startswith(start) and (start or name[0] != "_")])
