# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How a running virtual board is told things from outside: JSON lines over loopback TCP.

A client sends one object a line, `{"token": …, "do": "poke", …}`, and gets one object back:
`{"ok": true, …}` or `{"ok": false, "error": {"id", "what", "where", "do"}}`. The token is in
the board's registry entry, which only its owner can read; it is never logged or shown.
A wrong token ends the connection. What can be done is `daemon.Commands`.
"""

from __future__ import annotations

import hmac
import json
import secrets
import socket
import threading
from collections.abc import Callable
from typing import Any

from potluck.errors import BoardNotRunning, PotluckError, every_error

HOST = "127.0.0.1"
MAX_LINE = 4 << 20  # a world's models travel in one line
MAX_CLIENTS = 32
QUIET_S = 300.0  # a client that says nothing for so long is let go


class ControlServer:
    """Answers requests by `handle(request) -> reply`, each client in a thread of its own.

    handle may raise PotluckError, which the client's `ask` raises again.
    """

    def __init__(self, handle: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self.token = secrets.token_hex(16)
        self._handle = handle
        self._clients = threading.BoundedSemaphore(MAX_CLIENTS)
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="control", daemon=True).start()

    def close(self) -> None:
        try:
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        except OSError:
            pass  # Windows and macOS wake by close alone
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if not self._clients.acquire(blocking=False):
                client.close()
                continue
            threading.Thread(target=self._serve, args=(client,), name="control client", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client, client.makefile("rb") as lines:
                client.settimeout(QUIET_S)
                while line := lines.readline(MAX_LINE):
                    reply = self._answer(line)
                    if reply is None:
                        return
                    client.sendall(json.dumps(reply).encode() + b"\n")
        except OSError:
            pass  # the client went away
        finally:
            self._clients.release()

    def _answer(self, line: bytes) -> dict[str, Any] | None:
        try:
            request = json.loads(line)
        except ValueError:
            return None
        if not isinstance(request, dict):
            return None
        token = request.pop("token", None)
        if not isinstance(token, str) or not hmac.compare_digest(token.encode(), self.token.encode()):
            return None
        try:
            return {"ok": True, **self._handle(request)}
        except PotluckError as error:
            return {"ok": False, "error": error.as_dict()}
        except Exception as error:
            # a mistake in a request or in us must not take the board with it
            what = f"{type(error).__name__}: {error}"
            return {
                "ok": False,
                "error": {"id": "", "what": what, "where": str(request.get("do", "")), "do": ""},
            }


def ask(port: int, token: str, request: dict[str, Any], *, timeout_s: float = 10.0) -> dict[str, Any]:
    """Send one request, give the reply's members.

    Raises the PotluckError that the board raised; BoardNotRunning if nobody answers as a board
    does; TimeoutError if a board is there but does not answer in time.
    """
    line = json.dumps({**request, "token": token}).encode() + b"\n"
    try:
        with socket.create_connection((HOST, port), timeout=timeout_s) as connection:
            connection.sendall(line)
            with connection.makefile("rb") as lines:
                answer = lines.readline()
    except TimeoutError:
        raise
    except OSError as error:
        raise BoardNotRunning(f"its control channel is closed ({error.strerror or error})") from None
    try:
        reply = json.loads(answer)
        good = reply.pop("ok")
    except (ValueError, AttributeError, KeyError):
        raise BoardNotRunning("what answers on its control channel is no board") from None
    if not good:
        raise rebuilt(reply["error"])
    return reply


def rebuilt(error: dict[str, str]) -> PotluckError:
    """The error that `as_dict` was made of; a plain PotluckError if its kind is not known here."""
    kind = next((kind for kind in every_error() if kind.id == error["id"]), PotluckError)
    return kind(error["what"], where=error["where"], do=error["do"])
