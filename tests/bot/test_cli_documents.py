"""`merger-bot documents` as people and programs use it: what is missing is asked for, what was understood is shown."""

from __future__ import annotations

import os
import pty
import sys
import threading
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

import pytest

from bot.cli import app
from knowledge.types import Source
from tests.bot.conftest import FAIR, PLAN, URL, Home

WAIT_SECONDS = 120.0
"""Until a command counts as hung."""
UPDATE = "Run `merger-bot index update` to answer from them.\n"
NOT_KNOWN = "What is not known yet can be said at any time:\n"
SET_FAIR = '  merger-bot documents set fair published=YYYY-MM-DD publisher="NAME"\n'
NEWER = PLAN.replace("2021-03-04", "2022-06").replace("The ferry plan", "The Ferry Plan (final v2)")


def write(home: Home, **files: str) -> Path:
    """A folder beside the home with these files."""
    folder = home.folder.parent / "new"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content, "utf-8")
    return folder


def known(home: Home, document: str) -> Source:
    (found,) = [one for one in home.run("documents", "list", "--json").json if one["id"] == document]
    return Source.model_validate(found)


class Terminal:
    """A terminal whose keys are pressed beforehand; remembers what it showed."""

    def __init__(self, keys: bytes) -> None:
        self._ours, self.other_side = pty.openpty()
        self._shown = b""
        os.write(self._ours, keys)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        with suppress(OSError):  # Linux says with an error that nobody writes any more
            while more := os.read(self._ours, 10_000):
                self._shown += more

    def shown(self) -> str:
        """All that was written; waits until nobody can write any more."""
        self._reader.join(WAIT_SECONDS)
        os.close(self._ours)
        return self._shown.decode().replace("\r\n", "\n")


def typed(home: Home, keys: bytes, *words: str | Path) -> str:
    """Type a command that succeeds on a terminal, and the keys at what it asks: all that the terminal showed."""
    terminal = Terminal(keys)
    with pytest.MonkeyPatch.context() as patch, open(terminal.other_side, "r+b", buffering=0) as raw:
        stdin, stdout = (TextIOWrapper(raw, "utf-8", write_through=True) for _ in range(2))
        patch.setenv("COLUMNS", "200")
        patch.setenv("MERGER_BOT_HOME", str(home.folder))
        for name, stream in (("stdin", stdin), ("stdout", stdout), ("stderr", stdout)):
            patch.setattr(sys, name, stream)
        app([*map(str, words)], standalone_mode=False)
        stdin.detach()
        stdout.detach()
    return terminal.shown()


def test_documents_are_added_listed_shown_changed_and_removed(home: Home) -> None:
    file = write(home, fair_md=FAIR) / "fair.md"
    assert home.run("documents", "add", file).out == f"added {file} as fair\n{NOT_KNOWN}{SET_FAIR}{UPDATE}"
    assert home.run("documents", "list").out == (
        "fair   undated     The spring fair\n"
        "ferry  2021-03-04  The ferry plan, Harbour Board\n"
        "1 document undated: give a date with `merger-bot documents set ID published=YYYY-MM-DD`.\n"
    )
    shown = home.run("documents", "show", "ferry").out.splitlines()
    assert shown[:5] == [
        "The ferry plan",
        "  id             ferry",
        "  file           ferry.md",
        "  publisher      Harbour Board",
        "  published      4 March 2021, known to the day (stated in the file)",
    ]
    assert f"  url            {URL}" in shown
    assert "  The new ferry  2 paragraphs" in shown
    full = home.run("documents", "show", "ferry", "--full").out
    assert "\n      paragraph: The timetable was agreed with the fishermen of both towns.\n" in full
    assert home.run("documents", "set", "fair", "publisher=Market", "published=2021-01").out == (
        "fair  2021-01     The spring fair, Market\n"
    )
    assert home.run("documents", "remove", "fair.md").out == (
        "Removed fair. Nobody is quoted it any more; `merger-bot index update` takes it out of the index.\n"
    )


def test_documents_in_json_are_one_object_a_line(home: Home) -> None:
    ran = home.run("documents", "add", write(home, fair_md=FAIR), "--json")
    (added,) = ran.json
    assert (added["status"], added["source"]["id"], added["messages"]) == ("added", "fair", [])
    assert ran.err == NOT_KNOWN + SET_FAIR
    assert [source["id"] for source in home.run("documents", "list", "--json").json] == ["fair", "ferry"]
    (shown,) = home.run("documents", "show", "fair", "--json").json
    assert set(shown) == {"source", "text", "blocks", "warnings", "pages", "page_name"}
    (changed,) = home.run("documents", "set", "fair", "published=2021", "--json").json
    assert Source.model_validate(changed).published == "2021"
    (removed,) = home.run("documents", "remove", "fair", "--json").json
    assert removed == changed


def test_a_folder_of_good_and_bad_files_ends_with_what_became_of_all(home: Home) -> None:
    folder = write(home, ferry_md=PLAN, fair_md=FAIR, empty_md="", plan_pdf="No PDF.", Thumbs_db="x")
    (folder / "~$fair.docx").write_bytes(b"x")
    ran = home.run("documents", "add", folder)
    assert ran.code == 1
    assert "\n1 added, 1 known already, 2 refused.\n" in ran.out
    assert [line.split("`")[1] for line in ran.err.splitlines()] == ["empty.md", "plan.pdf"]


def test_a_date_still_to_come_or_impossible_is_told_on_stderr(home: Home) -> None:
    impossible = "# A\n\nPublished: 31/02/2019\n\nIt begins.\n"
    ran = home.run("documents", "add", write(home, a_md=impossible, b_md=f"---\npublished: 2090\n---\n{FAIR}"))
    assert ran.code == 0
    assert ran.err.splitlines() == [
        "`a.md` is undated: the text states '31/02/2019', which is not a date with the day first. Check it, and "
        "correct it with `merger-bot documents set a published=YYYY-MM-DD`.",
        "`b.md` is dated 2090 (stated in the file), which is after today. Check it, and correct it with "
        "`merger-bot documents set b published=YYYY-MM-DD`.",
    ]
    assert "which is after today" in home.run("documents", "set", "a", "published=2090").err


def test_a_newer_version_is_offered_with_the_command_that_says_so(home: Home) -> None:
    command = "merger-bot documents set plan supersedes=ferry"
    assert f"{NOT_KNOWN}  {command}\n" in home.run("documents", "add", write(home, plan_md=NEWER)).out
    assert command in home.run("documents", "show", "ferry").out
    assert command in home.run("documents", "set", "plan", "kind=plan").err
    done = home.run(*command.split()[1:])
    assert (done.code, done.err) == (0, "")
    assert home.run("documents", "list").out.startswith("ferry  2021-03-04  [superseded by plan] The ferry plan")
    assert command not in home.run("documents", "show", "ferry").out
    assert "  superseded by  plan" in home.run("documents", "show", "ferry").out.splitlines()


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        ("supersedes=ferry", "ferry cannot supersede itself."),
        (
            "supersedes=fery",
            "ferry cannot supersede 'fery': there is no such document in the library. Did you mean ferry?",
        ),
        ("supersedes=plan", "ferry cannot supersede plan, as it is the older of the two by what was said before: "),
        ("published=21/10/2019", "Published is '21/10/2019', which is not a date; write 2019-10-21."),
        ("publishd=2019", "'publishd' is not something a document has. Did you mean published? The keys are "),
        ("title=", "Title is empty; give the document a title."),
        ("2019", "'2019' is not of the form key=value. The keys are "),
    ],
)
def test_facts_that_make_no_sense_change_nothing(home: Home, fact: str, told: str) -> None:
    home.run("documents", "add", write(home, plan_md=NEWER))
    home.run("documents", "set", "plan", "supersedes=ferry")
    before = known(home, "ferry")
    ran = home.run("documents", "set", "ferry.md", fact)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(told)
    assert known(home, "ferry") == before


PROMPT = "Published (2019-10-21, 2019-10, 2019; empty if unknown): "


def test_on_a_terminal_what_is_missing_is_asked_for_and_a_wrong_answer_asked_again(home: Home) -> None:
    folder = write(home, fair_md=FAIR, plan_md=NEWER)
    shown = typed(home, b"soon\n12 April 2021\n\ny\n", "documents", "add", folder)
    assert f"\nfair: The spring fair\n{PROMPT}" in shown
    assert "Published is 'soon', which is not a date; write 2019-10-21, 2019-10 or 2019.\n" in shown
    assert "plan (June 2022) has the title and publisher of ferry (4 March 2021).\n" in shown
    assert shown.endswith(f"plan supersedes ferry.\n{UPDATE}")
    fair, plan = known(home, "fair"), known(home, "plan")
    assert (fair.published, fair.evidence, fair.publisher) == ("2021-04-12", "set by an admin", "")
    assert plan.supersedes == ("ferry",)


def test_an_older_version_is_superseded_only_by_a_yes(home: Home) -> None:
    shown = typed(home, b"\n", "documents", "add", write(home, plan_md=NEWER))
    assert "Does it replace what is older? [y/N] " in shown
    assert known(home, "plan").supersedes == ()


NOTHING_MORE = f"Nothing more is asked. What is not known can be said at any time:\n{SET_FAIR}{UPDATE}"


def test_whoever_ends_the_input_keeps_the_documents_and_learns_the_commands(home: Home) -> None:
    assert typed(home, b"\x04", "documents", "add", write(home, fair_md=FAIR)).endswith(NOTHING_MORE)
    assert known(home, "fair").published is None


def test_nothing_is_asked_where_nobody_wants_to_answer(home: Home) -> None:
    shown = typed(home, b"", "documents", "add", "--no-questions", write(home, fair_md=FAIR))
    assert shown.endswith(f"{NOT_KNOWN}{SET_FAIR}{UPDATE}")
    many = write(home, **{f"more{n}_md": f"{FAIR}\nThis is number {n}.\n" for n in range(6)})
    shown = typed(home, b"", "documents", "add", many)
    assert PROMPT not in shown
    assert "  merger-bot documents set more5 published=YYYY-MM-DD" in shown


def test_what_was_understood_is_written_as_a_page(home: Home) -> None:
    page = home.folder.parent / "page.html"
    ran = home.run("documents", "show", "ferry", "--html", page)
    assert (ran.code, ran.out) == (0, f"What was understood of ferry is in {page}.\n")
    assert "The timetable was agreed with the fishermen of both towns." in page.read_text("utf-8")
    ran = home.run("documents", "show", "ferry", "--html", page / "below")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"The page cannot be written to {page / 'below'}: Not a directory. Name another file.\n"


def test_pages_that_are_pictures_are_read_by_ocr_if_that_is_said(home: Home) -> None:
    home.run("documents", "add", "--ocr", write(home, fair_md=FAIR))
    assert known(home, "fair").ocr
    assert (
        "  ocr            pages that are pictures are read by OCR"
        in home.run("documents", "show", "fair").out.splitlines()
    )


def test_a_document_is_purged_from_answers_and_snapshots_at_once(home: Home) -> None:
    ran = home.run("documents", "remove", "ferry", "--purge")
    assert ran.code == 0
    assert ran.out.startswith("Removed ferry from the documents.\n")
    assert home.run("documents", "list").out.startswith("The library is empty.")
    again = home.run("documents", "remove", "ferry", "--purge")
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith("There is no document 'ferry' in the library.")
