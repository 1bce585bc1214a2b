# SPDX-License-Identifier: Apache-2.0
"""One job of a run: a list of commands, run one after the other, whose output goes to a file."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LIMIT = 1800
"""Seconds after which a command is ended, because it hangs. The longest takes a quarter of it on a quiet machine."""

GRACE = 60
"""Seconds that rings have to clean up when the run is ended."""

Command = tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """A ring of tests, a check, or what has to be done before one of them.

    `after` names the jobs that must have succeeded before this one starts. `cores` says how many cores it keeps busy on
    average, `seconds` how long it takes alone on two cores; both are measured, and only decide what runs beside what.
    """

    name: str
    commands: tuple[Command, ...]
    after: tuple[str, ...] = ()
    cores: float = 1.0
    seconds: int = 60


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment that jobs get of the runner's own.

    PYTHONPATH leads to the runner's modules. One of the folders there is called `keystone`, and would hide the real Keystone
    from Keystone's own commands.
    """
    return {name: value for name, value in environ.items() if name != "PYTHONPATH"}


@dataclass(frozen=True)
class Outcome:
    """The end of a job: the reason why it failed, its log, and its times in seconds.

    `cpu` counts the job's own processes, and not the containers that it starts.
    """

    job: Job
    wrong: str
    log: Path
    began: float
    seconds: float
    cpu: float

    @property
    def ok(self) -> bool:
        return not self.wrong


class Processes:
    """Starts processes, each in a group of its own, and can end all those that still run."""

    def __init__(self) -> None:
        self._running: set[int] = set()
        self._lock = threading.Lock()
        self._ended = False

    @contextlib.contextmanager
    def started(
        self, command: Command, log: Path, environ: Mapping[str, str]
    ) -> Iterator["subprocess.Popen[bytes]"]:
        """The process of `command`, whose output is added to `log`. Nothing of its group outlives the block."""
        with self._lock, log.open("ab") as output:
            if self._ended:
                raise InterruptedError(f"the run has been ended before {command[0]}")
            process = subprocess.Popen(
                command,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._running.add(process.pid)
        try:
            yield process
        finally:
            with self._lock:
                self._running.discard(process.pid)
            _end(process.pid)

    def end(self) -> None:
        """Start no other process. End those that run, by SIGINT so that pytest removes its containers, and at last by force."""
        with self._lock:
            self._ended = True
            for group in self._running:
                _end(group, signal.SIGINT)
        end = time.monotonic() + GRACE
        while self._running and time.monotonic() < end:
            time.sleep(0.1)
        with self._lock:
            for group in self._running:
                _end(group)


def _end(group: int, by: signal.Signals = signal.SIGKILL) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, by)


def run(job: Job, log: Path, environ: Mapping[str, str], processes: Processes) -> Outcome:
    """Run the job's commands until one fails."""
    log.write_bytes(b"")
    began, cpu, wrong = time.monotonic(), 0.0, ""
    for command in job.commands:
        try:
            status, used = _run(command, log, environ, processes)
        except InterruptedError as error:
            wrong = str(error)
            break
        cpu += used
        if status:
            wrong = f"{' '.join(command)} ended with status {status}"
            break
    return Outcome(job, wrong, log, began, time.monotonic() - began, cpu)


def _run(
    command: Command, log: Path, environ: Mapping[str, str], processes: Processes
) -> tuple[int, float]:
    """The status of one command, and the CPU seconds that it and its children used."""
    with processes.started(command, log, environ) as process:
        watch = threading.Timer(LIMIT, _give_up, (process.pid, log))
        watch.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            watch.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime


def _give_up(group: int, log: Path) -> None:
    with log.open("a") as output:
        output.write(f"\nnot finished after {LIMIT} seconds, and therefore ended\n")
    _end(group)
