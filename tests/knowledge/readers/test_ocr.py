"""Pages that are pictures become paragraphs and lists, if the program that reads them is there."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from knowledge.readers import ocr, read
from knowledge.readers.builder import build
from knowledge.types import DocumentRefused
from tests.knowledge.readers.made_pdf import pdf, picture, text

HEAD = "level page_num block_num par_num line_num word_num left top width height conf text".replace(" ", "\t")


def table(*lines: tuple[int, int, str]) -> str:
    """What the program writes, given the block, the paragraph and the words of each line; letters are 10 wide."""
    rows = [HEAD]
    for n, (block, paragraph, line) in enumerate(lines, 1):
        left = 100
        for k, word in enumerate(line.split(), 1):
            rows.append("\t".join(map(str, (5, 1, block, paragraph, n, k, left, 0, 10 * len(word), 20, 90, word))))
            left += 10 * len(word) + 10
    return "\n".join(rows)


def shown(found: str) -> list[tuple[str, str]]:
    laid = build(ocr.pieces(found, 1))
    assert all(block.ocr for block in laid.blocks)
    return [(block.kind.value, block.of(laid.text)) for block in laid.blocks]


def test_lines_become_paragraphs_where_the_program_or_a_short_line_ends_them() -> None:
    assert shown(
        table(
            (1, 1, "The ferry leaves the quay at nine and comes"),
            (1, 1, "back at noon."),
            (1, 1, "The boat is red and was built on the island"),
            (1, 2, "by its people."),
            (2, 1, "Contact"),
        )
    ) == [
        ("paragraph", "The ferry leaves the quay at nine and comes back at noon."),
        ("paragraph", "The boat is red and was built on the island by its people."),
        ("paragraph", "Contact"),
    ]


@pytest.mark.parametrize("mark", ["*", "e", "¢", "«"])
def test_what_bullets_are_taken_for_makes_a_list(mark: str) -> None:
    assert shown(table((1, 1, "We will:"), (1, 1, f"{mark} meet"), (1, 1, "• vote"))) == [
        ("paragraph", "We will:"),
        ("list", "• meet\n• vote"),
    ]


def test_one_line_that_begins_with_a_letter_is_no_list() -> None:
    assert shown(table((1, 1, "The plan is made."), (1, 2, "e mail us"))) == [
        ("paragraph", "The plan is made."),
        ("paragraph", "e mail us"),
    ]


def test_numbers_make_an_ordered_list() -> None:
    (piece,) = ocr.pieces(table((1, 1, "1. meet"), (1, 1, "2. vote")), 4)
    assert (piece.ordered, [(point.mark, point.text, point.page) for point in piece.points]) == (
        True,
        [("1.", "meet", 4), ("2.", "vote", 4)],
    )


def test_nothing_found_is_nothing() -> None:
    assert ocr.pieces(HEAD, 1) == []
    assert ocr.pieces("", 1) == []


def program(folder: Path, script: str) -> str:
    path = folder / "reader"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_program_that_fails_is_named_with_what_to_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "PROGRAM", program(tmp_path, "exit 1"))
    with pytest.raises(DocumentRefused, match=r"failed at page 1 of `a.pdf`. Check that Debian's tesseract-ocr"):
        read(pdf(picture(["words"])), "a.pdf", ocr=True)


def test_a_program_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "PROGRAM", program(tmp_path, "exec /bin/sleep 60"))
    monkeypatch.setattr(ocr, "SECONDS", 0.2)
    with pytest.raises(DocumentRefused, match=r"Page 1 of `a.pdf` took OCR longer than 0.2 seconds"):
        read(pdf(picture(["words"])), "a.pdf", ocr=True)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Debian's tesseract-ocr is not installed")
def test_a_scan_is_read_and_says_so() -> None:
    words = ["The harbour board met on Monday.", "It will:", "1. build a pier", "2. buy a crane"]
    reading = read(pdf(picture(words), text(["This page has words of its own."])), "a.pdf", ocr=True)
    found = [(block.kind.value, block.of(reading.text), block.ocr) for block in reading.blocks]
    assert found == [
        ("paragraph", "The harbour board met on Monday. It will:", True),
        ("list", "1. build a pier\n2. buy a crane", True),
        ("paragraph", "This page has words of its own.", False),
    ]
    assert reading.warnings == ("Page 1 was read by OCR; letters may be wrong.",)
    assert reading.text[reading.pages[1] :] == "This page has words of its own."
