# SPDX-License-Identifier: Apache-2.0
"""`Once` does its work once in each process, whoever needs it first, and also after a fork at any moment."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from placedock.errors import Unavailable
from placedock.once import Once


class Work:
    """Takes a moment."""

    def __init__(self) -> None:
        self.done = 0
        self.begun = threading.Event()

    def __call__(self) -> None:
        self.begun.set()
        time.sleep(0.1)
        self.done += 1


class Door:
    """A lock that counts who comes to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._come = threading.Semaphore(0)

    def __enter__(self) -> None:
        self._come.release()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def wait_for(self, threads: int) -> None:
        assert all(self._come.acquire(timeout=60) for _ in range(threads))


def outcome(once: Once) -> str:
    try:
        once()
    except Unavailable as error:
        return error.reason
    return "done"


def test_threads_that_need_it_at_the_same_time_wait_for_one_of_them() -> None:
    work = Work()
    once = Once(work)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(outcome, [once] * 4)) == ["done"] * 4
    assert outcome(once) == "done"
    assert work.done == 1


def test_threads_that_waited_for_a_try_that_failed_fail_with_it_and_the_next_tries_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door, tries = Door(), []

    def work() -> None:
        tries.append(1)
        if len(tries) == 1:
            door.wait_for(4)
            raise Unavailable(reason="try 1")

    once = Once(work)
    monkeypatch.setattr(once, "_lock", door)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(outcome, [once] * 4)) == ["try 1"] * 4
    assert len(tries) == 1
    assert outcome(once) == "done"
    assert len(tries) == 2


def test_an_error_that_nobody_expects_passes_and_leaves_the_work_undone() -> None:
    errors = [RuntimeError("a fault")]

    def work() -> None:
        if errors:
            raise errors.pop()

    once = Once(work)
    with pytest.raises(RuntimeError, match="a fault"):
        once()
    assert outcome(once) == "done"


def in_child(once: Once) -> bool:
    """Whether a forked process can do the work. It has ten seconds."""
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        os._exit(0 if outcome(once) == "done" else 1)
    return os.waitpid(child, 0)[1] == 0


def test_a_child_does_what_its_parent_has_not_done() -> None:
    work = Work()
    once = Once(work)
    assert in_child(once)
    assert work.done == 0


def test_a_child_does_it_though_a_thread_of_its_parent_was_at_it() -> None:
    work = Work()
    once = Once(work)
    thread = threading.Thread(target=once)
    thread.start()
    work.begun.wait()
    assert in_child(once)
    thread.join()
