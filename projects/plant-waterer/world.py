# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A plant in a pot by a window, and the reservoir beside it.

Water goes reservoir -> (pump) -> standing on the soil -> soil -> air, or through the hole in the
bottom. Nothing is lost or made: poured = standing + soil + evaporated + drained, counted from the
start (tests hold it to that). Amounts are mL, which is also g.

knobs
  moisture      what a perfect sensor would say, per cent; setting it wets or dries the soil
  reservoir_ml  water in the reservoir; setting it is filling or emptying it
  temperature   mean of day and night, Cel
  light_lx      at noon, on the leaves
  humidity      relative, per cent
  hose_off      1: the hose has slipped out of the pot and waters the floor
"""

from math import exp, pi, sin

# Peat-based potting soil, share of its volume: total pores, what it holds against gravity, and what no
# root gets out (within the "normal ranges" of the NCSU Horticultural Substrates Laboratory manual:
# pores 50-85 %, container capacity 45-65 %, unavailable water 20-35 %).
_PORES = 0.75
_HOLDS = 0.55
_UNAVAILABLE = 0.20

# What the sensor says: Topp's permittivity (Water Resour. Res. 16, 1980) through a saturating
# oscillator is, between "unavailable" and "holds", within 3 % of this line.
_PER_SHARE = 128.0
_AT_NONE = -4.5

_SINK_S = 480.0  # a portion is gone from the surface in some ten minutes
_DRAIN_S = 300.0  # and what is too much runs out as fast

# Evaporation of leaves and soil, after Penman. Energy: 1 lx of daylight = 1/110 W/m2; 0.12 m2 of
# leaves; 0.68 of the energy becomes vapour at 20 Cel (FAO-56: slope / (slope + gamma)); 2450 J/g.
_ML_PER_S_PER_LX = 0.12 * 0.68 / 110 / 2450
# Dry air: 1.5 mL/h per kPa of what it lacks, so that a dim room still costs some 40 mL a day.
_ML_PER_S_PER_KPA = 1.5 / 3600

_DAY_S = 86400.0
_SUNRISE_S = 6 * 3600.0
_SUNSET_S = 20 * 3600.0
_SWING_CEL = 3.0  # warmest at 15 o'clock

_FLOAT_UP_ML = 270.0  # the float hangs above the pump; some play between up and down
_FLOAT_DOWN_ML = 250.0
_INLET_ML = 60.0  # below it the pump draws air


class World:
    knobs = {"moisture": 34.0, "reservoir_ml": 2000.0, "temperature": 21.0, "light_lx": 8000.0,
             "humidity": 50.0, "hose_off": 0}  # fmt: skip
    max_step_s = 60

    def __init__(self, parts, options):
        """options: pot_l, reservoir_l, and where the day begins: starts_at_h."""
        self._soil_sensor = parts["soil"]
        self._tank = parts["tank"]
        self._pump = parts["pump"]
        self._pot_ml = options.get("pot_l", 3.0) * 1000
        self.reservoir_ml = options.get("reservoir_l", 2.0) * 1000
        self.time_s = options.get("starts_at_h", 9.0) * 3600
        self.standing_ml = 0.0
        self.evaporated_ml = 0.0
        self.drained_ml = 0.0
        self.poured_ml = 0.0
        self.spilled_ml = 0.0
        self.light_now_lx = 0.0
        self.temperature_now = self.temperature
        self._dt_s = self._sinks = self._drains = 0.0
        self._float_up = self.reservoir_ml > _FLOAT_UP_ML
        self.poke("moisture", self.moisture)

    def poke(self, knob, value):
        setattr(self, knob, value)
        if knob == "moisture":
            share = (min(max(value, 0.0), 100.0) - _AT_NONE) / _PER_SHARE
            self.soil_ml = min(max(share, 0.0), _PORES) * self._pot_ml
        elif knob == "reservoir_ml":
            self.reservoir_ml = max(value, 0.0)
        self._show()

    def step(self, dt_s):
        self._pour()
        if dt_s > 0:
            self._weather(dt_s)
            self._soak(dt_s)
            self._evaporate(dt_s)
        self._show()

    def _pour(self):
        pump = self._pump
        wanted_ml = pump.wanted_ml
        if wanted_ml > 0:
            moved_ml = min(wanted_ml, max(self.reservoir_ml - _INLET_ML, 0.0))
            pump.dry = moved_ml < wanted_ml
            self.reservoir_ml -= moved_ml
            if self.hose_off:
                self.spilled_ml += moved_ml
            else:
                self.poured_ml += moved_ml
                self.standing_ml += moved_ml

    def _weather(self, dt_s):
        self.time_s += dt_s
        of_day_s = self.time_s % _DAY_S
        if _SUNRISE_S < of_day_s < _SUNSET_S:
            self.light_now_lx = self.light_lx * sin(pi * (of_day_s - _SUNRISE_S) / (_SUNSET_S - _SUNRISE_S))
        else:
            self.light_now_lx = 0.0
        self.temperature_now = self.temperature + _SWING_CEL * sin(2 * pi * (of_day_s / _DAY_S - 0.375))

    def _soak(self, dt_s):
        if dt_s != self._dt_s:  # steps are mostly of one length
            self._dt_s = dt_s
            self._sinks = 1 - exp(-dt_s / _SINK_S)
            self._drains = 1 - exp(-dt_s / _DRAIN_S)
        room_ml = _PORES * self._pot_ml - self.soil_ml
        sinking_ml = min(self.standing_ml * self._sinks, room_ml)
        self.standing_ml -= sinking_ml
        self.soil_ml += sinking_ml
        too_much_ml = self.soil_ml - _HOLDS * self._pot_ml
        if too_much_ml > 0:
            out_ml = too_much_ml * self._drains
            self.soil_ml -= out_ml
            self.drained_ml += out_ml

    def _evaporate(self, dt_s):
        t = self.temperature_now
        # Saturation pressure after Tetens (FAO-56, equation 11), and the part of it that the air lacks.
        lack_kpa = 0.6108 * exp(17.27 * t / (t + 237.3)) * (1 - min(self.humidity, 100.0) / 100)
        wants_ml = (self.light_now_lx * _ML_PER_S_PER_LX + lack_kpa * _ML_PER_S_PER_KPA) * dt_s
        # Plants save water when less than half of what they can reach is left (FAO-56, equation 84).
        reach_ml = self.soil_ml - _UNAVAILABLE * self._pot_ml
        full_ml = (_HOLDS - _UNAVAILABLE) * self._pot_ml
        goes_ml = min(wants_ml * min(max(reach_ml / (0.5 * full_ml), 0.0), 1.0), max(reach_ml, 0.0))
        self.soil_ml -= goes_ml
        self.evaporated_ml += goes_ml

    def _show(self):
        """What sensor and float see of it."""
        said = _AT_NONE + _PER_SHARE * self.soil_ml / self._pot_ml
        self.moisture = self._soil_sensor.moisture = min(max(said, 0.0), 100.0)
        if self._float_up:
            self._float_up = self.reservoir_ml > _FLOAT_DOWN_ML
        else:
            self._float_up = self.reservoir_ml > _FLOAT_UP_ML
        self._tank.water = 1 if self._float_up else 0

    def state(self):
        pump = self._pump
        return {
            "hour": self.time_s % _DAY_S / 3600, "light_now_lx": self.light_now_lx,
            "temperature_now": self.temperature_now, "soil_ml": self.soil_ml, "standing_ml": self.standing_ml,
            "poured_ml": self.poured_ml, "spilled_ml": self.spilled_ml, "drained_ml": self.drained_ml,
            "evaporated_ml": self.evaporated_ml, "pump_on_s": pump.on_s, "pump_dry_s": pump.dry_s,
            "pump_longest_s": pump.longest_s,
        }  # fmt: skip
