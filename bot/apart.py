"""Work on documents and index in a process of its own, at low priority: no question ever waits for it.

The process, `python -m bot.apart`, reads one job from its standard input as a line of JSON and writes lines of JSON:
how far it is, then the report. It ends at once when its input is closed, as happens when the process that started it
dies.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.incoming import Incoming
from bot.order import FORESEEN, Order, Report, carry_out, for_people
from bot.record import Record
from bot.service import Service
from bot.settings import Settings
from bot.settings import load as load_settings
from bot.update import Progress, Step, unseen
from index.elsewhere import NICER
from knowledge.frames import end
from knowledge.types import KnowledgeError

LOOK_SECONDS = 0.1
"""Between two looks whether the work shall be stopped."""

_ROOT = Path(__file__).parents[1]
_NEEDED = ("HOME", "PATH", "TMPDIR", "LD_LIBRARY_PATH")
_NEEDED_BY_LIBRARIES = ("HF_", "SENTENCE_TRANSFORMERS_", "TORCH_", "XDG_CACHE_")
"""Where models and caches lie. All else, Slack's tokens first of all, is none of the process's business."""

logger = logging.getLogger(__name__)


class Job(BaseModel):
    """What the process is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: Order
    settings: Settings
    """With the home. Of secrets nothing but asterisks is written."""


class Told(BaseModel):
    """How far it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: Step
    done: int
    of: int


_SAID: TypeAdapter[Told | Report] = TypeAdapter(Told | Report)


def run(
    home: Path,
    order: Order,
    progress: Progress = unseen,
    settings: Settings | None = None,
    stop: threading.Event | None = None,
) -> Report:
    """Have something done to a home by a process of its own, and wait for its report. May be called by any thread.

    Args:
        home: Folder of all state.
        order: What is to be done.
        progress: Told of how far it is, in the thread that called.
        settings: Read from the environment if none are given.
        stop: Once it is set, the process is ended; what it was about to publish is not.

    Returns:
        What was done. Whatever went wrong, the process being killed among it, is the report's `problem`.
    """
    read = (settings or load_settings()).model_copy(update={"home": home.absolute()})
    job = Job(order=order, settings=read)
    with _started() as process, _stopping(process, stop):
        with suppress(OSError):  # it has died already: its exit says so
            process.stdin.write(job.model_dump_json().encode() + b"\n")
            process.stdin.flush()
        for line in process.stdout:
            if not line.endswith(b"\n"):
                break
            said = _SAID.validate_json(line)
            if isinstance(said, Report):
                return said
            progress(said.step, said.done, said.of)
        code = process.wait()
    return _ended(home, order, code, stopped=stop is not None and stop.is_set())


def _ended(home: Path, order: Order, code: int, stopped: bool) -> Report:
    """What to say of a process that gave no report."""
    then = _now(home, order)
    if stopped:
        return Report(what=order.what, problem=f"It was stopped before it was done. {then}")
    logger.error("The process that was to %s ended with %d before it was done.", order.what, code)
    killed = "was killed, as happens when memory runs out" if code < 0 else f"ended by itself ({code})"
    return Report(what=order.what, problem=f"The process that works on it {killed}. {then}")


def _now(home: Path, order: Order) -> str:
    """How things stand after work that was broken off, and what to do, as a sentence."""
    if order.what == "trial":
        return "Nothing has changed; try again."
    if order.what == "publish":
        try:
            Incoming(home).get(order.waiting)
        except KnowledgeError:
            return "The file had been published by then."
        return "The file still waits; try again."
    return "See which index is live, then try again."


@contextmanager
def _started() -> Iterator[Any]:  # a Popen whose pipes are there
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "bot.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**_environment(), "PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
    )
    try:
        yield process
    finally:
        end(process)


def _environment() -> dict[str, str]:
    known = os.environ.items()
    return {name: value for name, value in known if name in _NEEDED or name.startswith(_NEEDED_BY_LIBRARIES)}


@contextmanager
def _stopping(process: Any, stop: threading.Event | None) -> Iterator[None]:  # noqa: ANN401 (a Popen)
    """Close the pipe of a process when it shall stop."""
    if stop is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(LOOK_SECONDS):
            if stop.is_set():
                with suppress(OSError):
                    process.stdin.close()
                return

    watcher = threading.Thread(target=watch, name="stop", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def serve(source: BinaryIO, to: BinaryIO) -> None:
    """Do the one job that is asked for, and tell how far it is and what was done."""
    line = source.readline()
    if not line.endswith(b"\n"):
        return  # who started it died right away
    job = Job.model_validate_json(line)
    threading.Thread(target=_end_with, args=(source,), name="parent", daemon=True).start()

    def tell(said: Told | Report) -> None:
        to.write(said.model_dump_json().encode() + b"\n")
        to.flush()

    tell(_done(job, lambda step, done, of: tell(Told(step=step, done=done, of=of))))


def _done(job: Job, progress: Progress) -> Report:
    what = job.order.what
    try:
        service = Service(job.settings.home, job.settings)
        service.record = Record(service.record.path, job.order.who)
        return carry_out(service, job.order, progress)
    except FORESEEN as problem:
        return Report(what=what, problem=for_people(problem))
    except Exception as problem:  # a fault of ours; its words may be those of a document, and are not shown
        traceback.print_tb(problem.__traceback__)
        unforeseen = f"It failed for a reason that is not foreseen ({type(problem).__name__})."
        return Report(what=what, problem=f"{unforeseen} {_now(job.settings.home, job.order)}")


def _end_with(source: BinaryIO) -> None:
    """End this process and all that it has started as soon as nobody waits for it."""
    os.read(source.fileno(), 1)  # nothing is sent: it was closed
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Serve over the standard streams; what libraries print goes elsewhere."""
    with suppress(PermissionError):  # it leads a group already
        os.setpgid(0, 0)
    os.nice(NICER)
    with os.fdopen(os.dup(1), "wb") as to:
        os.dup2(2, 1)
        serve(sys.stdin.buffer, to)


if __name__ == "__main__":
    main()
