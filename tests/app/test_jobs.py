"""A job ends in exactly one way, on the main thread, and its errors are never lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from sleepscope.app.jobs import Job, JobRunner
from sleepscope.errors import ModelError
from sleepscope.progress import Progress, Steps


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    runner.close()


def count_to(n: int) -> Steps[int]:
    for k in range(n):
        yield Progress(k, n, "counting", partial=k)
    return n


def fail_with(error: BaseException) -> Steps[None]:
    yield Progress(0, 1)
    raise error


def rushing() -> Steps[None]:
    while True:
        yield Progress(0, 1, partial=())


def endless(closed: threading.Event) -> Steps[None]:
    try:
        while True:
            yield Progress(0, 1)
            closed.wait(0.001)
    finally:
        closed.set()


def endings(job: Job) -> list[str]:
    heard: list[str] = []
    for name in ("succeeded", "failed", "cancelled", "ended"):
        getattr(job, name).connect(lambda *_, name=name: heard.append(name))
    return heard


def test_result_and_partial_results_arrive_on_the_main_thread(
    runner: JobRunner, qtbot: QtBot
) -> None:
    job = runner.start("Counting", "count", count_to(3))
    heard = endings(job)
    partial: list[object] = []
    results: list[object] = []
    threads: list[QThread] = []
    job.partial.connect(partial.append)
    job.succeeded.connect(results.append)
    job.succeeded.connect(lambda *_: threads.append(QThread.currentThread()))
    with qtbot.waitSignal(job.ended):
        pass
    assert (partial[0], results, heard) == (0, [3], ["succeeded", "ended"])
    assert threads == [runner.thread()]


@pytest.mark.parametrize(
    "error", [RuntimeError("shape mismatch"), ModelError("no such model"), MemoryError()]
)
def test_every_error_arrives_as_failed(
    runner: JobRunner, qtbot: QtBot, error: BaseException
) -> None:
    job = runner.start("Failing", "fail", fail_with(error))
    heard = endings(job)
    errors: list[object] = []
    job.failed.connect(errors.append)
    with qtbot.waitSignal(job.ended):
        pass
    assert errors == [error]
    assert heard == ["failed", "ended"]


def test_cancel_closes_the_generator_at_its_next_yield(runner: JobRunner, qtbot: QtBot) -> None:
    closed = threading.Event()
    job = runner.start("Endless", "endless", endless(closed))
    heard = endings(job)
    with qtbot.waitSignal(job.progressed):
        pass
    with qtbot.waitSignal(job.ended):
        job.cancel()
    assert closed.is_set()
    assert heard == ["cancelled", "ended"]


def test_newer_job_of_a_topic_drops_the_result_of_the_older(
    runner: JobRunner, qtbot: QtBot
) -> None:
    older = runner.start("One", "explain", count_to(2))
    heard = endings(older)
    newer = runner.start("Two", "explain", count_to(4))
    with qtbot.waitSignals([older.ended, newer.ended]):
        pass
    assert heard == ["cancelled", "ended"]
    assert newer.number > older.number


def test_urgent_job_finishes_between_the_steps_of_a_slow_one(
    runner: JobRunner, qtbot: QtBot
) -> None:
    closed = threading.Event()
    slow = runner.start("Slow", "detect", endless(closed))
    quick = runner.start("Quick", "explain", count_to(3), urgent=True)
    with qtbot.waitSignal(quick.succeeded):
        pass
    assert not slow.is_over


def test_closing_cancels_all_jobs_and_says_so_exactly_once(qtbot: QtBot) -> None:
    runner = JobRunner()
    jobs = [runner.start("Endless", f"topic {k}", endless(threading.Event())) for k in range(3)]
    heard = [endings(job) for job in jobs]
    runner.close()
    runner.close()
    assert heard == [["cancelled", "ended"]] * 3
    assert runner.jobs == ()


def test_generator_that_yields_without_rest_leaves_the_window_alive(
    runner: JobRunner, qtbot: QtBot
) -> None:
    job = runner.start("Rushing", "rush", rushing())
    for _ in range(3):
        with qtbot.waitSignal(job.progressed):
            pass
    with qtbot.waitSignal(job.cancelled):
        job.cancel()


def test_many_jobs_in_a_row_end_each_exactly_once(runner: JobRunner, qtbot: QtBot) -> None:
    jobs = [runner.start("Counting", f"topic {k}", count_to(k % 3)) for k in range(200)]
    heard = [endings(job) for job in jobs]
    qtbot.waitUntil(lambda: not runner.jobs)
    assert heard == [["succeeded", "ended"]] * 200
