"""Whatever the bytes, a reader gives blocks that fit their text, or refuses in its own words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.readers import read
from knowledge.types import BadMetadata, Block, DocumentRefused, Reading

NAMES = ("a.md", "a.markdown", "a.html", "a.htm", "a.txt", "A.TXT", "a.pdf", "a", ".md", "", "a\n.txt")
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


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_plain_text_leaves_no_word_out(text: str) -> None:
    try:
        reading = read(text.encode(), "a.txt")
    except DocumentRefused:
        return
    if reading.format == "plain text":
        covered = {n for block in reading.blocks for n in range(block.start, block.end)}
        assert all(char.isspace() for n, char in enumerate(reading.text) if n not in covered)
