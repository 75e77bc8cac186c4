"""Archives and e-mails are opened, and what is in them becomes documents of the library."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from knowledge import readers
from knowledge.incoming import Given, Refusal
from knowledge.library import Library
from knowledge.types import Metadata
from knowledge.unpack import opened
from tests.knowledge.handed_in import NEW_PLAN, NOTES, PLAN, became, kept_files, word_file, write, zipped

SOURCES = "- file: plan.md\n  title: The harbour plan\n  published: 2021-05\n"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "documents")


def letter(subject: str, **attachments: str) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "Ann Wood <ann@example.org>"
    message["Date"] = "Mon, 03 May 2021 10:15:00 +0100"
    message.set_content(f"The {subject.lower()} is attached, and the board agrees with it.\n")
    for name, content in attachments.items():
        message.add_attachment(content.encode(), maintype="text", subtype="markdown", filename=f"{name}.md")
    return message.as_bytes()


def test_each_file_of_an_archive_becomes_a_document_with_what_is_listed_beside_it(
    library: Library, tmp_path: Path
) -> None:
    members: dict[str, str | bytes] = {
        "board/plan.md": PLAN,
        "board/sources.yaml": SOURCES,
        "notes.docx": word_file("The board met twice."),
    }
    path = write(tmp_path / "papers.zip", zipped(members))
    done = library.add([path])
    assert became(done) == [("plan.md", "added", "plan"), ("notes.docx", "added", "notes")]
    assert [outcome.file for outcome in done] == [f"{path}/board/plan.md", f"{path}/notes.docx"]
    plan, notes = library.document("plan"), library.document("notes")
    assert (plan.source.title, plan.source.published) == ("The harbour plan", "2021-05")
    assert notes.text == "The board met twice."
    assert kept_files(library) == ["notes.docx", "plan.md"]


def test_an_archive_that_is_added_anew_replaces_what_has_changed(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "papers.zip"
    library.add([write(path, zipped({"plan.md": PLAN, "notes.md": NOTES}))])
    done = library.add([write(path, zipped({"plan.md": NEW_PLAN, "notes.md": NOTES}))])
    assert became(done) == [("plan.md", "replaced", "plan"), ("notes.md", "duplicate", "notes")]


def test_a_bad_file_in_an_archive_does_not_stop_the_others(library: Library, tmp_path: Path) -> None:
    path = write(
        tmp_path / "papers.zip", zipped({"bad.pdf": b"%PDF-1.7 \x00\x01", "plan.md": PLAN, "a.png": b"\x89PNG"})
    )
    bad, plan, picture = library.add([path])
    assert became((bad, plan, picture)) == [
        ("bad.pdf", "refused", None), ("plan.md", "added", "plan"), ("a.png", "refused", None)
    ]  # fmt: skip
    assert bad.messages[0].startswith(f"In {path}: `bad.pdf` ")


def test_a_list_that_cannot_be_used_leaves_out_what_is_beside_it(library: Library, tmp_path: Path) -> None:
    members = {"a/sources.yaml": "- title: x\n", "a/plan.md": PLAN, "b/notes.md": NOTES}
    path = write(tmp_path / "papers.zip", zipped(members))
    refused, notes = library.add([path])
    assert (refused.status, refused.file) == ("refused", f"{path}/a/sources.yaml")
    assert refused.messages[0].endswith("add `file: NAME`. Nothing beside it was added.")
    assert became((notes,)) == [("notes.md", "added", "notes")]


def test_an_e_mail_and_what_came_with_it_are_documents_of_their_own(library: Library, tmp_path: Path) -> None:
    first = write(tmp_path / "first.eml", letter("Ferry plan", agenda=PLAN))
    second = write(tmp_path / "second.eml", letter("Harbour plan", agenda=NOTES))
    assert became(library.add([first, second])) == [
        ("first.eml", "added", "first"),
        ("agenda.md", "added", "first-agenda"),
        ("second.eml", "added", "second"),
        ("agenda.md", "added", "second-agenda"),
    ]
    assert kept_files(library) == ["first agenda.md", "first.eml", "second agenda.md", "second.eml"]
    assert library.document("second-agenda").source.published is None


def test_long_names_of_what_came_with_long_names_can_be_kept(library: Library, tmp_path: Path) -> None:
    name = "n" * 170
    path = write(tmp_path / f"{'e' * 240}.eml", letter("Ferry plan", **{name: PLAN, "b": NOTES}))
    assert [outcome.status for outcome in library.add([path])] == ["added"] * 3
    outer = "e" * (249 - len(f"{name}.md"))
    assert kept_files(library) == [f"{outer} {name}.md", f"{'e' * 240} b.md", path.name]


def test_what_came_by_e_mail_is_not_believed_about_itself(library: Library, tmp_path: Path) -> None:
    inner = zipped({"plan.md": PLAN, "sources.yaml": SOURCES})
    message = EmailMessage()
    message["Subject"], message["From"] = "Plan", "Ann Wood <ann@example.org>"
    message.set_content("The plan is attached, and the board agrees with it.\n")
    message.add_attachment(inner, maintype="application", subtype="zip", filename="papers.zip")
    path = write(tmp_path / "letter.eml", message.as_bytes())
    letter_itself, listed, plan = library.add([path])
    assert (letter_itself.status, plan.status) == ("added", "added")
    assert listed.messages == (
        f"`{path}/papers.zip/sources.yaml` came by e-mail and was not followed. Say what is true of the documents.",
    )
    assert plan.source is not None
    assert (plan.source.title, plan.source.published) == ("The plan", None)


def test_archives_within_archives_are_opened_to_a_depth(library: Library, tmp_path: Path) -> None:
    inner = zipped({"plan.md": PLAN})
    for name in ("c.zip", "b.zip", "a.zip"):
        inner = zipped({name: inner, f"{name}.md": f"# {name}\n\nThe panel met in room {name[0]} and agreed.\n"})
    path = write(tmp_path / "papers.zip", inner)
    done = library.add([path])
    assert [(Path(outcome.file).name, outcome.status) for outcome in done] == [
        ("c.zip", "refused"), ("c.zip.md", "added"), ("b.zip.md", "added"), ("a.zip.md", "added")
    ]  # fmt: skip
    assert done[0].messages == (
        "`c.zip` holds files more than 3 archives deep; they were not taken. Add them by themselves.",
    )


@pytest.mark.parametrize(("limit", "most"), [("most_files", 2), ("most_bytes", len(PLAN) + len(NOTES) - 1)])
def test_an_archive_that_holds_too_much_is_refused(tmp_path: Path, limit: str, most: int) -> None:
    members = {"a.md": PLAN, "b.md": NOTES, "c.txt": "The panel met."}
    path = write(tmp_path / "papers.zip", zipped(members))
    (refused,) = opened(Given(path, Metadata()), lambda name, data, _: readers.read(data, name), **{limit: most})
    why = "`papers.zip` holds too much, archives within it counted. Unpack it, or split it."
    assert refused == Refusal(Path(path), why)
