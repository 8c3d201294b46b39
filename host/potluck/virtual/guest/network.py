# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import json as _json
from _vb import Missing as _Missing
from _vb import op as _op
from _vb import text as _text

_kind, _host_name = _text("wlan_kind").split("\n")
if not _kind:
    raise ImportError("no module named 'network'")
_ESP32 = _kind == "esp32"
_NINA = _kind == "nina"
STA_IF = 0
AP_IF = 1
if _ESP32:  # ports/esp32/modnetwork_globals.h, modnetwork.h; esp_wifi_types_generic.h
    STAT_IDLE = 1000
    STAT_CONNECTING = 1001
    STAT_GOT_IP = 1010
    STAT_NO_AP_FOUND = 201
    STAT_WRONG_PASSWORD = 202
    STAT_ASSOC_FAIL = STAT_CONNECT_FAIL = 203
    STAT_BEACON_TIMEOUT = 200
    STAT_HANDSHAKE_TIMEOUT = 204
    STAT_NO_AP_FOUND_W_COMPATIBLE_SECURITY = 210
    STAT_NO_AP_FOUND_IN_AUTHMODE_THRESHOLD = 211
    STAT_NO_AP_FOUND_IN_RSSI_THRESHOLD = 212
    MODE_11B = 1
    MODE_11G = 2
    MODE_11N = 4
    MODE_LR = 8
    AUTH_OPEN = 0
    AUTH_WEP = 1
    AUTH_WPA_PSK = 2
    AUTH_WPA2_PSK = 3
    AUTH_WPA_WPA2_PSK = 4
    AUTH_WPA2_ENTERPRISE = 5
    AUTH_WPA3_PSK = 6
    AUTH_WPA2_WPA3_PSK = 7
    AUTH_WAPI_PSK = 8
    AUTH_OWE = 9
    PPP = _Missing("network.PPP")
    LAN = _Missing("network.LAN")
    PHY_LAN8710, PHY_LAN8720, PHY_IP101, PHY_RTL8201, PHY_DP83848, PHY_KSZ8041, PHY_KSZ8081, PHY_LAN8670, PHY_GENERIC = range(9)
    PHY_KSZ8851SNL, PHY_DM9051, PHY_W5500 = range(100, 103)
    ETH_INITIALIZED, ETH_STARTED, ETH_STOPPED, ETH_CONNECTED, ETH_DISCONNECTED, ETH_GOT_IP = range(6)
elif not _NINA:  # the NINA's driver has no such names
    STAT_IDLE = 0
    STAT_CONNECTING = 1
    STAT_GOT_IP = 3
    STAT_NO_AP_FOUND = -2
    STAT_WRONG_PASSWORD = -3
    STAT_CONNECT_FAIL = -1
_country = "XX"
_dns = "0.0.0.0"
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


def ipconfig(param=None, **options):
    global _dns
    if options:
        for name in options:
            if name not in ("dns", "prefer"):
                raise ValueError("unexpected key")
        _dns = options.get("dns", _dns)
        return
    if param is None:
        raise TypeError("must query one param")
    if param == "dns":
        return _dns
    if param == "prefer":
        return 4
    raise ValueError("unexpected key")


class WLAN:
    IF_STA = 0
    IF_AP = 1
    if _ESP32:
        PM_NONE = 0
        PM_PERFORMANCE = 1
        PM_POWERSAVE = 2
        SEC_OPEN = 0
        SEC_WEP = 1
        SEC_WPA = 2
        SEC_WPA2 = 3
        SEC_WPA_WPA2 = 4
        SEC_WPA2_ENT = 5
        SEC_WPA3 = 6
        SEC_WPA2_WPA3 = 7
        SEC_WAPI = 8
        SEC_OWE = 9
    elif _NINA:  # drivers/ninaw10/nina_wifi_drv.h
        SEC_OPEN = OPEN = 1
        SEC_WPA_WPA2 = WPA_PSK = 2
        SEC_WEP = WEP = 3
    else:  # cyw43_ll.h
        PM_NONE = 0x10
        PM_PERFORMANCE = 0xA11142
        PM_POWERSAVE = 0xA11C82
        SEC_OPEN = 0
        SEC_WPA_WPA2 = 0x00400006
        SEC_WPA3 = 0x01000004
        SEC_WPA2_WPA3 = 0x01400004

        def deinit(self):
            self.active(False)

        def __repr__(self):
            state = {0: "down", 1: "join", 3: "up", -2: "nonet", -3: "badauth"}.get(self.status(), "fail")
            return "<CYW43 STA %s %s>" % (state, self.ifconfig()[0])

    def __init__(self, interface=STA_IF):
        if interface == AP_IF:
            raise NotImplementedError("an access point of the board's own (AP_IF) is not simulated")
        if interface != STA_IF:
            raise ValueError("invalid WLAN interface identifier")
        self._fixed = None
        self._pm = 0 if _NINA else self.PM_PERFORMANCE

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
        if _NINA:
            if not ssid:
                raise ValueError("SSID can't be empty")
            if options.get("security", self.WPA_PSK) != self.OPEN and not key:
                raise ValueError("key can't be empty")
            self.active(True)
        _text("wlan_connect", _json.dumps([ssid, key or ""]))

    def disconnect(self):
        _op(OP.wlan_disconnect)

    def isconnected(self):
        return bool(_op(OP.wlan_connected))

    def status(self, param=None):
        if param is None:
            return self.isconnected() if _NINA else _op(OP.wlan_status)
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
