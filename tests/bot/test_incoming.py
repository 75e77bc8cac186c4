"""Files that wait to be published: what is taken, what is refused, and what is said of it."""

from __future__ import annotations

import stat
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import incoming as module
from bot.incoming import NAME_BYTES, Incoming, safe_name
from knowledge.library import Library
from knowledge.types import BadMetadata, DocumentNotFound, DocumentRefused, LibraryUnusable, Metadata
from tests.bot.conftest import FAIR, PLAN
from tests.knowledge.handed_in import word_file, write, zipped

PDF = b"%PDF-1.4\n%%EOF\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100)
MAIL = b"""From: ann@example.org
To: all@example.org
Subject: The fair
Date: Mon, 1 Mar 2021 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Please find the plan of the ferry below.
--b
Content-Type: text/markdown; name="ferry.md"
Content-Disposition: attachment; filename="ferry.md"

# The ferry

The ferry starts in May.
--b--
"""


@pytest.fixture
def incoming(tmp_path: Path) -> Incoming:
    return Incoming(tmp_path / "home")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home" / "documents")


def everything(folder: Path) -> dict[str, bytes]:
    """All files below a folder but locks, whose content is nothing."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_file_is_read_and_kept_for_its_owner_alone(incoming: Incoming, library: Library) -> None:
    now = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    waiting = incoming.take("ferry.md", PLAN.encode(), now)
    (arrived,) = waiting.documents
    assert (waiting.name, waiting.size, waiting.came, waiting.warnings) == ("ferry.md", len(PLAN.encode()), now, ())
    assert (arrived.becomes, arrived.format, arrived.words) == ("added", "Markdown", 33)
    source = arrived.source
    assert (source.id, source.title, source.publisher) == ("ferry", "The ferry plan", "Harbour Board")
    assert (source.published, source.evidence) == ("2021-03-04", "stated in the file")
    assert (incoming.folder / waiting.id / "ferry.md").read_bytes() == PLAN.encode()
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (incoming.folder, incoming.folder / waiting.id)]
    assert modes == [0o700, 0o700]
    assert [path.name for path in incoming.folder.iterdir()] == [waiting.id]
    assert incoming.get(waiting.id) == waiting
    assert library.sources() == ()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("plan.pdf", PLAN.encode(), "`plan.pdf` is not a PDF file, although its name says so. Save it anew."),
        ("plan.docx", PICTURE, "`plan.docx` is a PNG picture, although its name ends in .docx."),
        ("plan.pdf", PDF, "`plan.pdf` is damaged"),
        ("plan.docx", word_file("The plan.")[:-100], "`plan.docx` is damaged"),
        ("plan.md", b" \n", "`plan.md` is empty. Add a file with text in it."),
        ("plan.exe", b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200), "`plan.exe` is not a text file."),
        ("plan", b"Words without an ending.", "`plan` is of a kind that has no reader (no ending)."),
        ("all.zip", zipped({"a.png": PICTURE}), "In all.zip: `a.png` is a PNG picture"),
        ("sources.yaml", b"a: b", "sources.yaml describes the files beside it and is no document itself."),
    ],
)
def test_what_is_no_document_is_refused_and_nothing_of_it_stays(
    incoming: Incoming, name: str, data: bytes, why: str
) -> None:
    with pytest.raises(DocumentRefused) as refused:
        incoming.take(name, data)
    assert str(refused.value).startswith(why)
    assert str(incoming.folder) not in str(refused.value)
    assert list(incoming.folder.iterdir()) == []


def test_a_file_of_another_kind_than_its_name_says_is_taken_as_what_it_is(incoming: Incoming) -> None:
    waiting = incoming.take("plan.pdf", word_file("The ferry starts in May."))
    assert waiting.documents[0].format == "Word"
    assert waiting.warnings == ("`plan.pdf` is a Word file and was read as one.",)


def test_a_file_that_is_too_large_is_refused_before_it_is_written(
    incoming: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 2_000_000)
    with pytest.raises(DocumentRefused, match=r"`a\.md` has 2\.0 MB; the limit is 2 MB\. Split it"):
        incoming.take("a.md", bytes(2_000_001))
    assert not incoming.folder.exists()


def test_it_is_said_what_a_file_would_be_in_the_library(incoming: Incoming, library: Library, tmp_path: Path) -> None:
    library.add([write(tmp_path / "ferry.md", PLAN)])
    before = everything(library.folder)
    taken = [
        incoming.take("ferry.md", PLAN.encode()),
        incoming.take("ferry.md", FAIR.encode()),
        incoming.take("copy.md", PLAN.encode()),
        incoming.take("fair.md", FAIR.encode()),
    ]
    found = [(one.documents[0].becomes, one.documents[0].source.id, one.warnings) for one in taken]
    assert found == [
        ("unchanged", "ferry", ("ferry.md is in the library already, as ferry, and was not added again.",)),
        ("changed", "ferry", ("ferry.md replaces the earlier file of that name.",)),
        ("unchanged", "ferry", ("copy.md has the same content as ferry.md (ferry) and was not added.",)),
        ("added", "fair", ()),
    ]
    assert everything(library.folder) == before


def test_an_archive_and_an_email_bring_several_documents(incoming: Incoming) -> None:
    archive = incoming.take("all.zip", zipped({"x/ferry.md": PLAN, "fair.md": FAIR, "a.png": PICTURE}))
    assert {one.source.id: one.becomes for one in archive.documents} == {"ferry": "added", "fair": "added"}
    (refused,) = archive.warnings
    assert refused.startswith("In all.zip: `a.png` is a PNG picture")
    mail = incoming.take("fair.eml", MAIL)
    assert [(one.source.file, one.format) for one in mail.documents] == [
        ("fair.eml", "e-mail"),
        ("fair ferry.md", "Markdown"),
    ]
    with pytest.raises(BadMetadata, match=r"`all\.zip` holds 2 documents: they cannot have one title\."):
        incoming.describe(archive.id, Metadata(title="The plan"))


def test_what_an_admin_says_is_kept_over_what_the_file_says(incoming: Incoming, library: Library) -> None:
    waiting = incoming.take("ferry.md", PLAN.encode())
    said = Metadata(title="The plan of 2022", published="2022-01", audience="HR")
    described = incoming.describe(waiting.id, said)
    assert incoming.get(waiting.id) == described == waiting.model_copy(update={"said": said})
    (source,) = described.sources
    assert (source.title, source.publisher, source.audience) == ("The plan of 2022", "Harbour Board", "HR")
    assert (source.published, source.evidence) == ("2022-01", "set by an admin")
    assert described.documents == waiting.documents
    with incoming.tried(described) as tried:
        assert tried.library.sources() == (source,)
        assert tried.changed == ("ferry",)
    assert library.sources() == ()
    assert [path.name for path in incoming.folder.iterdir()] == [waiting.id]
    with pytest.raises(BadMetadata):
        incoming.describe(waiting.id, Metadata(supersedes=("nothing",)))


def test_a_date_that_can_hardly_be_is_doubted(incoming: Incoming) -> None:
    waiting = incoming.take("ferry.md", PLAN.encode())
    assert waiting.doubts(date(2022, 1, 1)) == ()
    late = "`ferry.md` is dated 4 March 2021 (stated in the file), which is after today."
    assert waiting.doubts(date(2020, 1, 1)) == (late,)
    said = incoming.describe(waiting.id, Metadata(published="2019"))
    assert said.doubts(date(2020, 1, 1)) == ()


@pytest.mark.parametrize("id", ["", ".", "..", "../documents", "/etc", "0" * 32, "0" * 31 + "/", "A" * 32, "x\n" * 16])
def test_an_id_that_was_never_given_leads_nowhere(incoming: Incoming, library: Library, id: str) -> None:
    incoming.take("ferry.md", PLAN.encode())
    write(library.folder / ".waiting.json", "{}")
    before = everything(incoming.folder.parent)
    for act in (incoming.get, incoming.discard, lambda id: incoming.describe(id, Metadata(title="x"))):
        with pytest.raises(DocumentNotFound, match=r"^No file waits under the id"):
            act(id)
    assert everything(incoming.folder.parent) == before


def test_what_is_left_is_gone_and_what_is_old_is_forgotten(incoming: Incoming) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert (incoming.waiting(), incoming.forget(now)) == ((), ())
    new, old, left = (
        incoming.take(f"{days}.md", f"# Day {days}\n\nIt is the day.".encode(), now - timedelta(days))
        for days in (1, 8, 2)
    )
    assert [one.id for one in incoming.waiting()] == [old.id, left.id, new.id]
    incoming.discard(left.id)
    for id in (left.id, left.id):
        with pytest.raises(DocumentNotFound):
            incoming.discard(id)
    assert incoming.forget(now - timedelta(7)) == (old.id,)
    assert incoming.waiting() == (new,)
    (incoming.folder / new.id / ".waiting.json").write_text("{}")
    with pytest.raises(LibraryUnusable, match=r"cannot be used\. Send it again"):
        incoming.get(new.id)
    assert incoming.waiting() == ()
    assert incoming.forget(now - timedelta(7)) == (new.id,)
    assert list(incoming.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/plan.md", "plan.md"),
        ("C:\\papers\\plan.md", "plan.md"),
        ("...hidden.md", "hidden.md"),
        ("\u202egpj.plan\n.md", "gpj.plan.md"),
        ("..", "document"),
        ("", "document"),
        (".md", "md"),
        ("å" * 200 + ".docx", "å" * 72 + ".docx"),
        ("a." + "b" * 300, ("a." + "b" * 300)[:NAME_BYTES]),
    ],
)
def test_a_name_is_made_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@given(st.text(st.characters() | st.sampled_from("/\\.~ \x00\u202e\ud800"), max_size=300))
def test_any_name_can_be_kept_and_stays_as_it_is_once_it_is_safe(name: str) -> None:
    safe = safe_name(name)
    assert safe == Path(safe).name == safe_name(safe)
    assert 0 < len(safe.encode()) <= NAME_BYTES
    assert not safe.startswith(".")
    assert {unicodedata.category(mark)[0] for mark in safe}.isdisjoint("C")
