"""Damage, killed processes, several processes at once, and disks that fail."""

from __future__ import annotations

import errno
import os
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from knowledge.library import Library
from knowledge.types import LibraryUnusable, Metadata
from tests.knowledge.crash import killed_at, run
from tests.knowledge.handed_in import NEW_PLAN, NOTES, PLAN, kept_files, only, text_of, write

MANY_STEPS = 15  # fewer would mean that the steps are no longer seen


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home" / "documents")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An admin's own folder."""
    folder = tmp_path / "handed in"
    folder.mkdir()
    return folder


def test_an_original_that_was_changed_is_named_and_can_be_put_back(library: Library, folder: Path) -> None:
    path = write(folder / "plan.md", PLAN)
    library.add([path])
    for spoil in (lambda kept: write(kept, NEW_PLAN), Path.unlink):
        spoil(library.folder / "plan.md")
        with pytest.raises(LibraryUnusable, match=r"plan\.md of plan is missing or has been changed\. Add the file"):
            library.document("plan")
        outcome = only(library.add([path]))
        assert outcome.status == "replaced"
        assert outcome.messages == ("plan.md was missing or damaged in the library and has been put back.",)
        assert library.document("plan").text == text_of(PLAN)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Invalid JSON"),
        (b"{", "Invalid JSON"),
        (b"\xff", "Invalid JSON"),
        (b'[{"source": {"id": "a"}}]', r"0\.source\.file Field required"),
        (
            b'[{"source": {"id": "a", "file": "../a", "sha256": "", "title": ""}}]',
            r"'\.\./a' is not the name of a file",
        ),
    ],
)
def test_a_broken_register_is_a_sentence_and_is_not_overwritten(
    library: Library, folder: Path, content: bytes, why: str
) -> None:
    path = write(library.folder / "register.json", content)
    for act in (library.sources, lambda: library.document("a"), lambda: library.add([write(folder / "a.md", PLAN)])):
        with pytest.raises(LibraryUnusable, match=rf"^The register {path} cannot be used: .*{why}.*\. Put back a copy"):
            act()
    assert path.read_bytes() == content


def test_a_file_in_place_of_the_folder_is_a_sentence(tmp_path: Path, folder: Path) -> None:
    library = Library(write(tmp_path / "documents", ""))
    for act in (library.sources, lambda: library.add([folder]), lambda: library.remove("a")):
        with pytest.raises(LibraryUnusable, match=rf"{tmp_path / 'documents'}.*: .*\. Check the disk and the folder"):
            act()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_disk_is_a_sentence_and_changes_nothing(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    path = write(folder / "plan.md", PLAN)
    before = only(library.add([path])).source
    write(path, NEW_PLAN)

    def fail(*_arguments: Any) -> None:  # noqa: ANN401
        raise OSError(number, os.strerror(number))

    for act in (lambda: library.add([folder]), lambda: library.remove("plan")):
        with monkeypatch.context() as broken:
            broken.setattr(os, call, fail)
            with pytest.raises(LibraryUnusable, match=os.strerror(number)):
                act()
        assert library.document("plan").text == text_of(PLAN)
        assert library.sources() == (before,)
    assert only(library.add([path])).status == "replaced"
    assert kept_files(library) == ["plan.md"]


def add(folder: Path, path: Path) -> None:
    Library(folder).add([path])


def remove(folder: Path, document: str) -> None:
    Library(folder).remove(document)


def test_an_addition_killed_at_any_step_leaves_each_document_whole(tmp_path: Path, folder: Path) -> None:
    handed_in = tmp_path / "new"
    old, new = write(folder / "plan.md", PLAN), write(handed_in / "plan.md", NEW_PLAN)
    write(handed_in / "notes.md", NOTES)
    for step in count(1):
        library = Library(tmp_path / str(step))
        library.add([old])
        killed = killed_at(step, add, library.folder, handed_in)
        texts = {source.id: library.document(source.id).text for source in library.sources()}
        after = {"plan": text_of(NEW_PLAN), "notes": text_of(NOTES)}
        assert texts in (({"plan": text_of(PLAN)}, after) if killed else (after,))
        library.add([new])
        assert library.document("plan").text == text_of(NEW_PLAN)
        assert kept_files(library) == sorted(f"{document}.md" for document in {"plan", *texts})
        if not killed:
            break
    assert step > MANY_STEPS


def test_a_removal_killed_at_any_step_leaves_the_document_or_nothing(tmp_path: Path, folder: Path) -> None:
    write(folder / "plan.md", PLAN)
    notes = write(folder / "notes.md", NOTES)
    for step in count(1):
        library = Library(tmp_path / str(step))
        library.add([folder])
        killed = killed_at(step, remove, library.folder, "plan")
        texts = {source.id: library.document(source.id).text for source in library.sources()}
        before, after = {"plan": text_of(PLAN), "notes": text_of(NOTES)}, {"notes": text_of(NOTES)}
        assert texts in ((before, after) if killed else (after,))
        library.add([notes])
        library.set("notes", Metadata(title="x"))
        assert kept_files(library) == sorted(f"{document}.md" for document in texts)
        if not killed:
            break
    assert step > MANY_STEPS // 2


def test_several_processes_adding_at_once_lose_nothing(library: Library, folder: Path) -> None:
    for part in range(4):
        for number in range(10):
            write(folder / str(part) / f"{part}-{number}.md", f"Part {part} has file {number}, and a full stop.\n")
    processes = [run(add, library.folder, folder / str(part)) for part in range(4)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    expected = sorted(f"{part}-{number}" for part in range(4) for number in range(10))
    assert [source.id for source in library.sources()] == expected
    assert [library.document(document).source.id for document in expected] == expected
