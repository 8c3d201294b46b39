# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A server on the loopback whose pages have the form of MicroPython's download pages, and its moods."""

import contextlib
import http.server
import threading
import time

from tests.host.flasher import image_kit as kit

# The structure of the real pages, as stored copies of them had it in 2024 to 2026: a heading for each variant, a
# paragraph of links for its releases and one for its previews; the first link in bold, then the other kinds of the same
# build, the debugger's files, the notes; "(latest)" after the newest, outside of any tag. The words are ours.
PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>{board}: firmware</title><link href="/static/main.css" rel="stylesheet"></head><body>
<nav><a href="/">Home</a> <a href="/download/">All boards</a> <a href="https://docs.example/">Docs</a></nav>
<h2>{board}</h2>
<p>Vendor: <a href="/download/?vendor=Some%20Maker">Some Maker</a><br/>
Port: <a href="/download/?port=rp2">rp2</a>, MCU: <a href="/download/?mcu=rp2040">rp2040</a></p>
<p>The newest one always: <a href="/download/{board}/{board}-latest.uf2">{board}-latest.uf2</a></p>
{variants}
</body></html>
"""
VARIANT = """<h2>Firmware {title}</h2>
<h3>Releases</h3>
<p>
{releases}
</p>
<h3>Preview builds</h3>
<p>
{previews}
</p>"""
RELEASE = """<strong>
<a href="/resources/firmware/{name}.{first}">v{version} ({date}) .{first}</a>
</strong>
{more}/ <a href="/resources/firmware/{name}.elf">[.elf]</a>
/ <a href="/resources/firmware/{name}.map">[.map]</a>
/ <a href="https://code.example/releases/tag/v{version}">[Notes]</a>
{latest}<br/>"""
KIND = '/ <a href="/resources/firmware/{name}.{kind}">[.{kind}]</a>\n'
RELEASES = (("1.29.0", "20260824"), ("1.28.0", "20260406"), ("1.26.1", "20250911"), ("1.26.0", "20250809"))
PREVIEWS = (("1.30.0-preview.62.g0a1b2c3d4e", "20261120"), ("1.30.0-preview.7.gffff00001", "20260915"))


def page(board, kinds=("uf2",), variants=("",)):
    def lines(rows, variant):
        made = []
        for version, date in rows:
            name = f"{board}{variant}-{date}-v{version}"
            made.append(
                RELEASE.format(
                    name=name, first=kinds[0], version=version, date=f"{date[:4]}-{date[4:6]}-{date[6:]}",
                    more="".join(KIND.format(name=name, kind=kind) for kind in kinds[1:]),
                    latest="(latest)" if (version, date) == rows[0] else "",
                )
            )  # fmt: skip
        return "\n".join(made)

    found = [
        VARIANT.format(title=variant and f"(with {variant[1:]})", releases=lines(RELEASES, variant),
                       previews=lines(PREVIEWS, variant))
        for variant in variants
    ]  # fmt: skip
    return PAGE.format(board=board, variants="\n".join(found)).encode()


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
            "RPI_PICO_W": page("RPI_PICO_W"),
            "RPI_PICO2": page("RPI_PICO2", ("uf2",), ("", "-RISCV")),
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
        if words[:2] == ["resources", "firmware"] and not path.endswith((".elf", ".map")):
            if words[2] not in self.files:
                family = 0xE48BFF59 if "PICO2" in path else 0xE48BFF56
                self.files[words[2]] = kit.uf2_image(family=family) if path.endswith("uf2") else kit.full_image()
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
