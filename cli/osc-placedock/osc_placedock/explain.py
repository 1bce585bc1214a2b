# SPDX-License-Identifier: Apache-2.0
"""`openstack allocation candidate explain`: the options are those of `openstack allocation candidate list`.

That command makes the query out of its options and checks the microversion for each of them. Here it runs as it is, on a client
that asks for the explanation of the query instead of the candidates.
"""

import argparse
from collections.abc import Iterator
from typing import Any

from cliff.columns import FormattableColumn
from osc_lib import exceptions
from osc_placement.resources.allocation_candidate import BASE_URL, ListAllocationCandidate

EXPLAIN_URL = "/-/explain"
COLUMNS = ("part", "explanation")


class Told(FormattableColumn[dict[str, Any]]):
    """A part of the answer: its sentence for people, and all of it for machines."""

    def human_readable(self) -> str:
        return str(self._value["text"])

    def machine_readable(self) -> dict[str, Any]:
        return self._value


class ExplainAllocationCandidate(ListAllocationCandidate):
    """Explain why there are so many allocation candidates, or none.

    The options are those of ``openstack allocation candidate list``. The answer has a summary, what each condition leaves
    (stage), who is refused (reason), which changed queries have candidates (relax), the hosts that miss least (nearest), and
    for each ``--host`` every condition, met or not.

    This command needs a Placement service that is placedock, with its console.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = super().get_parser(prog_name)
        parser.add_argument(
            "--host",
            metavar="<host>",
            dest="hosts",
            action="append",
            default=[],
            help="The uuid or name of a resource provider: judge every condition in its tree. Can be repeated.",
        )
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[tuple[str, ...], Iterator[tuple[str, Told]]]:
        manager = self.app.client_manager
        asking = _Asking(manager.placement, parsed_args.hosts)
        self.app = _With(self.app, client_manager=_With(manager, placement=asking))
        super().take_action(parsed_args)
        return COLUMNS, _rows(asking.answer)


class _With:
    """An object with some attributes in the place of its own."""

    def __init__(self, whole: Any, **others: Any) -> None:
        self.__dict__.update(others)
        self._whole = whole

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)


class _Asking:
    """A client that sends the query of the list to the explanation, and answers with an empty list."""

    def __init__(self, placement: Any, hosts: list[str]) -> None:
        self.api_version = placement.api_version
        self.answer: dict[str, Any] = {}
        self._placement = placement
        self._hosts = hosts

    def request(self, method: str, url: str, params: dict[str, Any]) -> "_Asking":
        assert (method, url) == ("GET", BASE_URL), "the list of candidates is all that is asked for"
        try:
            found = self._placement.request(
                method, EXPLAIN_URL, params={**params, "host": self._hosts}
            )
        except exceptions.NotFound:
            raise exceptions.CommandError(
                "This Placement service explains nothing: it is not placedock, or its console is off "
                "(OS_PLACEDOCK__CONSOLE)."
            ) from None
        self.answer = found.json()
        return self

    def json(self) -> dict[str, Any]:
        return {"allocation_requests": [], "provider_summaries": {}}


def _rows(answer: dict[str, Any]) -> Iterator[tuple[str, Told]]:
    yield "summary", Told({"text": answer["summary"], **answer["candidates"]})
    for stage in answer["stages"]:
        yield "stage", Told(stage)
    for reason in answer["reasons"]:
        yield "reason", Told(reason)
    for one in answer["relax"]:
        more = "at least " if one["stopped"] else ""
        text = f"{one['change']['text']} Candidates then: {more}{one['candidates']}. {one['query']}"
        yield "relax", Told({"text": text, **one})
    for near in answer["nearest"]:
        for miss in near["misses"]:
            yield f"nearest {near['root']['name']}", Told(miss)
    for host in answer["hosts"]:
        for judged in host["clauses"]:
            text = f"{'met' if judged['met'] else 'not met'}: {judged['text']}"
            yield f"host {host['name']}", Told({**judged, "text": text})
