"""What the command line writes: results on stdout, for people or as JSON; all else on stderr."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console, RenderableType

if TYPE_CHECKING:
    from bot.update import Progress, Step

STEPS: dict[Step, tuple[str, str]] = {
    "reading": ("Reading documents", "documents read"),
    "exporting": ("Exporting the model", "models exported"),
    "encoding": ("Encoding passages", "passages encoded"),
    "asking": ("Asking the known pairs", "known pairs asked"),
    "comparing": ("Asking them of the live index", "known pairs asked of the live index"),
}
"""What each step is called while it goes on, and what is done then."""
LONG = 1000
"""Documents, passages or pairs from which a step is reported before its end where there is no terminal."""

NICER = 10
"""How much an update lowers its priority, in the system's steps from -20 to 19: to about a tenth of a core's time."""

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

_COMMAND = re.compile(r"(`|: |^ *)merger-bot(?=\s)", re.MULTILINE)
"""Where a hint names a command: in backticks, after a colon or on a line of its own."""
_typed = "merger-bot"
"""How the command was typed, without what it is to do."""


def name_home(home: Path | None) -> None:
    """Let the commands in hints be for this home, as --home named it; for any other if none is given."""
    global _typed
    _typed = f"merger-bot --home {shlex.quote(str(home))}" if home else "merger-bot"


def _as_typed(text: str) -> str:
    return _COMMAND.sub(lambda found: found[1] + _typed, text)


def forgive_characters() -> None:
    """Let no command fail over a character that the terminal, or whoever types, writes in another encoding."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def tell(message: str, style: str = "red") -> None:
    """A message on stderr, on a line of its own however long it is."""
    err.print(_as_typed(message), style=style, markup=False, soft_wrap=True)


def show(*shown: RenderableType, quoting: bool = False) -> None:
    """Print for people, without the spaces that rich fills lines up with.

    Args:
        shown: One below the other.
        quoting: They are the words of documents, in which nothing is a hint.
    """
    with out.capture() as captured:
        out.print(*shown, sep="\n", crop=False, markup=False)
    text = "\n".join(line.rstrip() for line in captured.get().removesuffix("\n").split("\n"))
    typer.echo(text if quoting else _as_typed(text))


def say(as_json: bool, values: Iterable[object], shown: Callable[[], RenderableType], *, quoting: bool = False) -> None:
    """Print values, one JSON object a line, or what is shown of them to people: see `show`."""
    if as_json:
        for value in values:
            _print_json(value)
    else:
        show(shown(), quoting=quoting)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=_plain).encode())


def _plain(value: Any) -> Any:  # noqa: ANN401 (anything that JSON does not know)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return asdict(value) if hasattr(value, "__dataclass_fields__") else str(value)


class Pace:
    """How fast a step goes on, from its first report.

    Args:
        done: What was done by then.
        clock: Tells seconds.
    """

    def __init__(self, done: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first, self._began = done, clock()

    def rate(self, done: int) -> float:
        """What is done in a second; 0 if nobody can tell yet."""
        seconds = self._clock() - self._began
        return (done - self._first) / seconds if seconds > 0 else 0.0

    def said(self, done: int, of: int) -> str:
        """The rate and the time that is left, to be added to a report; empty at the first and at the last one."""
        rate = self.rate(done)
        if not rate or done == of:
            return ""
        return f", {rate:.0f} a second, {timedelta(seconds=round((of - done) / rate))} left"


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """What takes long, on stderr: a bar for each step on a terminal, a few lines elsewhere."""
    if not err.is_terminal:
        yield _lines()
        return
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    # Redirected, what is printed meanwhile would end up on stderr, too.
    with Bar(*columns, console=err, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task("Loading the model", total=None)
        paces: dict[Step, Pace] = {}

        def update(step: Step, done: int, of: int) -> None:
            if step not in paces:
                bar.reset(task)
                paces[step] = Pace(done)
            pace = f", {rate:.0f} a second" if (rate := paces[step].rate(done)) else ""
            bar.update(task, description=f"{STEPS[step][0]} {done}/{of}{pace}", completed=done, total=of)

        yield update


@contextmanager
def giving_way() -> Iterator[None]:
    """Let other processes go first: a running bot has people waiting, an update has not."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, min(before + NICER, 19))
    try:
        yield
    finally:
        with suppress(PermissionError):  # only an administrator may go back
            os.setpriority(os.PRIO_PROCESS, 0, before)


def _lines() -> Progress:
    """A line at the end of a step, and at each tenth of a long one."""
    told: dict[Step, int] = {}
    paces: dict[Step, Pace] = {}

    def tell_of(step: Step, done: int, of: int) -> None:
        pace = paces.setdefault(step, Pace(done))
        tenth = done * 10 // of if of else 0
        if tenth > told.get(step, 0) and (done == of or of >= LONG):
            told[step] = tenth
            tell(f"{done} of {of} {STEPS[step][1]}{pace.said(done, of)}.", "")

    return tell_of
