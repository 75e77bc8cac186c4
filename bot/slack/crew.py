"""Threads that never keep the process alive: what still hangs when the bot has stopped ends with it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from threading import Condition, Thread
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Crew(Executor):
    """Does one thing after the other on so many threads. Those of the standard library are waited for by the process.

    Args:
        threads: How many there are.
        name: Of the threads.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._in_hand = 0
        self._closed = False
        self._changed = Condition()
        for number in range(threads):
            Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do something when a thread is free. Raises RuntimeError once the crew is closed."""
        future: Future[T] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:
                future.set_exception(error)

        with self._changed:
            if self._closed:
                raise RuntimeError("nothing is taken on any more")
            self._waiting.append(job)
            self._changed.notify()
        return future

    def finish(self, seconds: float) -> bool:
        """Take nothing more on, and wait until all is done, for at most so many seconds.

        What has not begun by then never does.

        Returns:
            Whether all is done.
        """
        until = time.monotonic() + seconds
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            done = self._changed.wait_for(lambda: not self._waiting and not self._in_hand, until - time.monotonic())
            self._waiting.clear()
        return done

    def _work(self) -> None:
        while (job := self._next()) is not None:
            job()
            with self._changed:
                self._in_hand -= 1
                self._changed.notify_all()

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if not self._waiting:
                return None
            self._in_hand += 1
            return self._waiting.popleft()
