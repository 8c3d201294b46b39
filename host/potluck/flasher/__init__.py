# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How firmware gets onto a board: the images, where they come from, and one module per way to write them.

    drives      boot drives of boards that wait for a UF2 file
"""
