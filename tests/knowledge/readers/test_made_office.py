"""Files that an office program wrote are read like those that we make from XML."""

from __future__ import annotations

from pathlib import Path

from knowledge.readers import read
from knowledge.types import Reading
from tests.knowledge.readers.look import items, lead_in, only, shown, table

MADE = Path(__file__).parent / "made_office"


def made(name: str) -> Reading:
    return read((MADE / name).read_bytes(), name)


def test_a_document_of_libreoffice_keeps_its_structure() -> None:
    reading = made("plan.docx")
    bullets, numbers = (block for block in reading.blocks if block.kind == "list")
    assert items(reading, bullets) == [(1, "meet"), (2, "in May"), (2, "in June"), (1, "vote")]
    assert lead_in(reading, bullets) == "We will:"
    assert numbers.of(reading.text) == "1. one\n2. two"
    assert table(reading, only(reading, "table")) == [
        ["Name", "Port", "Role"],
        ["Ann Wood", "Hill", "Lead"],
        ["Ann Wood", "Coast lead", "Coast lead"],
    ]
    assert [block.level for block in reading.blocks if block.kind == "heading"] == [1, 2]


def test_changes_numbers_and_notes_of_libreoffice_are_read() -> None:
    reading = made("changes.docx")
    assert shown(reading) == [
        ("heading", "Plan"),
        ("list", "1. one\n  (a) two"),
        ("paragraph", "We meet."),
        ("paragraph", "It has six members."),
        ("paragraph", "In May."),
    ]
    assert reading.warnings == (
        "`changes.docx` has tracked changes: 1 insertion kept, 1 deletion left out. "
        "Accept or reject them, if that is wrong.",
    )


def test_a_workbook_of_libreoffice_has_its_formulas_worked_out() -> None:
    reading = made("posts.xlsx")
    assert shown(reading)[:2] == [("heading", "Posts"), ("paragraph", "Harbour posts")]
    assert table(reading, only(reading, "table")) == [
        ["Port", "Since", "Cost", "Sum"],
        ["Hill", "21 October 2019", "1200", "2400"],
        ["Coast", "1 April 2020", "0.3", "#DIV/0!"],
    ]
    assert reading.warnings == ()
