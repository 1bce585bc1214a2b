# SPDX-License-Identifier: Apache-2.0
"""The stack of compose.cluster.yaml, while its parts die.

stack.py     the containers, and what the nodes say of themselves
clients.py   what each client does, until it is done as the API's conventions say
load.py      all of them at once, and how long nobody got anything
verdict.py   what must be in the tables of every node, and what must not
"""
