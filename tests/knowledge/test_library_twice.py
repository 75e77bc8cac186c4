"""A second library beside the first, to try a change on, and what the first takes over from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.types import LibraryUnusable, Metadata
from tests.knowledge.handed_in import NEW_PLAN, NOTES, PLAN, kept_files, write


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "documents")
    library.add([write(tmp_path / "plan.md", PLAN)], Metadata(publisher="The board"))
    return library


def changed_in(second: Library, folder: Path) -> list[str]:
    """The plan replaced and notes added."""
    added = second.add([write(folder / "new" / "plan.md", NEW_PLAN), write(folder / "new" / "notes.md", NOTES)])
    return [one.source.id for one in added if one.source]


def test_a_change_to_the_second_library_leaves_the_first_as_it_is(library: Library, tmp_path: Path) -> None:
    second = library.linked(tmp_path / "second")
    assert second.sources() == library.sources()
    assert second.document("plan") == library.document("plan")
    assert (second.folder / "plan.md").samefile(library.folder / "plan.md")
    before = library.sources()
    changed_in(second, tmp_path)
    second.remove("plan")
    assert library.sources() == before
    assert (library.folder / "plan.md").read_bytes() == PLAN.encode()
    assert kept_files(library) == ["plan.md"]


def test_the_first_takes_over_what_it_is_told_to(library: Library, tmp_path: Path) -> None:
    second = library.linked(tmp_path / "second")
    assert changed_in(second, tmp_path) == ["plan", "notes"]
    library.set("plan", Metadata())
    library.add([write(tmp_path / "other.md", "# Other\n\nIt came meanwhile.")])
    library.take_over(second, ["plan", "notes"])
    assert [source.id for source in library.sources()] == ["notes", "other", "plan"]
    assert library.sources()[2].publisher == "The board"
    assert [library.document(id) for id in ("plan", "notes")] == [second.document(id) for id in ("plan", "notes")]
    assert kept_files(library) == ["notes.md", "other.md", "plan.md"]


@pytest.mark.parametrize("what", ["described", "replaced", "same name", "same content", "removed"])
def test_nothing_is_taken_over_when_the_first_has_changed_there(library: Library, tmp_path: Path, what: str) -> None:
    second = library.linked(tmp_path / "second")
    ids = changed_in(second, tmp_path)
    if what == "described":
        library.set("plan", Metadata(publisher="Somebody else"))
    elif what == "removed":
        library.remove("plan")
    else:
        name, text = {
            "replaced": ("plan.md", PLAN + "More.\n"),
            "same name": ("notes.md", NOTES + "More.\n"),
            "same content": ("other.md", NOTES),
        }[what]
        library.add([write(tmp_path / "meanwhile" / name, text)])
    before, files = library.sources(), kept_files(library)
    with pytest.raises(LibraryUnusable, match=r"cannot be added: it, or another in .*, has been changed meanwhile"):
        library.take_over(second, ids)
    assert (library.sources(), kept_files(library)) == (before, files)
