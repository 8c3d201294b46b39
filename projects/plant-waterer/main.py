# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Keeps one pot moist and stops before it makes a flood."""

import asyncio

from potluck import app

s = app.settings
soil, tank, pump = app.part("soil"), app.part("tank"), app.part("pump")
status, button = app.part("status"), app.part("button")
today = app.ledger("watered", limit="daily_ml", hours=24)  # written to flash before the pump starts


@app.every("check_every_s")
async def look():
    moisture = await measure()
    tell(moisture)
    if may_water(moisture) and moisture < s.dry_below:
        await pour(moisture)


@app.on(button.pressed)
@app.command
async def water():
    moisture = await measure()
    if may_water(moisture):
        await pour(moisture)


async def measure():
    soil.dry_v, soil.wet_v = s.soil_dry_v, s.soil_wet_v
    return await soil.read()  # None: unplugged, shorted or impossible


def tell(moisture):
    app.report(moisture=moisture, tank=tank.closed, pump=pump.on, watered=today.used)


def may_water(moisture):
    if moisture is None:
        status.show("trouble")
        app.trouble("soil sensor", "check its three wires, then its calibration")
    elif not tank.closed:
        status.show("refill")
        app.trouble("reservoir", "it is empty: fill it up")
    else:
        status.show("busy" if pump.on else "ok")
        return True
    return False


async def pour(moisture):
    if today.left < s.dose_ml:
        status.show("done")
        app.trouble("daily limit", "no more today: look for a leak before you raise daily_ml")
    elif app.rested("water", s.rest_min) and today.take(s.dose_ml):
        status.show("busy")
        pump.start(s.dose_ml / s.pump_ml_per_s)  # its own timer ends it, whatever happens here
        while pump.on and tank.closed:
            tell(moisture)
            await asyncio.sleep(0.5)
        pump.safe()
        tell(moisture)
        status.show("ok")


app.run()
