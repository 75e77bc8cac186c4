"""Files within files get names that can lie in a folder, and what nobody reads is left out."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.readers.attached import (
    MAX_NAME_BYTES,
    attachment_name,
    file_name,
    inner_path,
    is_document,
    with_own_names,
)
from knowledge.types import Attachment


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_can_lie_in_a_folder(written: str) -> None:
    path = inner_path(written)
    for part in path.split("/") if path else ():
        assert part.strip(". ") and len(part.encode()) <= MAX_NAME_BYTES and part.isprintable()
    assert inner_path(path) == path and not PurePosixPath(path).is_absolute()


@pytest.mark.parametrize(
    ("written", "name"),
    [("plan.pdf", "plan.pdf"), ("..\\\\.plan.pdf", "plan.pdf"), ("a/b\\c.pdf", "c.pdf"), ("...", "file"), ("", "file")],
)
def test_a_name_has_no_folders_and_is_not_hidden(written: str, name: str) -> None:
    assert file_name(written, "file") == name


@pytest.mark.parametrize(
    ("written", "kind", "name"),
    [
        ("", "application/pdf", "attachment.pdf"),
        ("Minutes", "application/pdf", "Minutes.pdf"),
        ("Minutes 3.5", "text/plain", "Minutes 3.5.txt"),
        ("table.csv", "text/plain", "table.csv"),
        ("Minutes", "application/unknown", "Minutes"),
    ],
)
def test_a_name_without_an_ending_gets_that_of_its_kind(written: str, kind: str, name: str) -> None:
    assert attachment_name(written, kind) == name


@pytest.mark.parametrize(
    ("name", "kind", "size", "inline", "kept"),
    [
        ("plan.pdf", "application/pdf", 10, True, True),
        ("scan.png", "image/png", 90_000, False, True),
        ("scan.png", "image/png", 90_000, True, False),
        ("logo.png", "application/octet-stream", 9_000, False, False),
        ("invite.ics", "application/octet-stream", 9_000, False, False),
        ("invite", "text/calendar", 9_000, False, False),
        ("smime.p7s", "", 9_000, False, False),
    ],
)
def test_pictures_in_the_text_signatures_and_calendars_are_no_documents(
    name: str, kind: str, size: int, inline: bool, kept: bool
) -> None:
    assert is_document(name, kind, size, inline) is kept


@given(st.lists(st.sampled_from(("a.txt", "A.txt", "a (2).txt", "b/a.txt", "a")), max_size=12))
def test_no_two_files_keep_one_name(names: list[str]) -> None:
    named = with_own_names(Attachment(name, str(n).encode()) for n, name in enumerate(names))
    assert len({file.name.lower() for file in named}) == len(names)
    assert [file.data for file in named] == [str(n).encode() for n in range(len(names))]
