# SPDX-License-Identifier: Apache-2.0
"""What requests may contain, and what responses do: one module per noun, each schema written once (see `vocabulary`).

Requests are named by what is asked (`POST`, `PUT`, `LIST`), representations by what they show (`PROVIDER`, `INVENTORIES`).
"""
