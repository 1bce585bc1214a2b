# SPDX-License-Identifier: Apache-2.0
"""The OpenStack Placement API.

The layers, and who may import whom (a test reads the imports and holds it so)::

    api ─────┬──► operations ──► candidates ──► model ──► errors
    console ─┤         └───────► store ───────► model
        │    └──► web ────────────────► model
        └───────► clouds ─────────────► model

- `errors`      what can go wrong, in Placement's words; knows nothing of HTTP
- `model`       values and rules: providers, inventories, claims, requests for candidates
- `candidates`  the search for allocation candidates: pure functions over a snapshot of the forest
- `clouds`      clouds as YAML files, which `placedock export` writes and `placedock import` reads
- `store`       the only SQL; one function per question, one module per noun; decides nothing
- `operations`  what the service does: one function is one transaction
- `web`         what every HTTP interface needs: identity, policy, the request log, the table of errors
- `api`         the Placement API: routes, microversions, schemas, representations
- `console`     what is served under `/-/`, in addition to the Placement API

`config` names every setting, `service` puts the layers together, `once` does the rest of the start in each process, `cli` is
the command line, and `wsgi` has the application that a server loads. A newcomer begins with `candidates`: that layer
has the search, which the other layers surround.
"""
