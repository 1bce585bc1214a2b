# SPDX-License-Identifier: Apache-2.0
"""Decides which job starts when: as many side by side as keep the cores busy, the longest first."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from .jobs import Job, Outcome

FILLED = 1.25
"""How far the cores are filled. Jobs wait at times for a disk, a container or a clock, and another job uses the core then.

At 1.75 a run on two cores was not faster: stack took 856 s instead of 320, and tests that wait for a cluster ran out of time.
"""

Run = Callable[[Job], Outcome]


def with_what_they_need(wanted: Iterable[str], known: dict[str, Job]) -> dict[str, Job]:
    """The jobs of these names, and all that have to be done before them."""
    chosen: dict[str, Job] = {}
    names = list(wanted)
    while names:
        name = names.pop()
        chosen[name] = known[name]
        names.extend(set(known[name].after) - chosen.keys())
    return {name: job for name, job in known.items() if name in chosen}


def outcomes(jobs: dict[str, Job], cores: float, run: Run) -> Iterator[Outcome]:
    """Run all jobs on so many cores, and yield each outcome when the job ends.

    A job whose preparation failed is not run, and fails too.
    """
    waiting = dict(jobs)
    ended: dict[str, Outcome] = {}
    running: dict[Future[Outcome], Job] = {}
    with ThreadPoolExecutor(len(jobs) or 1) as pool:
        while waiting or running:
            while job_without_hope := _hopeless(waiting, ended):
                del waiting[job_without_hope.name]
                ended[job_without_hope.name] = _not_run(job_without_hope, ended)
                yield ended[job_without_hope.name]
            while job_that_fits := _next(waiting, ended, running.values(), cores):
                del waiting[job_that_fits.name]
                running[pool.submit(run, job_that_fits)] = job_that_fits
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                outcome = future.result()
                del running[future]
                ended[outcome.job.name] = outcome
                yield outcome


def seconds_to_the_end(job: Job, jobs: dict[str, Job]) -> int:
    """Seconds from the job's start to the end of the last job that needs it."""
    later = [one for one in jobs.values() if job.name in one.after]
    return job.seconds + max((seconds_to_the_end(one, jobs) for one in later), default=0)


def _next(
    waiting: dict[str, Job], ended: dict[str, Outcome], running: Iterable[Job], cores: float
) -> Job | None:
    """The job to start now. One that wants more cores than there are starts when nothing else runs."""
    busy = sum(job.cores for job in running)
    ready = [job for job in waiting.values() if all(name in ended for name in job.after)]
    fitting = [job for job in ready if busy + job.cores <= cores * FILLED or not busy]
    return max(fitting, key=lambda job: seconds_to_the_end(job, waiting), default=None)


def _hopeless(waiting: dict[str, Job], ended: dict[str, Outcome]) -> Job | None:
    """A job whose preparation failed."""
    failed = {name for name, outcome in ended.items() if not outcome.ok}
    return next((job for job in waiting.values() if failed & set(job.after)), None)


def _not_run(job: Job, ended: dict[str, Outcome]) -> Outcome:
    missing = ", ".join(name for name in job.after if name in ended and not ended[name].ok)
    return Outcome(job, f"not run, because it needs {missing}", Path(), 0.0, 0.0, 0.0)
