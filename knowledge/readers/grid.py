"""Tables as rows of texts: merged cells filled in, and the row that names the columns told from the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_COLUMNS = 50
"""Merged cells reach no further: a page that claims more is broken or hostile."""

MAX_REPEATED = 20
"""How many times its own characters a table may grow by merged cells; those beyond stay empty."""

MAX_LABEL_WORDS = 5  # a longer cell says something about a thing rather than naming it

_LABEL = re.compile(r"[A-Z][^\d.:;!?]*")
_VALUE = re.compile(r"[\W\d_]*\d[\W\d_]*|.*[.:;!?]", re.DOTALL)
_HEAD_WORDS = frozenset("area ccg contact date job name organisation period person post role team title year".split())


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as a page gives it; `columns` and `rows` say over how many it reaches."""

    text: str
    head: bool = False
    columns: int = 1
    rows: int = 1


def filled(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """The texts of a table with merged cells repeated in each place they reach over, so that each row stands alone."""
    left = MAX_REPEATED * sum(len(cell.text) for row in rows for cell in row)
    below: dict[int, tuple[int, str]] = {}  # column -> rows still to fill, text
    done: list[list[str]] = []
    for at, row in enumerate(rows):
        texts: list[str] = []
        for cell in row:
            _fill_from_above(texts, below)
            width = max(min(cell.columns, MAX_COLUMNS - len(texts)), 1)
            height = min(cell.rows, len(rows) - at)
            left -= len(cell.text) * (width * height - 1)
            repeated = cell.text if left >= 0 else ""
            for n in range(width):
                if height > 1:
                    below[len(texts)] = (height - 1, repeated)
                texts.append(repeated if n else cell.text)
        _fill_from_above(texts, below)
        done.append(texts)
    return done


def _fill_from_above(texts: list[str], below: dict[int, tuple[int, str]]) -> None:
    while (at := len(texts)) in below:
        left, text = below.pop(at)
        if left > 1:
            below[at] = (left - 1, text)
        texts.append(text)


def split_header(rows: Sequence[Sequence[Cell]], marked: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Part a table into its header, empty if there is none, and its rows.

    Args:
        rows: All rows of the table. Those without a text of their own are left out, once merged cells are filled in.
        marked: How many of the first rows the page marks as its head. Rows that consist of head cells count as well;
            several head rows are put into one.
    """
    kept = [n for n, row in enumerate(rows) if any(cell.text for cell in row)]
    every = filled(rows)
    rows, texts, marked = [rows[n] for n in kept], [every[n] for n in kept], sum(n < marked for n in kept)
    while marked < len(rows) and rows[marked] and all(cell.head for cell in rows[marked]):
        marked += 1
    if marked == 0 and is_header(texts):
        marked = 1
    if marked == len(texts):
        marked = min(marked, 1)
    width = max((len(row) for row in texts), default=0)
    heads = [[row[n] for row in texts[:marked] if n < len(row) and row[n]] for n in range(width)]
    header = tuple(" ".join(dict.fromkeys(head)) for head in heads) if marked else ()
    return header, [tuple(row) for row in texts[marked:]]


def is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of the rows names the columns rather than being one of them, to judge by its words."""
    if len(rows) < 2 or not rows[0]:
        return False
    first, *others = rows
    if not first[0]:
        return any(first)
    if any(not cell or _VALUE.fullmatch(cell) for cell in first):
        return False
    if any(word.lower() in _HEAD_WORDS for cell in first for word in cell.split()):
        return True
    return not all(row and len(row[0].split()) > 1 and inferred_name([row[0]]) for row in (first, *others))


def inferred_name(cells: Sequence[str]) -> str:
    """What to call a first column without a head: `Name` if each of its cells looks like a name, otherwise nothing."""
    named = bool(cells) and all(
        _LABEL.fullmatch(cell.strip()) and len(cell.split()) <= MAX_LABEL_WORDS for cell in cells
    )
    return "Name" if named else ""
