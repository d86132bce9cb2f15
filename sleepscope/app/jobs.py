"""Long work off the main thread: one worker advances core generators, the window hears of it.

The worker thread touches no QObject but one signal: it puts what happened into a queue and rings.
The main thread reads the queue and lets the :class:`Job` say it, so that every signal of a job is
emitted, and every job destroyed, on the main thread.
"""

from __future__ import annotations

import linecache
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from sleepscope.progress import Progress, Steps, seconds_left

# Reports between two paints are work for nobody, and a generator that yields fast would flood the
# window: 20 a second look alive. Partial results hold the earlier ones, so none is missed.
REPORT_SECONDS = 0.05

# The default of 5 ms lets a computing worker hold up each paint that often; 1 ms keeps paging even.
SWITCH_SECONDS = 0.001


class Job(QObject):
    """One piece of long work and how it ends: succeeded, failed or cancelled, and then ``ended``.

    Attributes
    ----------
    title : str
        For the status bar.
    topic : str
        Jobs of one topic follow each other: a newer one cancels the older, whose result is dropped.
    number : int
        Request number, rising.
    stop : threading.Event
        Set by ``cancel``; the worker looks at it between two steps.
    """

    progressed = Signal(object, object)  # Progress, seconds left or None
    partial = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)  # the exception
    cancelled = Signal()
    ended = Signal()

    def __init__(self, title: str, topic: str, number: int, parent: QObject) -> None:
        super().__init__(parent)
        self.title = title
        self.topic = topic
        self.number = number
        self.stop = threading.Event()
        self._over = False
        self.ended.connect(self.deleteLater)

    @property
    def is_over(self) -> bool:
        """Whether ``ended`` was emitted."""
        return self._over

    def cancel(self) -> None:
        """Ask the work to stop at its next yield; what it finds from now on is dropped."""
        self.stop.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked this job to stop."""
        return self.stop.is_set()

    def tell(self, progress: Progress, left: float | None) -> None:
        """Say how far the work is, unless nobody wants to know any more."""
        if self._over or self.is_cancelled:
            return
        if progress.partial is not None:
            self.partial.emit(progress.partial)
        self.progressed.emit(progress, left)

    def end(self, result: object, error: BaseException | None) -> None:
        """Say how the work ended, once."""
        if self._over:
            return
        self._over = True
        try:
            if self.is_cancelled:
                self.cancelled.emit()
            elif error is not None:
                self.failed.emit(error)
            else:
                self.succeeded.emit(result)
        finally:
            self.ended.emit()


@dataclass(slots=True)
class _Work:
    """A generator in the hands of the worker, known by its job's number."""

    number: int
    steps: Steps[Any]
    rank: int
    stop: threading.Event
    began: float | None = None
    reported: float = 0.0


@dataclass(frozen=True, slots=True)
class _Report:
    number: int
    progress: Progress
    left: float | None


@dataclass(frozen=True, slots=True)
class _Ending:
    number: int
    result: object
    error: BaseException | None


class JobRunner(QObject):
    """Runs generators in one worker thread; an urgent one goes between the steps of a slow one.

    One thread is enough: the work is bound by the processor, and two networks at once only take
    turns. A generator is resumed, closed and finished by that thread alone.
    """

    started = Signal(object)  # Job
    _rung = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: dict[int, Job] = {}
        self._number = 0
        self._closed = False
        self._worker = _Worker(self._rung.emit)
        self._rung.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What runs or waits, in the order of the requests."""
        return tuple(self._jobs.values())

    def start(
        self,
        title: str,
        topic: str,
        steps: Steps[Any],
        *,
        urgent: bool = False,
        idle: bool = False,
    ) -> Job:
        """Hand a generator to the worker; older jobs of the same topic are cancelled.

        An urgent one goes between the steps of the others, an idle one waits for all of them.
        """
        if self._closed:
            raise RuntimeError("the job runner is closed")
        self.cancel_topic(topic)
        self._number += 1
        job = Job(title, topic, self._number, self)
        self._jobs[job.number] = job
        self.started.emit(job)
        self._worker.take(_Work(job.number, steps, 0 if urgent else 2 if idle else 1, job.stop))
        return job

    def cancel_topic(self, topic: str) -> None:
        """Cancel what runs or waits under this topic."""
        for job in self.jobs:
            if job.topic == topic:
                job.cancel()

    def cancel_all(self) -> None:
        """Cancel everything that runs or waits."""
        for job in self.jobs:
            job.cancel()

    def close(self) -> None:
        """Cancel all jobs, wait for the worker to let go, and say how each job ended."""
        if self._closed:
            return
        self._closed = True
        self.cancel_all()
        self._worker.join()
        self._deliver()

    @Slot()
    def _deliver(self) -> None:
        for message in self._worker.messages():
            if isinstance(message, _Report):
                self._jobs[message.number].tell(message.progress, message.left)
            else:
                self._jobs.pop(message.number).end(message.result, message.error)
                # PySide reads the source of each module that a job imports to see whether that
                # uses Qt, and Python keeps the lines: 70 MB with torch.
                linecache.clearcache()


class _Worker:
    """The thread that advances the generators. It holds no QObject, so it can destroy none."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._inbox: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[_Report | _Ending] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def take(self, work: _Work) -> None:
        """Add work; the thread starts with the first."""
        if self._thread is None:
            sys.setswitchinterval(SWITCH_SECONDS)
            self._thread = threading.Thread(target=self._run, name="sleepscope-jobs", daemon=True)
            self._thread.start()
        self._inbox.put(work)

    def join(self) -> None:
        """Let the thread finish what it has (cancelled work ends at its next yield) and end."""
        if self._thread is not None:
            self._inbox.put(None)
            self._thread.join()
            self._thread = None

    def messages(self) -> Iterator[_Report | _Ending]:
        """What happened since the last call."""
        for _ in range(self._outbox.qsize()):
            yield self._outbox.get_nowait()

    def _run(self) -> None:
        waiting: list[_Work] = []
        is_open = True
        while is_open or waiting:
            is_open = is_open and self._take_in(waiting)
            if not waiting:
                continue
            # Cancelled work goes first, so that it ends within one step of the others.
            work = min(waiting, key=lambda w: (not w.stop.is_set(), w.rank))
            if self._advance(work):
                waiting.remove(work)

    def _take_in(self, waiting: list[_Work]) -> bool:
        """Move new work in; wait for some where there is none. False when no more will come."""
        while True:
            try:
                work = self._inbox.get(block=not waiting)
            except queue.Empty:
                return True
            if work is None:
                return False
            waiting.append(work)

    def _advance(self, work: _Work) -> bool:
        """Resume a generator once; return whether it is over."""
        work.began = time.perf_counter() if work.began is None else work.began
        try:
            if work.stop.is_set():
                work.steps.close()
                self._post(_Ending(work.number, None, None))
                return True
            progress = next(work.steps)
        except StopIteration as stop:
            self._post(_Ending(work.number, stop.value, None))
            return True
        except BaseException as error:
            # Whatever goes wrong in the work, memory included, is told and not lost with a thread.
            self._post(_Ending(work.number, None, error))
            return True
        self._report(work, progress)
        return False

    def _report(self, work: _Work, progress: Progress) -> None:
        now = time.perf_counter()
        if now - work.reported < REPORT_SECONDS:
            return
        work.reported = now
        elapsed = now - (work.began or now)
        self._post(_Report(work.number, progress, seconds_left(progress.fraction, elapsed)))

    def _post(self, message: _Report | _Ending) -> None:
        self._outbox.put(message)
        self._ring()
