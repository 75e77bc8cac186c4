"""Whatever the bytes, a reader gives blocks that fit their text, or refuses in its own words."""

from __future__ import annotations

from pathlib import PurePosixPath
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.readers import read
from knowledge.readers.guard import Format
from knowledge.types import BadMetadata, Block, DocumentRefused, Reading
from tests.knowledge.readers.seeds import NAMES as SEED_NAMES
from tests.knowledge.readers.seeds import Edit, edited, edited_inside, respelled, seeds

NAMES = (
    "a.md",
    "a.markdown",
    "a.html",
    "a.htm",
    "a.txt",
    "A.TXT",
    "a.pdf",
    "a.eml",
    "a.docx",
    "a.zip",
    "a",
    ".md",
    "",
    "a\n.txt",
)
FRAGMENTS = (
    *("<p>", "</p>", "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td rowspan=2>", "<th>", "</table>", "<br>", "<dl>"),
    *(
        "<dt>",
        "<dd>",
        "<nav>",
        "</nav>",
        "<h1>",
        "</h1>",
        "<pre>",
        "<!--",
        "-->",
        "<html>",
        "<title>",
        "<script>",
        "&amp;",
    ),
    *(
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "  ",
        "    ",
        "• ",
        "- ",
        "1. ",
        "2. ",
        "a) ",
        "> ",
        "# ",
        "| ",
        "|-|\n",
        "---\n",
        "```\n",
    ),
    *(
        "title: ",
        "published: 2018\n",
        "word",
        "Ann Wood",
        "The end.",
        "We will:",
        "Read more",
        "May 2018",
        "\u00a0",
        "\ufeff",
    ),
    *("[a](b)", "![a](b)", "**", "`", "\\", "\x00", "é", "\u2028", "\x0c", "\x85", "\U0001f600"),
)


EXAMPLES = 40
"""Spoiled files of each format and way; about a second for each of the slow ones."""
BYTES = (
    *(
        b"\x00",
        b"\xff",
        b"\xff\xff\xff\xff",
        b"0",
        b"-1",
        b"99999999999",
        b" ",
        b"\n",
        b"\r\n\r\n",
        b'"',
        b"'",
        b"<",
        b"/>",
        b">",
    ),
    *(
        b"&",
        b"=?utf-8?q?",
        b"?=",
        b"\xe9",
        b"=",
        b"--",
        b"(",
        b")",
        b"[",
        b"]",
        b"<<",
        b"{",
        b"}",
        b"\\",
        b"\\u-1",
        b"obj",
        b"R",
    ),
)
edits: st.SearchStrategy[list[Edit]] = st.lists(
    st.tuples(
        st.sampled_from(("flip", "cut", "insert", "double")),
        st.integers(0, 100_000),
        st.integers(1, 600),
        st.sampled_from(BYTES) | st.binary(min_size=1, max_size=8),
    ),
    min_size=1,
    max_size=6,
)


def spans(block: Block) -> list[tuple[int, int]]:
    """The ranges within a block in the order of the text: columns, cells and items."""
    cells = [(cell.start, cell.end) for row in block.rows for cell in row.cells]
    return [(c.start, c.end) for c in block.header] + cells + [(item.start, item.end) for item in block.items]


def check(reading: Reading) -> None:
    """Blocks are in order, apart and inside the text; what they consist of is in order and inside them."""
    at = 0
    for block in reading.blocks:
        assert at <= block.start < block.end <= len(reading.text)
        inside = block.start
        for start, end in spans(block):
            assert inside <= start <= end <= block.end
            inside = end
        for row in block.rows:
            assert block.start <= row.start <= row.cells[0].start <= row.cells[-1].end <= row.end <= block.end
            assert len(row.cells) == len(block.rows[0].cells) == (len(block.header) or len(row.cells))
        assert all(reading.text[item.start : item.end].strip() for item in block.items)
        if block.lead_in is not None:
            assert block.lead_in.start < block.lead_in.end <= block.start
            assert block.lead_in.of(reading.text).endswith(":")
        at = block.end
    assert list(reading.pages) == sorted(reading.pages)
    assert all(0 <= page <= len(reading.text) for page in reading.pages)
    for attachment in reading.attachments:
        path = PurePosixPath(attachment.name)
        assert path.name and not path.is_absolute() and ".." not in path.parts


def try_to_read(data: bytes, name: str) -> None:
    try:
        reading = read(data, name)
    except (DocumentRefused, BadMetadata) as refused:
        assert str(refused).startswith(f"`{name}`")
    else:
        check(reading)


@given(st.binary(max_size=300), st.sampled_from(NAMES))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    try_to_read(data, name)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join), st.sampled_from(NAMES[:6]))
def test_any_mixture_of_markup_is_read_or_refused(text: str, name: str) -> None:
    try_to_read(text.encode(), name)


@pytest.mark.parametrize("kind", Format)
def test_what_hypothesis_begins_with_is_read(kind: Format) -> None:
    for seed in seeds(kind):
        reading = read(seed, SEED_NAMES[kind])
        assert (reading.format, bool(reading.blocks or reading.attachments)) == (kind.value, True)
        check(reading)


@pytest.mark.parametrize("kind", Format)
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data(), changes=edits)
def test_any_spoiled_file_is_read_or_refused(kind: Format, data: st.DataObject, changes: list[Edit]) -> None:
    seed = data.draw(st.sampled_from(seeds(kind)))
    try_to_read(edited(seed, changes), SEED_NAMES[kind])


@pytest.mark.parametrize("kind", [Format.WORD, Format.POWERPOINT, Format.EXCEL, Format.ZIP])
@settings(max_examples=EXAMPLES, deadline=None)
@given(member=st.integers(0, 100), changes=edits)
def test_any_file_with_a_spoiled_part_is_read_or_refused(kind: Format, member: int, changes: list[Edit]) -> None:
    spoiled = edited_inside(seeds(kind)[0], member, lambda part: edited(part, changes))
    try_to_read(spoiled, SEED_NAMES[kind])


@pytest.mark.parametrize("kind", [Format.WORD, Format.POWERPOINT, Format.EXCEL])
@settings(max_examples=EXAMPLES, deadline=None)
@given(member=st.integers(0, 100), dice=st.randoms(use_true_random=False))
def test_any_file_with_other_xml_is_read_or_refused(kind: Format, member: int, dice: Random) -> None:
    spoiled = edited_inside(seeds(kind)[0], member, lambda part: respelled(part, dice))
    try_to_read(spoiled, SEED_NAMES[kind])


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_plain_text_leaves_no_word_out(text: str) -> None:
    try:
        reading = read(text.encode(), "a.txt")
    except DocumentRefused:
        return
    if reading.format == "plain text":
        covered = {n for block in reading.blocks for n in range(block.start, block.end)}
        assert all(char.isspace() for n, char in enumerate(reading.text) if n not in covered)
