"""What every command does with an error."""

from __future__ import annotations

from importlib import import_module

import pytest
import typer

from bot.answer.types import QuestionRefused
from bot.command import EXIT_CODES, clear_errors, fail
from bot.home import HomeUnusable
from bot.settings import SettingsProblem
from bot.slack.types import SlackSetupError
from index.types import NoIndex
from knowledge.types import BadMetadata, DocumentNotFound


@pytest.mark.parametrize("name", EXIT_CODES)
def test_every_error_that_is_foreseen_is_one_that_there_is(name: str) -> None:
    module, _, kind = name.rpartition(".")
    assert issubclass(getattr(import_module(module), kind), Exception)


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (QuestionRefused("There is no word in it."), 2),
        (BadMetadata("A date has no 13th month."), 2),  # a kind of KnowledgeError, which is 1
        (SettingsProblem("PORT is no number."), 2),
        (SlackSetupError("The token is wrong."), 2),
        (DocumentNotFound("There is no such document."), 1),
        (HomeUnusable("It is a file."), 1),
        (NoIndex("There is none."), 1),
    ],
)
def test_an_error_that_is_foreseen_is_said_and_has_its_exit_code(
    problem: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, clear_errors():
        raise problem
    assert ended.value.exit_code == code
    assert capsys.readouterr() == ("", f"{problem}\n")


def test_any_other_error_and_an_end_that_was_meant_pass() -> None:
    with pytest.raises(ZeroDivisionError), clear_errors():
        raise ZeroDivisionError
    with pytest.raises(typer.Exit) as ended, clear_errors():
        fail("That is enough.", 3)
    assert ended.value.exit_code == 3
