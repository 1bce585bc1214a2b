# SPDX-License-Identifier: Apache-2.0
"""The operations of the service: one function is one transaction, and there is one module per noun.

An operation takes a connection inside a transaction (`store.database` opens it, and starts it again after a deadlock or a
lost race) and the request's values, reads top to bottom in the words of the API reference, and raises `errors` when
something is wrong. It sees neither HTTP nor a microversion.
"""
