"""What holds for the passages of every document, however it is laid out."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

from hypothesis import given

from knowledge.passages import MOST_CHARS, cut, introduction, row_text
from knowledge.text import single_spaced
from knowledge.types import Block, BlockKind, Document, DocumentRefused, Item, Passage, Row
from tests.documents import documents, markup, read_document


def row_of(made: Document, passage: Passage) -> tuple[Block, Row] | None:
    for block in made.blocks:
        for row in block.rows:
            if (row.start, row.end) == (passage.start, passage.end):
                return block, row
    return None


def assert_exact(made: Document, passages: tuple[Passage, ...]) -> None:
    for passage in passages:
        found = row_of(made, passage)
        body = passage.embedded[passage.body :]
        if found is not None:
            assert body == row_text(made.text, *found)
            assert not passage.sentences
        else:
            assert body == made.text[passage.start : passage.end]
            assert 0 < len(body) <= MOST_CHARS


def assert_complete(made: Document, passages: tuple[Passage, ...]) -> None:
    """Every character of prose, items and rows lies in one passage, and none of headings and furniture in any."""
    in_passages = [False] * len(made.text)
    for passage in passages:
        in_passages[passage.start : passage.end] = [True] * (passage.end - passage.start)
    for block in made.blocks:
        held: list[Block | Item | Row] = [block]
        if block.kind in (BlockKind.LIST, BlockKind.TABLE):
            held = [*block.items, *block.rows]
        inside = block.kind not in (BlockKind.HEADING, BlockKind.FURNITURE)
        for part in held:
            for place in range(part.start, part.end):
                assert in_passages[place] is inside or made.text[place].isspace()


def assert_ordered(made: Document, passages: tuple[Passage, ...]) -> None:
    assert [passage.id for passage in passages] == [f"{made.source.id}#{n}" for n in range(1, len(passages) + 1)]
    for before, after in pairwise(passages):
        assert before.end <= after.start
    for passage in passages:
        ends = [passage.start]
        for sentence in passage.sentences:
            assert ends[-1] <= sentence.start < sentence.end <= passage.end
            ends.append(sentence.end)


def assert_introduced(made: Document, passages: tuple[Passage, ...]) -> None:
    """What leads into a list stands before each of its passages or in it, and a row has the heads of its cells."""
    for block in made.blocks:
        lead_in = introduction(made, block)
        held = [passage for passage in passages if passage.start < block.end and passage.end > block.start]
        for passage in held if lead_in else ():
            assert lead_in is not None
            assert single_spaced(lead_in.of(made.text)) in single_spaced(passage.embedded)
        for passage in held if block.kind is BlockKind.TABLE else ():
            assert passage.page == made.page_at(passage.start)
            found = row_of(made, passage)
            assert found is not None
            for cell, column in zip(found[1].cells, block.header, strict=False):
                head = single_spaced(made.text[column.start : column.end])
                words = single_spaced(cell.of(made.text))
                assert not words or (f"{head}: {words}" if head else words) in passage.embedded


def assert_whole(made: Document) -> tuple[Passage, ...]:
    passages = cut(made)
    assert_exact(made, passages)
    assert_complete(made, passages)
    assert_ordered(made, passages)
    assert_introduced(made, passages)
    assert passages == cut(made)
    return passages


@given(documents())
def test_passages_are_exact_ordered_and_introduced_and_lose_nothing(made: Document) -> None:
    assert_whole(made)


@given(markup)
def test_so_are_those_of_any_markdown_and_any_plain_text(text: str) -> None:
    for file in ("plan.md", "plan.txt"):
        try:
            made = read_document(text, file)
        except DocumentRefused:
            continue
        assert_whole(made)


def test_so_are_those_of_real_documents(shared: Path) -> None:
    files = sorted((shared / "sources").glob("*.txt")) or sorted((shared / "sources").glob("*.md"))
    assert files
    for file in files:
        assert assert_whole(read_document(file.read_text(), file.name))


@given(documents(), documents())
def test_digests_are_equal_exactly_where_what_is_embedded_is(one: Document, other: Document) -> None:
    passages = cut(one) + cut(other)
    for passage in passages:
        assert passage.digest == hashlib.sha256(passage.embedded.encode()).hexdigest()
    assert len({passage.digest for passage in passages}) == len({passage.embedded for passage in passages})


@given(documents())
def test_a_section_is_the_headings_above_outermost_first(made: Document) -> None:
    for passage in cut(made):
        path: list[Block] = []
        for block in made.blocks:
            if block.kind is BlockKind.HEADING and block.start < passage.start:
                path = [*(above for above in path if above.level < block.level), block]
        assert passage.section == tuple(single_spaced(block.of(made.text)) for block in path)
