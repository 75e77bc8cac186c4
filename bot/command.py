"""What every command shares: the home or its service, and errors said in a sentence with the right exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.terminal import tell

if TYPE_CHECKING:
    from bot.home import Home
    from bot.service import Service
    from bot.settings import Settings

WRONG_USE, REFUSED = 2, 1
"""Exit codes: for what the person who typed the command can put right, and for what home, documents or index forbid."""
EXIT_CODES = {
    "bot.answer.types.AnswerError": WRONG_USE,
    "bot.database.LogUnusable": REFUSED,
    "bot.evaluate.PairsProblem": WRONG_USE,
    "bot.home.HomeUnusable": REFUSED,
    "bot.pairs.PairRefused": REFUSED,
    "bot.settings.SettingsProblem": WRONG_USE,
    "bot.slack.types.SlackProblem": WRONG_USE,
    "index.types.IndexProblem": REFUSED,
    "knowledge.types.BadMetadata": WRONG_USE,
    "knowledge.types.KnowledgeError": REFUSED,
}
"""The errors that are foreseen. By name, as a class would load its module, which most commands do not need."""

AsJson = Annotated[bool, typer.Option("--json", metavar="", help="Print JSON and nothing else.")]


def settings_of(context: typer.Context) -> Settings:
    """The settings of the environment, with the home that was named on the command line."""
    from bot import settings

    home: Path | None = context.obj[0]
    with clear_errors():
        read = settings.load()
    return read.model_copy(update={"home": home}) if home else read


@contextmanager
def home_of(context: typer.Context) -> Iterator[Home]:
    """The home, for commands that ask nothing, with every foreseen error said in a sentence on stderr."""
    from bot.home import Home

    with clear_errors():
        yield Home(settings_of(context).home, bundled=context.obj[1])


@contextmanager
def service_of(context: typer.Context) -> Iterator[Service]:
    """The service of the home, with every foreseen error said in a sentence on stderr."""
    from bot.service import Service

    read = settings_of(context)
    with clear_errors():
        service = Service(read.home, read, bundled=context.obj[1])
        try:
            yield service
        finally:
            service.close()


@contextmanager
def clear_errors() -> Iterator[None]:
    """Say every foreseen error in a sentence on stderr, and end with its exit code."""
    try:
        yield
    except Exception as problem:
        names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(problem).__mro__)
        code = next((EXIT_CODES[name] for name in names if name in EXIT_CODES), None)
        if code is None:
            raise
        fail(str(problem), code)


def fail(message: str, code: int) -> NoReturn:
    """Say what is wrong on stderr and end with this exit code."""
    tell(message)
    raise typer.Exit(code)
