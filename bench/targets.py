# SPDX-License-Identifier: Apache-2.0
"""Lists the targets that a run missed, each with what was reached and the reason."""

from collections.abc import Iterable, Sequence

from . import report
from .rows import Row

ALL = (
    "The database returns all inventories, traits and usages of the cloud, and placedock makes and writes each candidate and"
    " each provider summary one by one, some of it in Python. The profile below shows the shares. Nova never asks without a"
    " limit."
)
ONE = (
    "The request takes one or two statements, one of which reads eight tables, and MySQL's time for them is the floor. The rest"
    " is the way through Apache, mod_wsgi, SQLAlchemy and PyMySQL, which every request takes: the floor of the small reads."
)

SUMS = (
    "MySQL adds up what is used of all nodes that could serve. Sums cannot be kept, because upstream deletes allocations"
    " without counting a generation up. Then each candidate and each summary is made in Python. The answer, 2.5 MB for a boot,"
    " takes 3.5 ms through Apache, which took 7.5 ms before it passed answers on in pieces of 256 KiB. These were tried without"
    " gain: to add up as double, as signed numbers, on two levels, or as text in the packed rows (5.5 to 6.7 ms, all of them,"
    " for 37,000 rows); to make summaries from templates, which is as fast as from dictionaries; to share amounts between"
    " candidates, which is slower. A sum without a WHERE makes that statement 13 % faster, but it holds only for a whole cloud."
    " To compile the search with mypyc was not tried."
)
SMALL = (
    "Little is left above the floor. The floor is the time of Apache, mod_wsgi, SQLAlchemy, PyMySQL and MySQL for a request"
    " of one row."
)
LISTED = (
    "MySQL takes more than a third of the time to return the rows, most of it for the functions that make text of them. The"
    " rest is the time to make and send 700 bytes for each row. Five things were done and gained: MySQL packs the rows, because"
    " PyMySQL's decoding took two thirds of the time; it reads ranges of ids without joins, in half of its time; the statement"
    " is made once; no transaction is opened for it; and MySQL returns the last change of all rows instead of each one's, a"
    " tenth of the time."
)

# The reason why a target is missed, by the beginning of the row's title.
WHY = {
    "candidates, flat: no limit": ALL,
    "candidates, nested: no limit": ALL,
    "candidates, flat: limit": ONE,
    "candidates, nested: limit": ONE,
    "candidates, nested: in_tree": ONE,
    "candidates, flat: nothing fits": (
        "Upstream is fast here too, because it stops at the first class that no provider has left. The floor is what MySQL"
        " takes to read the inventories of all hosts."
    ),
    "real cloud, 1,000 nodes: boot": SUMS,
    "real cloud, 1,000 nodes: evacuate": ONE,
    "real cloud, 1,000 nodes: a node's": SMALL,
    "real cloud, 1,000 nodes: all providers": LISTED,
    "explain, 10,000 nodes: what a worker has grown by": (
        "A worker holds all trees of the cloud while it explains, and it keeps what it read of their inventories and traits."
        " Python returns only those of its memory arenas to the system that are entirely free."
    ),
    "explain": (
        "The worker reads the whole cloud, and searches in Python for the request and for each change of it that could help."
    ),
    "carry": (
        "Python writes the YAML and reads it, and the import writes all rows in one transaction, so that it makes all or"
        " nothing."
    ),
    "reads": SMALL,
    "lists": LISTED,
    "claims": (
        "A claim takes five statements and a commit. Each of them waits for MySQL, and the commit waits for the disk. Both"
        " services wait for the same disk."
    ),
    "creation": (
        "Each host takes four writes, each with a commit that waits for the disk. Both services wait for the same disk and for"
        " the same MySQL."
    ),
    "start: to the first list of providers": (
        "A process of its own checks all settings before Apache starts, so that a wrong one ends the container with one line:"
        " 0.2 s, in which Python, oslo.config and oslo.log are imported, as they are again by each worker. Then SQLAlchemy"
        " and Pecan take as long as that, and oslo.policy 0.1 s: its helpers compile hundreds of patterns that mask passwords."
        " Upstream imports these packages once. What the first list does not need is imported later."
    ),
    "start": (
        "The time that remains is the start of Apache and Python and the import of what the first answer needs (SQLAlchemy,"
        " oslo.config, Pecan, WebOb). Upstream imports most of that too."
    ),
    "memory": (
        "A worker that has just started holds two thirds of this memory: Python, SQLAlchemy, oslo and Pecan, most of which"
        " upstream loads as well. The largest answers of the run needed the rest. Python returns only those of its memory"
        " arenas to the system that are entirely free."
    ),
}


def lines(rows: Sequence[Row]) -> Iterable[str]:
    """The number of targets that are met, and for each missed target the figure that placedock reached and the reason."""
    judged = [row for row in rows if row.met is not None]
    missed = [row for row in judged if not row.met]
    yield f"{len(judged) - len(missed)} of {len(judged)} are met. The others:"
    yield from ("", "| work | target | reached | what is in the way |", "|---|---|--:|---|")
    for row in missed:
        reached: list[str | None] = [
            f"{row.ratio:.1f} x" if row.ratio else "",
            f"{row.of_floor:.1f} floor" if row.of_floor else None,
        ]
        if row.smallest:
            reached = [f"{row.ours.median / row.smallest:.1f} x the smallest"]
        if row.target.at_most:
            reached = [f"{report.shown(row.ours, row.unit)[0]} {row.unit}"]
        why = next((text for start, text in WHY.items() if row.title.startswith(start)), "")
        if row.floor and row.theirs and row.target.times:
            aim = row.theirs.median / row.target.times / row.floor
            why += f" The target would be {aim:.1f} times the floor."
        yield f"| {row.title} | {row.target} | {', '.join(filter(None, reached))} | {why} |"
