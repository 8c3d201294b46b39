# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A server on the loopback whose pages have the form of MicroPython's download pages, and its moods."""

import contextlib
import http.server
import threading
import time

from tests.host.flasher import image_kit as kit

PAGE = """<!DOCTYPE html>
<html><head><title>{board}: firmware</title></head><body>
<nav><a href="/">Home</a> <a href="/download/">All boards</a> <a href="https://docs.example/">Docs</a></nav>
<h2>{board}</h2>
<h3>Releases</h3>
<p>{releases}</p>
<h3>Preview builds</h3>
<p>{previews}</p>
</body></html>
"""
LINE = (
    '<a href="/resources/firmware/{name}.{kind}">v{version} ({date}) .{kind}</a>'
    ' / <a href="/resources/firmware/{name}.elf">[.elf]</a>'
    ' / <a href="https://code.example/releases/v{version}">[notes]</a><br/>'
)
RELEASES = (("1.29.0", "20260824"), ("1.28.0", "20260406"), ("1.26.1", "20250911"), ("1.26.0", "20250809"))
PREVIEWS = (("1.30.0-preview.62.g0a1b2c3d4e", "20261120"), ("1.30.0-preview.7.gffff00001", "20260915"))


def page(board, kinds=("uf2",), variants=("",)):
    def lines(rows):
        return "\n".join(
            LINE.format(name=f"{board}{variant}-{date}-v{version}", kind=kind, version=version, date=date)
            for variant in variants
            for version, date in rows
            for kind in kinds
        )

    return PAGE.format(board=board, releases=lines(RELEASES), previews=lines(PREVIEWS)).encode()


class Server:
    """pages, files: what is served; mood: how ("well", "slow", "truncated", "redirected", "login", "broken").

    asked: the paths in the order in which they were asked for.
    """

    def __init__(self):
        self.mood = "well"
        self.asked = []
        self.files = {}
        self.pages = {
            "RPI_PICO": page("RPI_PICO"),
            "ESP32_GENERIC": page("ESP32_GENERIC", ("bin", "app-bin"), ("", "-SPIRAM", "-OTA")),
            "CHANGED": b"<html><body>Firmware is now found with our app.</body></html>",
        }
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                with contextlib.suppress(OSError):
                    outer.answer(self)

            def log_message(self, *args):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        self.over = threading.Event()
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        self.over.set()
        self.http.shutdown()
        self.http.server_close()

    def content(self, path):
        words = path.strip("/").split("/")
        if words[0] == "download":
            return self.pages.get(words[1])
        if words[:2] == ["resources", "firmware"] and not path.endswith(".elf"):
            if words[2] not in self.files:
                self.files[words[2]] = kit.uf2_image() if path.endswith("uf2") else kit.full_image()
            return self.files[words[2]]
        return None

    def answer(self, to):
        path = to.path
        if self.mood == "redirected" and not path.startswith("/moved/"):
            to.send_response(302)
            to.send_header("Location", f"{self.address}/moved{path}")
            to.end_headers()
            return
        data = kit.HTML if self.mood == "login" else self.content(path.removeprefix("/moved"))
        if data is None or self.mood == "broken":
            to.send_error(404 if data is None else 503)
            return
        to.send_response(200)
        to.send_header("Content-Length", str(len(data)))
        to.end_headers()
        if self.mood == "truncated":
            data = data[: len(data) // 2]
        if self.mood == "slow":
            to.wfile.write(data[:100])
            self.over.wait(20)
            return
        if self.mood == "dripping":
            for at in range(0, len(data), 4096):
                to.wfile.write(data[at : at + 4096])
                time.sleep(0.01)
            return
        to.wfile.write(data)
