# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from _vb import text as _text

if not _text("wlan_kind").split("\n")[0]:
    raise ImportError("no module named 'ssl'")
PROTOCOL_TLS_CLIENT = 0
PROTOCOL_TLS_SERVER = 1
CERT_NONE = 0
CERT_OPTIONAL = 1
CERT_REQUIRED = 2


def SSLContext(protocol):
    raise NotImplementedError("ssl is not simulated")


def wrap_socket(*args, **options):
    raise NotImplementedError("ssl is not simulated")
