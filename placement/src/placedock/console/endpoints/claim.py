# SPDX-License-Identifier: Apache-2.0
"""`PUT /-/explain`: what would become of a claim. It takes the body of `PUT /allocations/{consumer}` and changes nothing."""

import uuid
from typing import Any

from placedock.console.endpoint import TEXT, Endpoint, Parameter, Request, Response
from placedock.console.endpoints.explain import VERSION
from placedock.console.explanation import COUNT, INVENTORY, PROVIDER, figures
from placedock.console.shapes import listed, record
from placedock.operations import claim_explanations
from placedock.operations.claim_explanations import JudgedClaim, JudgedPart

UUID = "^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$"
REFUSED = {"type": "boolean", "description": "Whether it would be refused."}
PART = record(
    provider=PROVIDER,
    resource_class=TEXT,
    amount=COUNT,
    refused=REFUSED,
    reason={"type": ["string", "null"]},
    text={**TEXT, "description": "One sentence."},
)
CLAIM = record(
    refused=REFUSED,
    summary={**TEXT, "description": "One to three sentences."},
    conflict={
        "type": ["string", "null"],
        "description": "Why the consumer's generation would be refused.",
    },
    parts=listed({**PART, "properties": {**PART["properties"], **INVENTORY}}),
)


def as_json(judged: JudgedClaim) -> dict[str, Any]:
    return {
        "refused": judged.refused,
        "summary": _summary(judged),
        "conflict": judged.conflict,
        "parts": [_part(one) for one in judged.parts],
    }


def _part(judged: JudgedPart) -> dict[str, Any]:
    part, name, reason, text, refusal = judged
    return {
        "provider": {"uuid": part.provider, "name": name},
        "resource_class": part.resource_class,
        "amount": part.amount,
        "refused": reason is not None,
        "reason": reason,
        "text": text,
        **(figures(refusal) if refusal is not None else {}),
    }


def _summary(judged: JudgedClaim) -> str:
    if not judged.refused:
        return "The claim would be accepted."
    refused = [one.text for one in judged.parts if one.reason is not None]
    if judged.conflict is not None:
        refused.insert(0, f"{judged.conflict[0].upper()}{judged.conflict[1:]}.")
    more = [f"There are {len(refused) - 1:,} more reasons."] if len(refused) > 1 else []
    return " ".join(["The claim would be refused.", refused[0], *more])


def _judge(request: Request, response: Response) -> None:
    consumer = str(uuid.UUID(request.GET.get("consumer", str(uuid.uuid4()))))
    header = request.headers.get("OpenStack-API-Version")
    claim = request.outside.claim(consumer, JUDGE.read_body(request), header)
    response.send_json(as_json(request.db.read(claim_explanations.of_claim, claim)))


JUDGE = Endpoint(
    handler=_judge,
    summary="What would become of a claim: it takes the body of PUT /allocations/{consumer} and changes nothing.",
    parameters={
        "consumer": Parameter(
            "The uuid of the consumer that claims; without it, a new one.",
            {"type": "string", "pattern": UUID},
        )
    },
    headers=VERSION,
    takes=("PUT", "/allocations/{consumer_uuid}"),
    body={"type": "object"},
    shows=CLAIM,
)
