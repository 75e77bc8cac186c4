"""What every command shares: the home's service, and errors said in a sentence with the right exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer

from bot.answer.types import AnswerError
from bot.evaluate import PairsProblem
from bot.log import LogUnusable
from bot.service import HomeUnusable, Service
from bot.settings import SettingsProblem
from bot.terminal import tell
from index.types import IndexProblem
from knowledge.types import BadMetadata, KnowledgeError

WRONG_USE = (AnswerError, BadMetadata, PairsProblem, SettingsProblem)
"""What the person who typed the command can put right: exit 2."""
REFUSED = (HomeUnusable, IndexProblem, KnowledgeError, LogUnusable)
"""What the state of home, documents or index forbids: exit 1."""

AsJson = Annotated[bool, typer.Option("--json", metavar="", help="Print JSON and nothing else.")]


@contextmanager
def service_of(context: typer.Context) -> Iterator[Service]:
    """The service of the home, with every foreseen error said in a sentence on stderr."""
    read, bundled = context.obj
    with clear_errors():
        service = Service(read.home, read, bundled)
        try:
            yield service
        finally:
            service.close()


@contextmanager
def clear_errors() -> Iterator[None]:
    """Say every foreseen error in a sentence on stderr, and end with its exit code."""
    try:
        yield
    except WRONG_USE as problem:
        fail(str(problem), 2)
    except REFUSED as problem:
        fail(str(problem), 1)


def fail(message: str, code: int) -> NoReturn:
    """Say what is wrong on stderr and end with this exit code."""
    tell(message)
    raise typer.Exit(code)
