# SPDX-License-Identifier: Apache-2.0
"""The OpenStack Placement API.

The layers, and who may import whom (a test reads the imports and holds it so)::

    api ──► operations ──► candidates ──► model ──► errors
                  └──────► store ───────► model

- `errors`      what can go wrong, in Placement's words; knows nothing of HTTP
- `model`       values and rules: providers, inventories, claims, requests for candidates
- `candidates`  the search for allocation candidates: pure functions over a snapshot of the forest
- `store`       the only SQL; one function per question, one module per noun; decides nothing
- `operations`  what the service does: one function is one transaction
- `api`         HTTP: routes, microversions, schemas, representations, the error table

`config` names every setting, `cli` is the command line, `wsgi` the application a server loads; `later` keeps what libraries
seldom need out of the start. Read `candidates` second.
"""

from placedock import later

# Here, because nothing of placedock can be imported before.
later.put_off(*later.SELDOM)
