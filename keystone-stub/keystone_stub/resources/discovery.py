# SPDX-License-Identifier: Apache-2.0
"""`/` and `/v3`: the versions of the API. They need no token and ignore one."""

from typing import Any

import falcon

from keystone_stub.resources import Resource, answer, base_url


def version_document(req: falcon.Request) -> dict[str, Any]:
    return {
        "id": "v3.14",
        "status": "stable",
        "updated": "2020-04-07T00:00:00Z",
        "links": [{"rel": "self", "href": base_url(req, "/")}],
        "media-types": [
            {"base": "application/json", "type": "application/vnd.openstack.identity-v3+json"}
        ],
    }


class Versions(Resource):
    """/"""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        answer(resp, {"versions": {"values": [version_document(req)]}}, 300)
        resp.set_header("Location", base_url(req, "/"))


class Version3(Resource):
    """/v3"""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        answer(resp, {"version": version_document(req)})
