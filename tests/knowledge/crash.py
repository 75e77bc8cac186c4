"""Work that is killed (SIGKILL) right before one of its calls to the system, which is right after the one before."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from types import BuiltinFunctionType, FrameType
from typing import Any

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["bot.service"])
START_SECONDS = 60.0  # a process that has not ended by then hangs

_STEPS = {
    "open",
    "fsync",
    "link",
    "mkdir",
    "rename",
    "replace",
    "rmdir",
    "unlink",
    "BufferedWriter.write",
    "TextIOWrapper.write",
}


def killed_at(step: int, work: Callable[..., object], *arguments: object) -> bool:
    """Run the work in a process of its own that kills itself at a step, counted from 1.

    Returns:
        Whether it was killed; False when the work has fewer steps and ran to its end.
    """
    process = CONTEXT.Process(target=_run, args=(step, work, arguments))
    process.start()
    process.join(START_SECONDS)
    ended = process.exitcode
    process.close()
    assert ended in (0, -signal.SIGKILL), ended
    return ended != 0


def run(work: Callable[..., object], *arguments: object) -> multiprocessing.process.BaseProcess:
    """Start the work in a process of its own."""
    process = CONTEXT.Process(target=work, args=arguments)
    process.start()
    return process


def _run(step: int, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    left = step

    def watch(_frame: FrameType, event: str, called: Any) -> None:  # noqa: ANN401 - whatever Python calls
        nonlocal left
        is_step = isinstance(called, BuiltinFunctionType) and called.__qualname__ in _STEPS
        if event == "c_call" and is_step:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    try:
        work(*arguments)
    finally:
        sys.setprofile(None)
