"""What the command line writes: results on stdout, for people or as JSON; all else on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from io import TextIOWrapper
from typing import Any

import typer
from rich.console import Console, RenderableType

from bot.update import Progress, Step

STEPS: dict[Step, tuple[str, str]] = {
    "reading": ("Reading documents", "documents read"),
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


def forgive_characters() -> None:
    """Let no command fail over a character that the terminal, or whoever types, writes in another encoding."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def tell(message: str, style: str = "red") -> None:
    """A message on stderr, on a line of its own however long it is."""
    err.print(message, style=style, markup=False, soft_wrap=True)


def show(*shown: RenderableType) -> None:
    """Print for people, without the spaces that rich fills lines up with."""
    with out.capture() as captured:
        out.print(*shown, sep="\n", crop=False, markup=False)
    typer.echo("\n".join(line.rstrip() for line in captured.get().removesuffix("\n").split("\n")))


def say(as_json: bool, values: Iterable[object], shown: Callable[[], RenderableType]) -> None:
    """Print values, one JSON object a line, or what is shown of them to people."""
    if as_json:
        for value in values:
            _print_json(value)
    else:
        show(shown())


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=_plain).encode())


def _plain(value: Any) -> Any:  # noqa: ANN401 (anything that JSON does not know)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return asdict(value) if hasattr(value, "__dataclass_fields__") else str(value)


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
        now = ""

        def update(step: Step, done: int, of: int) -> None:
            nonlocal now
            if step != now:
                bar.reset(task)
                now = step
            bar.update(task, description=f"{STEPS[step][0]} {done}/{of}", completed=done, total=of)

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

    def tell_of(step: Step, done: int, of: int) -> None:
        tenth = done * 10 // of if of else 0
        if tenth > told.get(step, 0) and (done == of or of >= LONG):
            told[step] = tenth
            tell(f"{done} of {of} {STEPS[step][1]}.", "")

    return tell_of
