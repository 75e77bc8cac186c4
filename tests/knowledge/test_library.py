from __future__ import annotations

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.library import BATCH, Library, Outcome
from knowledge.readers.guard import MAX_BYTES
from knowledge.types import DocumentNotFound, Metadata, Source
from tests.knowledge.handed_in import NEW_PLAN, NOTES, PLAN, became, kept_files, only, text_of, word_file, write

ORIGINALS = Path(__file__).parents[2].parent / "shared" / "sources"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home" / "documents")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An admin's own folder."""
    folder = tmp_path / "handed in"
    folder.mkdir()
    return folder


def test_an_added_file_is_copied_and_read_from_the_copy(library: Library, folder: Path) -> None:
    path = write(folder / "plan.md", PLAN)
    outcome = only(library.add([path]))
    expected = Source(id="plan", file="plan.md", sha256=sha256(PLAN.encode()).hexdigest(), title="The plan")
    assert outcome == Outcome(str(path), "added", expected, (), "Markdown", 11)
    path.unlink()
    document = library.document("plan")
    assert document.source == expected
    assert document.text == text_of(PLAN)
    assert library.document("plan.md") == document
    assert library.sources() == (expected,)
    assert (library.folder / "plan.md").read_bytes() == PLAN.encode()


def test_an_empty_library_needs_no_folder(library: Library) -> None:
    assert library.sources() == ()
    assert not library.folder.exists()


def test_another_process_sees_what_was_added(library: Library, folder: Path) -> None:
    other = Library(library.folder)
    assert other.sources() == ()
    library.add([write(folder / "plan.md", PLAN)])
    assert [source.id for source in other.sources()] == ["plan"]
    library.set("plan", Metadata(title="Another"))
    assert [source.title for source in other.sources()] == ["Another"]


def test_as_long_as_nothing_changes_the_sources_are_the_same_object(library: Library, folder: Path) -> None:
    other = Library(library.folder)
    assert other.sources() is other.sources()
    library.add([write(folder / "plan.md", PLAN)])
    before = other.sources()
    assert other.sources() is before
    library.set("plan", Metadata(audience="HR"))
    assert (before[0].audience, other.sources()[0].audience) == ("", "HR")
    assert other.sources() is other.sources()


def test_admin_is_trusted_before_the_list_and_the_list_before_the_file(library: Library, folder: Path) -> None:
    front = "---\ntitle: Of the file\npublisher: Of the file\nkind: of the file\npublished: 2017\n---\n"
    write(folder / "plan.md", front + PLAN)
    write(folder / "sources.yaml", "- file: plan.md\n  title: Listed\n  publisher: Listed\n  published: 2018-02\n")
    source = only(library.add([folder], Metadata(title="Said"))).source
    assert source is not None
    assert (source.title, source.publisher, source.kind) == ("Said", "Listed", "of the file")
    assert (source.published, source.evidence) == ("2018-02", "sources.yaml")
    again = library.set("plan", Metadata(published="2018-02-01"))
    assert (again.title, again.published, again.evidence) == ("Said", "2018-02-01", "set by an admin")


@pytest.mark.parametrize(
    ("file", "content", "title"),
    [
        ("a.md", "Some words only, and a full stop.\n\n## Second level\n\nMore words.\n", "Second level"),
        ("the_board-paper.md", "Some words only, and a full stop.\n", "The board paper"),
        ("---.md", "Some words only, and a full stop.\n", "---"),
    ],
)
def test_without_a_title_it_is_the_first_heading_or_the_name_of_the_file(
    library: Library, folder: Path, file: str, content: str, title: str
) -> None:
    source = only(library.add([write(folder / file, content)])).source
    assert source is not None
    assert (source.title, source.published, source.evidence) == (title, None, "")


def test_a_folder_is_taken_sorted_with_its_folders_and_without_what_is_hidden(library: Library, folder: Path) -> None:
    for name, words in (
        ("b.md", "two"),
        ("a.txt", "one"),
        ("in/c.md", "three"),
        (".d.md", "four"),
        (".e/f.md", "five"),
    ):
        write(folder / name, f"There are {words} words here, and a full stop.\n")
    assert became(library.add([folder])) == [("a.txt", "added", "a"), ("b.md", "added", "b"), ("c.md", "added", "c")]


def test_each_folder_has_its_own_list(library: Library, folder: Path) -> None:
    write(folder / "a.md", PLAN)
    write(folder / "in" / "b.md", NOTES)
    write(folder / "sources.yaml", "- file: a.md\n  publisher: Outer\n")
    write(folder / "in" / "sources.yaml", "- file: b.md\n  publisher: Inner\n")
    library.add([folder])
    assert [(source.id, source.publisher) for source in library.sources()] == [("a", "Outer"), ("b", "Inner")]


def test_a_file_added_by_its_name_is_found_in_the_list_beside_it(library: Library, folder: Path) -> None:
    path = write(folder / "a.md", PLAN)
    listed = write(folder / "sources.yaml", "- file: a.md\n  publisher: Outer\n- file: b.md\n")
    outcomes = library.add([path, listed])
    assert [outcome.source and outcome.source.publisher for outcome in outcomes] == ["Outer"]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda folder: folder / "none.md", "No such file: {path}."),
        (lambda folder: folder, "There is no document in the folder {path}."),
        (lambda folder: write(folder / "sources.yaml", ""), "describes the files beside it and is no document itself."),
        (lambda folder: write(folder / "a.md", b""), "`a.md` is empty."),
        (lambda folder: write(folder / "a.xyz", "Some words."), "`a.xyz` is of a kind that has no reader (.xyz)."),
        (lambda folder: write(folder / ".a.md", PLAN), "`.a.md` cannot be the name of a document in the library."),
        (
            lambda folder: write(folder / "register.json", word_file("Some words.")),
            "`register.json` cannot be the name of a document",
        ),
        (lambda folder: write(folder / "a.md", "---\ntitel: x\n---\n" + PLAN), "`a.md`, line 2: "),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence_and_the_rest_is_taken(
    library: Library, folder: Path, make: Callable[[Path], Path], why: str
) -> None:
    path = make(folder)
    good = write(folder.parent / "good.md", NOTES)
    refused, taken = library.add([path, good])
    assert (refused.file, refused.status, refused.source) == (str(path), "refused", None)
    assert why.format(path=path) in refused.messages[0]
    assert became((taken,)) == [("good.md", "added", "good")]
    assert kept_files(library) == ["good.md"]


def test_a_name_that_is_no_text_is_refused(library: Library, folder: Path) -> None:
    path = os.fsencode(folder) + b"/\xff.md"
    with open(path, "wb") as file:
        file.write(PLAN.encode())
    outcome = only(library.add([folder]))
    assert (Path(outcome.file).name, outcome.status) == ("?.md", "refused")
    assert outcome.messages == ("`?.md` cannot be the name of a document in the library. Rename the file.",)


def test_a_file_over_the_limit_is_refused_before_it_is_read(library: Library, folder: Path) -> None:
    path = folder / "a.txt"
    with path.open("wb") as file:
        file.truncate(500 * MAX_BYTES)
    why = "has 50000.0 MB; the limit is 100 MB. Split it into smaller documents."
    assert only(library.add([path])).messages == (f"{path} {why}",)


def test_a_pipe_is_refused_without_waiting_for_it(library: Library, folder: Path) -> None:
    os.mkfifo(folder / "a.txt")
    assert only(library.add([folder])).messages == (f"{folder / 'a.txt'} is not a file.",)


def test_a_link_out_of_the_folder_is_refused_and_one_within_is_followed(library: Library, folder: Path) -> None:
    secret = write(folder.parent / "secret.txt", "A secret that nobody added, and a full stop.")
    (folder / "a.txt").symlink_to(secret)
    (folder / "b").symlink_to(folder.parent)
    write(folder / "deep" / "d.md", PLAN)
    (folder / "c.md").symlink_to(folder / "deep" / "d.md")
    outcomes = library.add([folder])
    expected = [("b", "refused", None), ("a.txt", "refused", None), ("c.md", "added", "c"), ("d.md", "duplicate", "c")]
    assert became(outcomes) == expected
    for outcome in outcomes[:2]:
        assert outcome.messages[0].startswith(f"{outcome.file} is a link to something outside the folder.")


def test_a_broken_list_takes_nothing_from_its_folder_and_names_the_line(library: Library, folder: Path) -> None:
    write(folder / "a.md", PLAN)
    write(folder / "in" / "b.md", NOTES)
    path = write(folder / "sources.yaml", "- file: a.md\n  published: yesterday\n")
    refused, taken = library.add([folder])
    assert (refused.file, refused.status) == (str(path), "refused")
    assert refused.messages[0].startswith(f"`{path}`, line 2: published is 'yesterday'")
    assert refused.messages[0].endswith(f"Nothing in {folder} was added.")
    assert became((taken,)) == [("b.md", "added", "b")]
    assert only(library.add([folder / "a.md"])).status == "refused"


def test_a_file_that_is_listed_and_missing_is_reported(library: Library, folder: Path) -> None:
    write(folder / "a.md", PLAN)
    path = write(folder / "sources.yaml", "- file: b.md\n- file: a.md\n")
    missing, taken = library.add([folder])
    assert (missing.file, missing.status) == (str(folder / "b.md"), "refused")
    assert missing.messages == (f"{path} lists b.md, but there is no such file in that folder.",)
    assert taken.status == "added"


def test_the_same_file_again_is_a_duplicate(library: Library, folder: Path) -> None:
    path = write(folder / "plan.md", PLAN)
    before = only(library.add([path])).source
    register = (library.folder / "register.json").stat()
    outcome = only(library.add([path]))
    known = "plan.md is in the library already, as plan, and was not added again."
    assert outcome == Outcome(str(path), "duplicate", before, (known,), "Markdown", 11)
    assert (library.folder / "register.json").stat() == register


def test_the_same_bytes_under_another_name_are_not_added_twice(library: Library, folder: Path) -> None:
    first, second = write(folder / "plan.md", PLAN), write(folder / "copy.md", PLAN)
    assert became(library.add([folder])) == [("copy.md", "added", "copy"), ("plan.md", "duplicate", "copy")]
    assert only(library.add([first])).messages == (
        f"{first} has the same content as copy.md (copy) and was not added.",
    )
    assert became(library.add([second, first])) == [("copy.md", "duplicate", "copy"), ("plan.md", "duplicate", "copy")]
    assert kept_files(library) == ["copy.md"]


def test_the_same_file_with_something_new_in_its_list_is_kept_and_updated(library: Library, folder: Path) -> None:
    write(folder / "plan.md", PLAN)
    library.add([folder])
    write(folder / "sources.yaml", "- file: plan.md\n  publisher: The board\n  published: 2019-10\n")
    outcome = only(library.add([folder]))
    assert outcome.status == "kept"
    assert outcome.messages == (
        "plan.md is in the library already; what is known about it has changed: publisher, published, evidence.",
    )
    assert outcome.source == library.sources()[0]
    assert (library.sources()[0].publisher, library.sources()[0].published) == ("The board", "2019-10")


def test_other_bytes_under_the_same_name_replace_it_and_keep_what_an_admin_said(library: Library, folder: Path) -> None:
    path = write(folder / "plan.md", "---\nkind: draft\n---\n" + PLAN)
    write(folder / "sources.yaml", "- file: plan.md\n  publisher: The board\n")
    library.add([folder])
    library.set("plan", Metadata(published="2019-10", status="approved"))
    other = write(folder.parent / "plan.md", "---\nkind: final version\n---\n" + NEW_PLAN)
    outcome = only(library.add([other]))
    assert (outcome.status, outcome.messages) == ("replaced", ("plan.md replaces the earlier file of that name.",))
    source = library.document("plan").source
    assert (source.id, source.publisher, source.published) == ("plan", "The board", "2019-10")
    assert (source.status, source.kind, source.evidence) == ("approved", "final version", "set by an admin")
    assert library.document("plan").text == text_of(NEW_PLAN)
    assert kept_files(library) == ["plan.md"]
    assert path.exists()


def test_two_different_files_of_one_name_in_one_go_are_not_mixed_up(library: Library, folder: Path) -> None:
    write(folder / "a" / "index.md", PLAN)
    second = write(folder / "b" / "index.md", NOTES)
    outcomes = library.add([folder])
    assert became(outcomes) == [("index.md", "added", "index"), ("index.md", "refused", None)]
    assert outcomes[1].messages == (f"{second} has the same name as another of these files. Rename one of them.",)
    assert library.document("index").text == text_of(PLAN)


def test_ids_are_made_from_the_name_and_never_shared(library: Library, folder: Path) -> None:
    names = ["plan.md", "plan.txt", "plan.html", "the plan (new).md", "the plan [new].md", "計画.md", "x" * 240 + ".md"]
    for number, name in enumerate(names):
        write(folder / name, f"There are {number} words in this file, and a full stop.\n")
    outcomes = library.add([folder / name for name in names])
    ids = [outcome.source and outcome.source.id for outcome in outcomes]
    expected = ["plan", "plan.txt", "plan.html", "the-plan-new", "the-plan-new-.md", "document", "x" * 150]
    assert ids == expected
    write(folder / "議事.md", NOTES)
    write(folder / "the plan {new}.md", PLAN)
    assert became(library.add([folder / "議事.md", folder / "the plan {new}.md"])) == [
        ("議事.md", "added", "md"),
        ("the plan {new}.md", "added", "the-plan-new-.md-2"),
    ]


@settings(max_examples=30, deadline=None)
@given(stem=st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=60))
def test_any_file_name_gives_a_document_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, stem: str) -> None:
    place = tmp_path_factory.mktemp("names")
    path = write(place / f"{stem}.md", PLAN)
    library = Library(place / "library")
    outcome = only(library.add([path]))
    if stem.startswith("."):
        assert outcome.status == "refused"
    else:
        assert outcome.source is not None, outcome
        assert library.document(outcome.source.id).text == library.document(path.name).text == text_of(PLAN)


def test_an_unknown_document_is_told_with_the_nearest(library: Library, folder: Path) -> None:
    library.add([write(folder / "plan-2018.md", PLAN), write(folder / "plan-2019.md", NOTES)])
    for act in (library.document, library.remove, lambda name: library.set(name, Metadata(title="x"))):
        with pytest.raises(DocumentNotFound, match=r"There is no document 'plan' .* mean plan-2018 or plan-2019\?"):
            act("plan")
    with pytest.raises(DocumentNotFound, match=r"'plam-2018' in the library\. Did you mean plan-2018"):
        library.document("plam-2018")
    with pytest.raises(DocumentNotFound, match=r"'zzz' in the library\. `merger-bot documents list` shows them all\."):
        library.document("zzz")


def test_a_removed_document_leaves_nothing_behind(library: Library, folder: Path) -> None:
    library.add([write(folder / "plan.md", PLAN), write(folder / "notes.md", NOTES)])
    assert library.remove("plan").file == "plan.md"
    assert [source.id for source in library.sources()] == ["notes"]
    assert kept_files(library) == ["notes.md"]
    (library.folder / "notes.md").unlink()
    library.remove("notes.md")
    assert kept_files(library) == []
    assert only(library.add([folder / "plan.md"])).status == "added"


def test_evidence_said_alone_explains_the_date_that_is_there(library: Library, folder: Path) -> None:
    library.add([write(folder / "plan.md", "---\npublished: 2018-02\n---\n" + PLAN)])
    library.set("plan", Metadata(evidence="printed on the cover"))
    write(folder / "plan.md", "---\npublished: 2018-03\n---\n" + NEW_PLAN)
    library.add([folder / "plan.md"])
    (source,) = library.sources()
    assert (source.published, source.evidence) == ("2018-02", "printed on the cover")


def test_the_digest_changes_with_the_bytes_and_with_anything_known(library: Library, folder: Path) -> None:
    path = write(folder / "plan.md", PLAN)
    library.add([path])
    seen = [library.digest(library.sources()[0])]
    for metadata in (Metadata(title="Other"), Metadata(published="2019"), Metadata(audience="board")):
        seen.append(library.digest(library.set("plan", metadata)))
    write(path, NEW_PLAN)
    library.add([path])
    seen.append(library.digest(library.sources()[0]))
    assert len(set(seen)) == 5
    assert library.digest(Library(library.folder).sources()[0]) == seen[-1]


def test_more_files_than_one_batch_are_all_taken(library: Library, folder: Path) -> None:
    for number in range(BATCH + 1):
        write(folder / f"{number:03}.txt", f"This is file number {number}, and a full stop.\n")
    write(folder / "again.txt", "This is file number 0, and a full stop.\n")
    outcomes = library.add([folder])
    assert [outcome.status for outcome in outcomes] == ["added"] * (BATCH + 1) + ["duplicate"]
    assert len(library.sources()) == len(json.loads((library.folder / "register.json").read_bytes())) == BATCH + 1


def test_the_five_originals_are_taken_with_their_dates(library: Library) -> None:
    if not ORIGINALS.is_dir():
        pytest.skip(f"the original documents are not at {ORIGINALS}")
    outcomes = library.add([ORIGINALS])
    assert [outcome.status for outcome in outcomes] == ["added"] * 5
    dates = [(source.published, source.precision) for source in library.sources()]
    assert dates == [
        ("2019-10-21", "day"), ("2018-01", "month"), ("2019-10-21", "day"), ("2019-10-29", "day"), ("2018-02", "month"),
    ]  # fmt: skip
    assert [outcome.status for outcome in library.add([ORIGINALS])] == ["duplicate"] * 5
