# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The control channel: who may ask, what comes back, what cannot harm the board."""

import json
import socket
import threading

import pytest

from potluck.errors import BoardNotRunning, KnobUnknown, PotluckError
from potluck.virtual.control import MAX_CLIENTS, ControlServer, ask


def handle(request):
    if request["do"] == "poke":
        raise KnobUnknown("there is no such knob", where="soil.colour", do="soil.unplugged is one")
    if request["do"] == "break":
        return {"never": 1 / 0}
    return {"echo": request}


@pytest.fixture
def server():
    made = ControlServer(handle)
    yield made
    made.close()


def say(server, *lines):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(b"".join(line + b"\n" for line in lines))
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read().splitlines()


def test_a_question_gets_its_answer(server):
    assert ask(server.port, server.token, {"do": "x", "n": 1}) == {"echo": {"do": "x", "n": 1}}


def test_many_lines_on_one_connection(server):
    line = json.dumps({"token": server.token, "do": "x"}).encode()
    assert [json.loads(reply)["ok"] for reply in say(server, line, line, line)] == [True] * 3


def test_an_error_is_raised_as_itself(server):
    with pytest.raises(KnobUnknown, match="no such knob") as caught:
        ask(server.port, server.token, {"do": "poke"})
    assert (caught.value.where, caught.value.do) == ("soil.colour", "soil.unplugged is one")


def test_a_mistake_is_told_and_the_server_lives(server):
    with pytest.raises(PotluckError, match="ZeroDivisionError"):
        ask(server.port, server.token, {"do": "break"})
    with pytest.raises(PotluckError, match="KeyError"):
        ask(server.port, server.token, {})
    assert ask(server.port, server.token, {"do": "x"})


@pytest.mark.parametrize("token", ["", "0" * 32, None, 7, "ž"])
def test_without_the_token_there_is_silence(server, token):
    assert say(server, json.dumps({"token": token, "do": "x"}).encode()) == []


@pytest.mark.parametrize("line", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"GET / HTTP/1.1"])
def test_noise_ends_the_connection_and_nothing_else(server, line):
    assert say(server, line) == []
    assert ask(server.port, server.token, {"do": "x"})


def test_the_token_never_comes_back(server):
    replies = say(
        server,
        *(json.dumps({"token": server.token, "do": do}).encode() for do in ("x", "poke", "break")),
    )
    assert len(replies) == 3
    assert server.token not in b"".join(replies).decode()
    assert server.token not in repr(server.__class__) and len(server.token) == 32


def test_nobody_there(server):
    server.close()
    with pytest.raises(BoardNotRunning):
        ask(server.port, server.token, {"do": "x"}, timeout_s=2)


def test_somebody_else_there():
    listener = socket.create_server(("127.0.0.1", 0))

    def answer():
        client, _ = listener.accept()
        client.recv(1000)
        client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        client.close()

    threading.Thread(target=answer, daemon=True).start()
    with pytest.raises(BoardNotRunning, match="no board"):
        ask(listener.getsockname()[1], "token", {"do": "x"}, timeout_s=5)
    listener.close()


def test_clients_are_bounded(server):
    line = json.dumps({"token": server.token, "do": "x"}).encode() + b"\n"
    crowd = []
    for _ in range(MAX_CLIENTS):
        crowd.append(socket.create_connection(("127.0.0.1", server.port), timeout=5))
        crowd[-1].sendall(line)
        assert crowd[-1].recv(1) == b"{"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as one_too_many:
        assert one_too_many.recv(1) == b""
    for client in crowd:
        client.close()
