# SPDX-License-Identifier: Apache-2.0
"""`scripts/test` runs side by side what it should, and tells the truth about what came of it."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sharing
from runner import jobs, report, rings, schedule
from runner.jobs import Job, Outcome, Processes, inherited

TESTS = Path(__file__).parents[1]


def outcome(job: Job, wrong: str = "") -> Outcome:
    return Outcome(job, wrong, Path(os.devnull), 1.0, 0.0, 0.0)


def named(*listed: Job) -> dict[str, Job]:
    return {job.name: job for job in listed}


@pytest.fixture
def processes() -> Iterator[Processes]:
    started = Processes()
    yield started
    started.end()


def run(job: Job, tmp_path: Path, processes: Processes) -> Outcome:
    return jobs.run(job, tmp_path / job.name, {"PATH": os.environ["PATH"]}, processes)


def test_no_more_jobs_run_side_by_side_than_there_are_cores_for() -> None:
    running, most, lock = 0.0, 0.0, threading.Lock()

    def busy(job: Job) -> Outcome:
        nonlocal running, most
        with lock:
            running += job.cores
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= job.cores
        return outcome(job)

    listed = named(*(Job(f"job{n}", (), cores=cores) for n, cores in enumerate([1, 0.5, 2, 1, 4])))
    ended = list(schedule.outcomes(listed, 2, busy))
    assert {one.job.name for one in ended} == listed.keys()
    # The one that wants four cores runs alone.
    assert most == 4


def test_jobs_that_fit_run_side_by_side() -> None:
    together = threading.Barrier(3)

    def busy(job: Job) -> Outcome:
        together.wait(timeout=60)
        return outcome(job)

    listed = named(*(Job(f"job{n}", (), cores=cores) for n, cores in enumerate([1, 0.5, 1])))
    assert len(list(schedule.outcomes(listed, 2, busy))) == 3


def test_a_job_starts_when_all_that_it_needs_has_ended() -> None:
    order: list[str] = []

    def note(job: Job) -> Outcome:
        order.append(job.name)
        return outcome(job)

    listed = named(
        Job("ring", (), after=("images", "install")),
        Job("images", (), after=("install",)),
        Job("install", ()),
    )
    list(schedule.outcomes(listed, 8, note))
    assert order == ["install", "images", "ring"]


def test_a_job_whose_preparation_failed_fails_without_being_run() -> None:
    ran: list[str] = []

    def fail_the_engine(job: Job) -> Outcome:
        ran.append(job.name)
        return outcome(job, "ended with status 1" if job.name == "engine" else "")

    listed = named(
        Job("engine", ()),
        Job("images", (), after=("engine",)),
        Job("stack", (), after=("images",)),
        Job("unit", ()),
    )
    ended = {one.job.name: one for one in schedule.outcomes(listed, 1, fail_the_engine)}
    assert sorted(ran) == ["engine", "unit"]
    assert [name for name, one in ended.items() if one.ok] == ["unit"]
    assert ended["stack"].wrong == "not run, because it needs images"


def test_the_job_that_most_of_the_run_waits_for_starts_first() -> None:
    order: list[str] = []

    def note(job: Job) -> Outcome:
        order.append(job.name)
        return outcome(job)

    listed = named(
        Job("short", (), seconds=10),
        Job("long", (), seconds=20),
        Job("engine", (), seconds=5),
        Job("stack", (), after=("engine",), seconds=30),
    )
    list(schedule.outcomes(listed, 1, note))
    assert order == ["engine", "stack", "long", "short"]


def test_a_job_ends_at_its_first_command_that_fails(tmp_path: Path, processes: Processes) -> None:
    job = Job("job", (("echo", "one"), ("false",), ("echo", "two")))
    ended = run(job, tmp_path, processes)
    assert not ended.ok
    assert ended.wrong == "false ended with status 1"
    assert ended.log.read_text() == "one\n"


def test_a_command_that_hangs_is_ended_and_fails(
    tmp_path: Path, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LIMIT", 0.2)
    ended = run(Job("job", (("sleep", "60"),)), tmp_path, processes)
    assert not ended.ok
    assert ended.seconds < 30
    assert "not finished after 0.2 seconds" in ended.log.read_text()


def test_nothing_that_a_command_has_started_outlives_it(
    tmp_path: Path, processes: Processes
) -> None:
    ended = run(Job("job", (("sh", "-c", "sleep 60 & echo $!"),)), tmp_path, processes)
    assert ended.ok
    child = ended.log.read_text().strip()
    end = time.monotonic() + 10
    while runs(child):
        assert time.monotonic() < end
        time.sleep(0.02)


def runs(pid: str) -> bool:
    """False also for a zombie: it has ended, and stays until the system's first process asks for it."""
    try:
        return Path("/proc", pid, "stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_the_cpu_seconds_of_a_job_are_those_of_all_its_processes(
    tmp_path: Path, processes: Processes
) -> None:
    burn = "i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done"
    job = Job("job", (("sh", "-c", f"sh -c '{burn}'"), ("sleep", "0.1")))
    assert run(job, tmp_path, processes).cpu > 0.01


@pytest.mark.parametrize("failing", [True, False])
def test_the_last_line_says_whether_all_passed(tmp_path: Path, failing: bool) -> None:
    log = tmp_path / "log"
    log.write_text("what was wrong\n")
    good = outcome(Job("good", ()))
    ended = [Outcome(Job("bad", ()), "status 1", log, 2.0, 1.0, 1.0), good] if failing else [good]
    lines = report.verdict(ended, len(ended), time.monotonic()).splitlines()
    if failing:
        assert lines[-1] == "FAILED: 1 of 2 jobs failed in 0 min 0 s: bad"
        assert "what was wrong" in lines
    else:
        assert lines[-1] == "PASSED: all 1 jobs passed in 0 min 0 s"


def test_the_table_has_a_line_for_each_job() -> None:
    listed = [outcome(Job("good", ())), outcome(Job("bad", ()), "status 1")]
    table = report.table([*listed, Outcome(Job("missing", ()), "no", Path(), 0, 0, 0)], 1.0)
    results = {line.split()[0]: line.split()[-1] for line in table.splitlines()[1:]}
    assert results == {"good": "passed", "bad": "FAILED", "missing": "RUN"}


def test_a_ring_does_not_find_modules_by_the_runners_own_path() -> None:
    given = {"PATH": "/usr/bin", "PYTHONPATH": "tests"}
    assert inherited(given) == {"PATH": "/usr/bin"}


def test_all_that_a_ring_needs_is_known() -> None:
    assert schedule.with_what_they_need(rings.KNOWN, rings.KNOWN) == rings.KNOWN
    stack = schedule.with_what_they_need(["stack"], rings.KNOWN)
    assert stack.keys() == {"install", "engine", "base-images", "images", "stack"}


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_ended_from_outside_ends_its_rings_and_lets_them_clean_up(
    tmp_path: Path, by: signal.Signals
) -> None:
    """The real program, with one ring that takes a minute and notes that it cleans up."""
    ring = f"""
import time
try:
    open({str(tmp_path / "began")!r}, "w").close()
    time.sleep(60)
finally:
    open({str(tmp_path / "cleaned")!r}, "w").close()
"""
    program = f"""
import runner.rings, runner.jobs, sharing, sys
# Those of the real run are none of this one's.
sharing.SERVERS = ()
job = runner.jobs.Job("unit", ((sys.executable, "-c", {ring!r}),))
runner.rings.KNOWN["unit"] = job
import runpy
sys.argv = ["scripts/test", "unit"]
runpy.run_module("runner", run_name="__main__")
"""
    started = subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(TESTS), "PLACEDOCK_TEST_RESULTS": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # As a shell starts what runs in the background.
        preexec_fn=lambda: None if by is signal.SIGINT else _ignore_interrupts(),
    )
    try:
        end = time.monotonic() + 60
        while not (tmp_path / "began").exists():
            assert time.monotonic() < end
            time.sleep(0.05)
        started.send_signal(by)
        said, _ = started.communicate(timeout=40)
    finally:
        started.kill()
    assert started.returncode != 0
    assert (tmp_path / "cleaned").exists()
    assert "FAILED: only 0 of 1 jobs came to their end" in said
    assert "PASSED" not in said


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def test_a_shared_container_stays_from_its_first_user_until_its_last_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The users are processes. `docker` is a script that says what it was asked. The first user removes what was left."""
    asked = tmp_path / "asked"
    script = tmp_path / "docker"
    script.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    user = f"""
import sys, tempfile
tempfile.tempdir = {str(tmp_path)!r}
import sharing
with sharing.used("shared", lambda: None):
    print("in", flush=True)
    sys.stdin.read()
"""
    removed = "rm --force --volumes shared\n"
    with sharing.kept(["shared"]):
        assert asked.read_text() == removed
        other = subprocess.Popen(
            [sys.executable, "-c", user],
            env=os.environ | {"PYTHONPATH": str(TESTS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert other.stdout and other.stdout.readline() == "in\n"
        with sharing.used("shared", lambda: "started") as started:
            assert started == "started"
    assert asked.read_text() == removed
    other.communicate()
    assert asked.read_text() == 2 * removed
