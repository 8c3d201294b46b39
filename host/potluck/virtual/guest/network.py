# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import json as _json
from _vb import op as _op
from _vb import text as _text

_kind, _host_name = _text("wlan_kind").split("\n")
if not _kind:
    raise ImportError("no module named 'network'")
_ESP32 = _kind == "esp32"
STA_IF = 0
AP_IF = 1
STAT_IDLE = 1000 if _ESP32 else 0
STAT_CONNECTING = 1001 if _ESP32 else 1
STAT_GOT_IP = 1010 if _ESP32 else 3
STAT_WRONG_PASSWORD = 202 if _ESP32 else -3
STAT_NO_AP_FOUND = 201 if _ESP32 else -2
if _ESP32:
    STAT_ASSOC_FAIL = 203
    STAT_BEACON_TIMEOUT = 200
    STAT_HANDSHAKE_TIMEOUT = 204
else:
    STAT_CONNECT_FAIL = -1
_country = "XX"
_UNSET = ("0.0.0.0", "0.0.0.0", "0.0.0.0", "0.0.0.0") if _ESP32 else ("0.0.0.0", "255.255.255.0", "192.168.4.1", "0.0.0.0")


def hostname(name=None):
    global _host_name
    if name is None:
        return _host_name
    _host_name = name


def country(code=None):
    global _country
    if code is None:
        return _country
    if len(code) != 2:
        raise ValueError
    _country = code


class WLAN:
    IF_STA = 0
    IF_AP = 1
    SEC_OPEN = 0
    SEC_WPA_WPA2 = 4 if _ESP32 else 0x00400006
    PM_NONE = 0 if _ESP32 else 0x10
    PM_PERFORMANCE = 1 if _ESP32 else 0xA11142
    PM_POWERSAVE = 2 if _ESP32 else 0xA11C82
    if _ESP32:
        SEC_WPA2 = 3

    def __init__(self, interface=STA_IF):
        if interface == AP_IF:
            raise NotImplementedError("an access point of the board's own (AP_IF) is not simulated")
        if interface != STA_IF:
            raise ValueError("invalid WLAN interface identifier")
        self._fixed = None
        self._pm = self.PM_PERFORMANCE

    def active(self, is_active=None):
        if is_active is None:
            return bool(_op(OP.wlan_active, -1))
        _op(OP.wlan_active, 1 if is_active else 0)
        if _ESP32:
            return bool(is_active)

    def scan(self, **options):
        found = []
        for point in _json.loads(_text("wlan_scan")):
            secured = bool(point["password"])
            auth = (3 if secured else 0) if _ESP32 else (5 if secured else 0)
            found.append((point["ssid"].encode(), bytes([int(x, 16) for x in point["bssid"].split(":")]),
                          point["channel"], point["rssi"], auth, False if _ESP32 else 1))  # fmt: skip
        return found

    def connect(self, ssid=None, key=None, **options):
        ssid = ssid.decode() if isinstance(ssid, bytes) else ssid
        key = key.decode() if isinstance(key, bytes) else key
        _text("wlan_connect", _json.dumps([ssid, key or ""]))

    def disconnect(self):
        _op(OP.wlan_disconnect)

    def isconnected(self):
        return bool(_op(OP.wlan_connected))

    def status(self, param=None):
        if param is None:
            return _op(OP.wlan_status)
        if param == "rssi":
            return _op(OP.wlan_rssi)
        raise ValueError("unknown status param")

    def ifconfig(self, config=None):
        if config is not None:
            self._fixed = None if config == "dhcp" else tuple(config)
        elif not self.isconnected():
            return _UNSET
        else:
            return self._fixed or ("192.168.4.16", "255.255.255.0", "192.168.4.1", "192.168.4.1")

    def ipconfig(self, param=None, **options):
        if param is None:
            return
        ip, mask, gateway, _ = self.ifconfig()
        told = {"addr4": (ip, mask), "gw4": gateway, "dhcp4": self._fixed is None, "has_dhcp4": self.isconnected()}
        if param not in told:
            raise ValueError("unknown config param")
        return told[param]

    def config(self, *args, **options):
        if args and options:
            raise TypeError("either pos or kw args are allowed" if _ESP32 else "can't specify pos and kw args")
        if options:
            for name in options:
                if name in ("hostname", "dhcp_hostname"):
                    hostname(options[name])
                elif name == "pm":
                    self._pm = options[name]
                elif name not in ("txpower", "reconnects", "channel", "mac"):
                    raise ValueError("unknown config param")
            return
        if len(args) != 1:
            raise TypeError("can query only one param" if _ESP32 else "must query one param")
        name = args[0]
        if name == "mac":
            return bytes([int(x) for x in _text("wlan_mac").split()])
        if name in ("ssid", "essid"):
            return _text("wlan_joined").split("\n")[0]
        if name == "channel":
            return int(_text("wlan_joined").split("\n")[1])
        if name in ("hostname", "dhcp_hostname"):
            return hostname()
        if name == "pm":
            return self._pm
        if name == "txpower":
            return 20
        raise ValueError("unknown config param")
