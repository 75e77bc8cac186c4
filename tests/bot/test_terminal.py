"""How far something is, a bar on a terminal, few lines elsewhere; and hints that can be typed as they stand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot import terminal
from bot.render_pieces import uncut
from bot.update import Step


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What is written where there is no terminal."""
    written = StringIO()
    monkeypatch.setattr(terminal, "err", Console(file=written, highlight=False, width=80))
    return written


def test_a_short_step_is_reported_at_its_end_and_an_empty_one_never(shown: StringIO) -> None:
    with terminal.progress_bar() as progress:
        for done in range(1, 4):
            progress("reading", done, 3)
        progress("encoding", 64, 100)
        progress("encoding", 100, 100)
        progress("asking", 0, 0)
        progress("asking", 0, 5)
    assert shown.getvalue() == "3 of 3 documents read.\n100 of 100 passages encoded.\n"


@pytest.mark.parametrize("batch", [1, 7, 64])
def test_a_long_step_is_reported_at_each_tenth(shown: StringIO, batch: int) -> None:
    of = 10_000
    with terminal.progress_bar() as progress:
        for first in range(0, of, batch):
            progress("encoding", min(first + batch, of), of)
    told = [int(line.split()[0]) for line in shown.getvalue().splitlines()]
    assert [done * 10 // of for done in told] == list(range(1, 11))


def test_a_pace_is_that_since_the_first_report() -> None:
    seconds = iter([100.0, 100.0, 104.0, 104.0, 110.0])
    pace = terminal.Pace(128, lambda: next(seconds))
    assert pace.said(128, 1000) == ""
    assert pace.said(256, 1000) == ", 32 a second, 0:00:23 left"
    assert pace.rate(256) == 32
    assert pace.said(1000, 1000) == ""


def test_a_bar_on_a_terminal_names_the_step_and_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    written = StringIO()
    console = Console(file=written, force_terminal=True, width=80, highlight=False)
    monkeypatch.setattr(terminal, "err", console)
    steps: tuple[Step, ...] = ("reading", "encoding", "asking", "comparing")
    with terminal.progress_bar() as progress:
        for step in steps:
            progress(step, 1, 2)
    assert "Loading the model" in written.getvalue()
    assert "Asking them of the live index 1/2" in written.getvalue()
    assert written.getvalue().endswith("\x1b[2K")  # the line is cleared


def test_an_update_lowers_its_priority_while_it_runs() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with terminal.giving_way():
        assert os.getpriority(os.PRIO_PROCESS, 0) == min(before + 10, 19)
    assert os.getpriority(os.PRIO_PROCESS, 0) in (before, min(before + 10, 19))


@pytest.fixture
def elsewhere() -> Iterator[None]:
    """A home that --home named, with a space in its name."""
    terminal.name_home(Path("/srv/our home"))
    yield
    terminal.name_home(None)


HINTS = {
    "Run `merger-bot index update` to build it.": "Run `{} index update` to build it.",
    "  merger-bot documents set a url=b\nmerger-bot evaluate": "  {} documents set a url=b\n{} evaluate",
    "If the newer replaces it: merger-bot documents set b": "If the newer replaces it: {} documents set b",
    "Ask the merger-bot, or read merger-bot.md": "Ask the merger-bot, or read merger-bot.md",
}


@pytest.mark.parametrize("hint", HINTS)
def test_a_hint_names_the_home_that_the_command_named(
    elsewhere: None, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = HINTS[hint].replace("{}", "merger-bot --home '/srv/our home'") + "\n"
    terminal.show(uncut(hint.split("\n")))
    assert capsys.readouterr().out == told
    terminal.show(uncut(hint.split("\n")), quoting=True)
    assert capsys.readouterr().out == f"{hint}\n"


def test_a_hint_on_stderr_names_it_too_and_none_does_without_the_option(
    elsewhere: None, shown: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.tell("Run `merger-bot index update`.")
    terminal.name_home(None)
    terminal.tell("Run `merger-bot index update`.")
    terminal.show("Run `merger-bot index update`.")
    assert shown.getvalue() == "Run `merger-bot --home '/srv/our home' index update`.\nRun `merger-bot index update`.\n"
    assert capsys.readouterr().out == "Run `merger-bot index update`.\n"
