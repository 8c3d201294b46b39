# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Load one address over HTTP(S), whole or not at all."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from potluck import __version__
from potluck.errors import CatalogueUnreachable, FirmwareUnknown

SILENCE_S = 15.0  # no byte for so long: give up
PAGE_S = 30.0  # a page may take so long in all; a file as long as it goes on coming
MOST_BYTES = 64 << 20
_CHUNK = 1 << 16

Progress = Callable[[int, int], None]


def load(
    url: str,
    *,
    silence_s: float = SILENCE_S,
    most_s: float | None = None,
    progress: Progress = lambda done, total: None,
) -> bytes:
    """What is at the address. progress(done, total) in bytes; total 0 when the server does not say.

    Raises FirmwareUnknown when the server knows no such thing (404, 410), CatalogueUnreachable for all
    else: no network, no answer in time, an answer that ends early, a redirection from https to http.
    """
    try:
        if not url.startswith(("http://", "https://")):
            raise ValueError("it is no web address")
        request = urllib.request.Request(url, headers={"User-Agent": f"potluck/{__version__}"})
        with _opener().open(request, timeout=silence_s) as answer:
            return _read(answer, url, most_s, progress)
    except urllib.error.HTTPError as wrong:
        wrong.close()
        if wrong.code in (404, 410):
            raise FirmwareUnknown(
                "the server has no such page or file", where=url, do="is the name of the board or build right?"
            ) from wrong
        raise _unreachable(url, f"the server answered {wrong.code} {wrong.reason}") from wrong
    except (OSError, http.client.HTTPException, ValueError) as wrong:
        reason = getattr(wrong, "reason", None) or wrong
        raise _unreachable(url, f"{str(reason) or type(reason).__name__}") from wrong


def _read(answer, url: str, most_s: float | None, progress: Progress) -> bytes:
    total = int(answer.headers.get("Content-Length") or 0)
    began, data = time.monotonic(), bytearray()
    # read1 gives what has come, so that a server that drips is timed and shown as it is
    while piece := answer.read1(_CHUNK):
        data += piece
        progress(len(data), total)
        if len(data) > MOST_BYTES:
            raise _unreachable(url, f"the answer is longer than {MOST_BYTES >> 20} MB")
        if most_s is not None and time.monotonic() - began > most_s:
            raise _unreachable(url, f"the answer was not complete after {most_s:g} s")
    if total and len(data) != total:
        raise _unreachable(url, f"the answer ended after {len(data)} of {total} bytes")
    return bytes(data)


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_Redirects())


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirections, but never from https to http: nobody could tell who answers there."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if req.full_url.startswith("https:") and not newurl.startswith("https:"):
            raise ValueError("it leads from https to an address that is not")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _unreachable(url: str, why: str) -> CatalogueUnreachable:
    return CatalogueUnreachable(f"cannot be loaded: {why}", where=url, do="check the network and try again")
