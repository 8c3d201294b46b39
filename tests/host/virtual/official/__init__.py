# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
