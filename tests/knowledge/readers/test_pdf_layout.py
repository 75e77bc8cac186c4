"""Layout works on plain values: whatever the words of a page and their places, none is lost or made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.readers.pdf_document import assemble
from knowledge.readers.pdf_lines import in_order, lines, unmixed
from knowledge.readers.pdf_values import HYPHEN, Sheet, Word, squeezed
from knowledge.types import Reading
from tests.knowledge.readers.look import items, only, shown, table

SIZE = 10.0
WIDTH, HEIGHT = 600.0, 800.0


def words(rows: Sequence[tuple[float, float, str]], size: float = SIZE, bold: bool = False, at: int = 0) -> list[Word]:
    """Words from lines, each with its left edge and upper edge; a letter is half as wide as high."""
    found: list[Word] = []
    for left, top, line in rows:
        x0 = left
        for text in line.split():
            x1 = x0 + len(text) * size / 2
            broken = text.endswith(HYPHEN)
            found.append(Word(at + len(found), text.rstrip(HYPHEN), x0, top, x1, top + size, size, bold, broken))
            x0 = x1 + size / 4
    return found


def sheet(*parts: list[Word], number: int = 1, text: str | None = None, **more: object) -> Sheet:
    found = [word for part in parts for word in part]
    own = " ".join(word.text + (HYPHEN if word.broken else "") for word in found) if text is None else text
    return Sheet(number, WIDTH, HEIGHT, tuple(found), own, **more)  # type: ignore[arg-type]


def read(*sheets: Sheet) -> Reading:
    return assemble(sheets, "a.pdf", None, None)


def column(left: float, said: Sequence[str], top: float = 200, pitch: float = 12) -> list[tuple[float, float, str]]:
    return [(left, top + pitch * n, line) for n, line in enumerate(said)]


LEFT = [
    "The ferry leaves the quay at nine and it",
    "comes back at noon. Nobody may bring a",
    "dog unless it is carried by a pilot who",
]
RIGHT = [
    "has been told so. The pier is closed in",
    "winter and the island can be reached by",
    "nobody but the postman and the doctor.",
]


def test_columns_are_read_one_after_the_other_and_a_sentence_goes_on_in_the_next() -> None:
    found = words(column(50, LEFT) + column(320, RIGHT))
    assert shown(read(sheet(found))) == [("paragraph", " ".join(LEFT + RIGHT))]


def test_a_heading_that_the_file_has_last_is_read_first_if_it_stands_above() -> None:
    body = words(column(50, LEFT))
    reading = read(sheet(body, words([(50, 150, "Ferry news")], size=16, at=len(body))))
    assert shown(reading) == [("heading", "Ferry news"), ("paragraph", " ".join(LEFT))]


def test_columns_that_a_file_mixes_line_by_line_never_make_one_sentence() -> None:
    rows = [row for pair in zip(column(50, [*LEFT, *LEFT]), column(320, [*RIGHT, *RIGHT]), strict=True) for row in pair]
    reading = read(sheet(words(rows)))
    assert [said for _, said in shown(reading)] == [*LEFT, *LEFT, *RIGHT, *RIGHT]
    assert reading.warnings == ("Page 1 has columns that the file mixes line by line; each line became a paragraph.",)


def test_rows_that_line_up_are_a_table_and_say_so() -> None:
    said = [
        ("Name", "Post", "Fee"),
        ("Ann Wood", "pilot", "12"),
        ("Bob Lee", "captain", "9"),
        ("Cy Fox", "cook", "140"),
    ]
    rows = [(50 + 150.0 * k, 200 + 14.0 * n, cell) for n, row in enumerate(said) for k, cell in enumerate(row)]
    reading = read(sheet(words(rows)))
    assert table(reading, only(reading, "table")) == [list(row) for row in said]
    assert reading.warnings == ("Page 1 has a table without ruling lines; its columns were told by their places.",)


def test_gaps_that_line_up_in_a_narrow_column_of_prose_are_no_table() -> None:
    rows = [
        (50.0, "The ferry"),
        (120.0, "sails"),
        (50.0, "from the"),
        (120.0, "quay"),
        (50.0, "and comes"),
        (120.0, "back."),
    ]
    said = [(left, 200 + 12.0 * (n // 2), line) for n, (left, line) in enumerate(rows)]
    assert shown(read(sheet(words(said)))) == [("paragraph", "The ferry sails from the quay and comes back.")]


def test_a_layout_that_the_page_itself_does_not_have_gives_way_to_its_own_text() -> None:
    reading = read(
        sheet(words(column(50, ["One boat is red.", "Two boats are"])), text="Two boats are\r\nred. One boat is")
    )
    assert shown(reading) == [("paragraph", "Two boats are red. One boat is")]
    assert reading.warnings == ("Page 1 could not be laid out and is given as plain lines in the file's order.",)


def test_an_item_goes_on_over_lines_and_pages_and_levels_follow_the_indent() -> None:
    first = words([(50, 200, "• meet"), (70, 214, "▪ in May or"), (80, 228, "in June")])
    second = words([(70, 100, "▪ in July"), (50, 114, "• vote")])
    reading = read(sheet(first), sheet(second, number=2))
    assert items(reading, only(reading, "list")) == [(1, "meet"), (2, "in May or in June"), (2, "in July"), (1, "vote")]


def test_a_number_in_a_sentence_is_no_item() -> None:
    reading = read(sheet(words(column(50, ["The board met twice, in room", "12. It was cold there in May."]))))
    assert shown(reading) == [
        ("paragraph", "The board met twice, in room"),
        ("paragraph", "12. It was cold there in May."),
    ]


def test_levels_of_headings_follow_their_sizes_and_bold_comes_last() -> None:
    body = column(50, LEFT, top=400)
    reading = read(
        sheet(
            words([(50, 100, "Report")], size=20),
            words([(50, 150, "Boats")], size=14, at=1),
            words([(50, 200, "Red boats")], bold=True, at=2),
            words(body, at=4),
        )
    )
    assert [(block.level, block.of(reading.text)) for block in reading.blocks if block.level] == [
        (1, "Report"),
        (2, "Boats"),
        (3, "Red boats"),
    ]


def test_a_larger_line_at_the_top_of_each_page_is_a_heading_if_its_number_changes() -> None:
    pages = [
        sheet(
            words([(50, 20, f"Part {n}")], size=16),
            words(column(50, LEFT), at=2),
            words([(50, 780, f"{n}")], at=90),
            number=n,
        )
        for n in (1, 2, 3)
    ]
    kinds = [kind for kind, _ in shown(read(*pages))]
    assert kinds == ["heading", "paragraph", "furniture"] * 3


def test_a_broken_word_whose_rest_is_not_found_keeps_its_hyphen() -> None:
    reading = read(sheet(words([(50, 200, f"The harbour com{HYPHEN}"), (50, 400, "Another part.")])))
    assert shown(reading) == [("paragraph", "The harbour com-"), ("paragraph", "Another part.")]


TEXTS = st.sampled_from("quay pier Ferry board. We: 1. 2. a) • - com12 3.1 (ii) o Dr. island, “go” 7".split())
PLACES = st.floats(-50, 900, width=32)


@st.composite
def pages(draw: st.DrawFn) -> list[Sheet]:
    made = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        found: list[Word] = []
        for text in draw(st.lists(TEXTS, max_size=30)):
            size = draw(st.sampled_from((0.0, 8.0, 10.0, 10.0, 10.0, 16.0)))
            near = bool(found) and draw(st.booleans())
            x0 = found[-1].x1 + 2 if near else draw(PLACES)
            top = found[-1].top if near else draw(PLACES)
            at = found[-1].at + draw(st.sampled_from((1, 1, 1, 2))) if found else 0
            x1, broken = x0 + len(text) * size / 2, draw(st.integers(0, 9)) == 0
            found.append(Word(at, text, x0, top, x1, top + size, size, draw(st.booleans()), broken))
        made.append(sheet(found, number=number))
    return made


def letters(said: str) -> Counter[str]:
    """Without what the layout adds or takes: bullets (`o` is one), dashes, and what parts cells."""
    return Counter(char for char in said if not char.isspace() and char not in "•-|o")


@settings(max_examples=80, deadline=None)
@given(pages())
def test_no_word_is_lost_or_made_up(made: list[Sheet]) -> None:
    reading = read(*made)
    assert letters(reading.text) == letters("".join(word.text for one in made for word in one.words))
    assert len(reading.pages) == len(made)
    assert list(reading.pages) == sorted(reading.pages)


@settings(max_examples=50, deadline=None)
@given(pages())
def test_lines_hold_words_that_follow_one_another_and_none_is_lost_in_putting_them_in_order(made: list[Sheet]) -> None:
    for one in made:
        found = lines(one.number, one.words)
        numbered = {word.at: word.text for word in one.words}
        for line in found:
            assert squeezed(line.text).endswith("".join(numbered[n] for n in range(line.start + 1, line.end)))
        assert sorted(map(id, in_order(found))) == sorted(map(id, found))
        assert letters("".join(line.text for line in unmixed(found)[0])) == letters(
            "".join(line.text for line in found)
        )
