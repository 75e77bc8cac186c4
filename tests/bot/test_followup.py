"""Questions about documents can be left at any moment, and what was answered before stays."""

from __future__ import annotations

import sys
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from bot import followup
from knowledge.library import Library
from knowledge.types import Source

TODAY = date(2022, 5, 6)


class Interrupted(StringIO):
    """Keys, and then Ctrl-C."""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        line = super().readline(-1 if size is None else size)
        if not line:
            raise KeyboardInterrupt
        return line


@pytest.fixture
def library(tmp_path: Path) -> Library:
    files = [tmp_path / f"{name}.md" for name in ("fair", "ferry")]
    for file in files:
        file.write_text(f"# The {file.stem}\n\nIt begins.\n", "utf-8")
    made = Library(tmp_path / "documents")
    made.add(files)
    return made


def test_ctrl_c_ends_the_questions_and_keeps_the_answers(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Interrupted("3 May 2021\n"))
    followup.ask(library, ["fair", "ferry"], TODAY)
    fair, ferry = library.sources()
    assert (fair.published, fair.publisher, ferry.published) == ("2021-05-03", "", None)
    assert capsys.readouterr().out.endswith(
        "Nothing more is asked. What is not known can be said at any time:\n"
        '  merger-bot documents set fair publisher="NAME"\n'
        '  merger-bot documents set ferry published=YYYY-MM-DD publisher="NAME"\n'
    )


def test_a_date_still_to_come_is_taken_and_doubted(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("2022-05-07\nHarbour Board\n"))
    followup.ask(library, ["fair"], TODAY)
    assert (library.sources()[0].published, library.sources()[0].publisher) == ("2022-05-07", "Harbour Board")
    assert capsys.readouterr().err.startswith("`fair.md` is dated 7 May 2022 (set by an admin), which is after today.")


def test_of_many_commands_only_the_first_are_printed(library: Library, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.md" for number in range(followup.MOST_TOLD)]
    for file in files:
        file.write_text(f"# Number {file.stem}\n\nIt begins.\n", "utf-8")
    library.add(files)
    told = followup.commands(library, [source.id for source in library.sources()])
    assert len(told) == followup.MOST_TOLD + 1
    assert told[-1] == "  and 2 more: `merger-bot documents list` marks what is undated."
    assert followup.commands(library, []) == ()


def test_what_came_with_an_e_mail_is_named_when_it_goes() -> None:
    files = ("news.eml", "news agenda.docx", "news plan.pdf", "newspaper.pdf", "fair.md", "fair notes.md")
    ids = (file.replace(" ", "-").partition(".")[0] for file in files)
    known = [Source(id=id, file=file, sha256="0", title="") for id, file in zip(ids, files, strict=True)]
    assert followup.came_with("news", known) == ("What came with it stays: news-agenda, news-plan.",)
    assert followup.came_with("news.eml", known) == followup.came_with("news", known)
    assert (
        followup.came_with("fair", known)
        == followup.came_with("newspaper", known)
        == followup.came_with("nothing", known)
        == ()
    )
