# SPDX-License-Identifier: Apache-2.0
"""The schemas of requests and responses: one module per noun, and each schema is written once (see `vocabulary`).

Requests are named by what is asked (`POST`, `PUT`, `LIST`), representations by what they show (`PROVIDER`, `INVENTORIES`).
"""
