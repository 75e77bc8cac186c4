"""What the tests of the readers look at: a reading as plain values."""

from __future__ import annotations

from knowledge.types import Block, Reading

Shown = tuple[str, str]


def shown(reading: Reading) -> list[Shown]:
    """Each block as its kind and its words."""
    return [(block.kind.value, block.of(reading.text)) for block in reading.blocks]


def kinds(reading: Reading) -> dict[str, int]:
    """How many blocks there are of each kind."""
    counted: dict[str, int] = {}
    for block in reading.blocks:
        counted[block.kind.value] = counted.get(block.kind.value, 0) + 1
    return counted


def only(reading: Reading, kind: str) -> Block:
    """The one block of this kind."""
    (block,) = (block for block in reading.blocks if block.kind.value == kind)
    return block


def items(reading: Reading, block: Block) -> list[tuple[int, str]]:
    """The items of a list as level and words."""
    return [(item.level, reading.text[item.start : item.end]) for item in block.items]


def table(reading: Reading, block: Block) -> list[list[str]]:
    """A table as its header, empty if it has none, and its rows."""
    rows = [[cell.of(reading.text) for cell in row.cells] for row in block.rows]
    return [[column.name(reading.text) for column in block.header], *rows]


def lead_in(reading: Reading, block: Block) -> str | None:
    """The words of a lead-in."""
    return block.lead_in.of(reading.text) if block.lead_in else None
