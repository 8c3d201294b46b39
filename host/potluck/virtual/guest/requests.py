# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# HTTP as MicroPython's own `requests` gives it: one connection for each request, the body read when it is asked for.
try:
    import socket as _socket
except ImportError:  # a board without a network has neither
    raise ImportError("no module named '%s'" % __name__)

_REDIRECTS = 8


class Response:
    def __init__(self, raw, status_code, reason, headers):
        self.raw = raw
        self.encoding = "utf-8"
        self.status_code = status_code
        self.reason = reason
        self.headers = headers
        self._body = None

    def close(self):
        if self.raw:
            self.raw.close()
            self.raw = None
        self._body = None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.close()

    @property
    def content(self):
        if self._body is None:
            try:
                self._body = self.raw.read()
            finally:
                self.raw.close()
                self.raw = None
        return self._body

    @property
    def text(self):
        return str(self.content, self.encoding)

    def json(self):
        import json

        return json.loads(self.content)


def _parts(url):
    scheme, _, rest = url.partition("://")
    if scheme == "https":
        raise NotImplementedError("ssl is not simulated")
    if scheme != "http":
        raise ValueError("Unsupported protocol: " + scheme)
    host, _, path = rest.partition("/")
    host, _, port = host.partition(":")
    return host, int(port or 80), "/" + path


def _said(host, method, path, data, headers, auth):
    lines = [method + " " + path + " HTTP/1.0"]
    given = {name.lower() for name in headers}
    if "host" not in given:
        lines.append("Host: " + host)
    if auth is not None:
        from binascii import b2a_base64

        lines.append("Authorization: Basic " + b2a_base64(("%s:%s" % auth).encode()).decode().strip())
    lines += [name + ": " + headers[name] for name in headers]
    if data is not None and "content-length" not in given:
        lines.append("Content-Length: %d" % len(data))
    if "connection" not in given:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (data or b"")


def request(method, url, data=None, json=None, headers=None, stream=None, auth=None, timeout=None, parse_headers=True):
    headers = dict(headers or {})
    if json is not None:
        from json import dumps

        data = dumps(json)
        headers.setdefault("Content-Type", "application/json")
    if data is not None:
        data = data.encode() if isinstance(data, str) else bytes(data)
    for _ in range(_REDIRECTS):
        host, port, path = _parts(url)
        s = _socket.socket()
        try:
            if timeout is not None:
                s.settimeout(timeout)
            s.connect(_socket.getaddrinfo(host, port, 0, _socket.SOCK_STREAM)[0][-1])
            s.write(_said(host, method, path, data, headers, auth))
            status = s.readline().decode().split(None, 2)
            if len(status) < 2:
                raise ValueError("HTTP error: BadStatusLine")
            told = {}
            while True:
                line = s.readline()
                if not line or line == b"\r\n":
                    break
                name, _, value = line.decode().partition(":")
                told[name] = value.strip()
        except Exception:
            s.close()
            raise
        lower = {name.lower(): told[name] for name in told}
        if "chunked" in lower.get("transfer-encoding", ""):
            s.close()
            raise ValueError("Unsupported Transfer-Encoding: chunked")
        code = int(status[1])
        if code not in (301, 302, 303, 307, 308) or "location" not in lower:
            return Response(s, code, status[2].strip() if len(status) > 2 else "", told if parse_headers else {})
        s.close()
        where = lower["location"]
        url = where if "://" in where else "http://%s:%d%s" % (host, port, where)
        if code == 303 or (code in (301, 302) and method == "POST"):
            method, data = "GET", None
            for name in list(headers):  # they were about the body
                if name.lower() in ("content-type", "content-length"):
                    del headers[name]
    raise ValueError("Too many redirects")


def head(url, **options):
    return request("HEAD", url, **options)


def get(url, **options):
    return request("GET", url, **options)


def post(url, **options):
    return request("POST", url, **options)


def put(url, **options):
    return request("PUT", url, **options)


def patch(url, **options):
    return request("PATCH", url, **options)


def delete(url, **options):
    return request("DELETE", url, **options)
