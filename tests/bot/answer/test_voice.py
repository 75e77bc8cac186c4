"""Whose words a quotation is, from when it speaks, and that its quotation marks are closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import names
from bot.answer.voice import closed, speaker_lead, time_lead
from knowledge.types import Span
from tests.documents import document, documents, paragraph, source

BOARD = "Harbour Board"
PEOPLE = "The crew met Anna Marsh, Ben Hill and Cleo Dale on the quay."


def lead(words: str, *paragraphs: str, publisher: str = BOARD) -> str:
    """What stands before these words of a document when they are quoted."""
    made = document(*map(paragraph, paragraphs), title="Quay news", publisher=publisher)
    start = made.text.index(words)
    return speaker_lead(made, Span(start, start + len(words)), names.collect([made.text, PEOPLE]))


def mended(words: str, *paragraphs: str) -> str:
    """The words that are quoted instead of these."""
    made = document(*map(paragraph, paragraphs))
    start = made.text.index(words)
    return closed(made, Span(start, start + len(words))).of(made.text)


@pytest.mark.parametrize(
    ("published", "said"),
    [("2030-02-07", "In February 2030:"), ("2030-02", "In February 2030:"), ("2030", "In 2030:"), (None, "")],
)
def test_an_older_source_says_its_month_or_year(published: str | None, said: str) -> None:
    assert time_lead(source(published=published)) == said


@pytest.mark.parametrize(
    "words",
    [
        "We will build a quay.",
        "The quay is our best.",
        "It gives us time.",
        "We’ll build a quay.",
        "we build a quay.",
        "I will build a quay.",
        "My boat is new.",
        "We said so in March.",
        "You said it and we have listened.",
        "Our plan says how.",
    ],
)
def test_a_we_outside_of_quotation_marks_is_the_publisher(words: str) -> None:
    assert lead(words, words) == "Harbour Board:"
    assert lead(words, words, publisher="") == ""


@pytest.mark.parametrize(
    "words",
    [
        "The board will build a quay.",
        "The US navy came.",
        "Phase I of the quay is open.",
        "World War I ended.",
        "Ask the i/o desk.",
        "Wells are ours no more than the hourly bus.".replace("ours", "hers"),
    ],
)
def test_words_without_a_we_need_no_name(words: str) -> None:
    assert lead(words, words) == ""


@pytest.mark.parametrize(
    "words",
    [
        "Anna Marsh said we will build a quay.",
        "“We will build a quay,” said Anna Marsh.",
        "“We will build a quay,” the mayor told the crew.",
        "The report is clear: “We need a quay.”",
    ],
)
def test_a_quotation_that_tells_who_says_we_needs_no_name(words: str) -> None:
    assert lead(words, words) == ""


QUOTED = "Anna Marsh, quoted by Harbour Board:"


@pytest.mark.parametrize("opening, closing", [("“", "”"), ('"', '"'), ("‘", "’")])
@pytest.mark.parametrize(
    "told",
    [
        "Anna Marsh said: [It is late. We will build a quay.]",
        "Anna Marsh, who chairs the board with Ben Hill, said: [It is late. We will build a quay.]",
        "In a statement with Ben Hill, Anna Marsh said: [It is late. We will build a quay.]",
        "[It is late,] said Dr Anna Marsh. [We will build a quay.]",
        "[It is late. We will build a quay.] Ben Hill said: [I object.]".replace("[It", "Anna Marsh added: [It"),
        "Ben Hill said: [I object.] Anna Marsh said: [We will build a quay.]",
        "Anna Marsh chairs the board. She said: [It is late. We will build a quay.]",
        "Anna Marsh said: [We will build a quay. It will be long,] and left.",
    ],
)
def test_a_we_in_quotation_marks_is_who_was_named_before(told: str, opening: str, closing: str) -> None:
    text = told.replace("[", opening).replace("]", closing)
    assert lead("We will build a quay.", text) == QUOTED


@pytest.mark.parametrize("opening, closing", [("“", "”"), ('"', '"'), ("‘", "’")])
@pytest.mark.parametrize(
    "told",
    [
        "[We will build a quay. It will be long,] said Anna Marsh.",
        "[We will build a quay. It will be long,] Anna Marsh said.",
        "Ben Hill said: [I object.] [We will build a quay. It will be long,] said Anna Marsh.",
        "[We will build a quay. It will be long,] Anna Marsh, chair of the board, told Ben Hill.",
    ],
)
def test_who_is_named_right_after_the_closing_mark_goes_before_all(told: str, opening: str, closing: str) -> None:
    text = told.replace("[", opening).replace("]", closing)
    assert lead("We will build a quay.", text) == QUOTED


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("Anna Marsh said: “It is late.", "“We will build a quay.", "“It will be long.”"),
        ('Anna Marsh said: "It is late.', '"We will build a quay.', '"It will be long."'),
        ("“It is late.", "“We will build a quay.", "“It will be long,” said Anna Marsh."),
        ("Anna Marsh said:", "“We will build a quay.”", "Ben Hill said no."),
        ("Anna Marsh, chair:", "“It is late. We will build a quay.”"),
    ],
)
def test_a_quotation_may_go_on_for_paragraphs(paragraphs: tuple[str, ...]) -> None:
    assert lead("We will build a quay.", *paragraphs) == QUOTED


def test_two_people_may_speak_together() -> None:
    said = lead("We will build it.", "Anna Marsh and Dr Ben Hill said: “It is late. We will build it.”")
    assert said == "Anna Marsh and Ben Hill, quoted by Harbour Board:"


def test_without_a_publisher_the_title_tells_where_it_stands() -> None:
    assert lead("We win.", "Anna Marsh said: “It is late. We win.”", publisher="") == "Anna Marsh, quoted by Quay news:"


@pytest.mark.parametrize(
    "told",
    [
        "“It is late. We will build a quay.”",
        "Anna Marsh said: “I see.” Ben Hill came. “We will build a quay.”",
        "Anna Marsh said so. The board said: “It is late. We will build a quay.”",
        "Anna Marsh and Ben Hill met. “We will build a quay.”",
        "The mayor told Anna Marsh: “It is late. We will build a quay.”",
    ],
)
def test_where_it_is_not_clear_who_speaks_nobody_is_named(told: str) -> None:
    assert lead("We will build a quay.", told) == ""


def test_a_we_after_the_closing_mark_is_the_publisher_again() -> None:
    told = "Anna Marsh said: “It is late.” We will build a quay."
    assert lead("We will build a quay.", told) == "Harbour Board:"
    straight = 'Anna Marsh said: "It is late." We will build a quay.'
    assert lead("We will build a quay.", straight) == "Harbour Board:"


def test_marks_of_the_other_kind_within_a_quotation_do_not_end_it() -> None:
    told = "Anna Marsh said: “They cry ‘never,’ loudly. We will build a quay.”"
    assert lead("We will build a quay.", told) == QUOTED
    told = "Anna Marsh said: ‘They cry “never” and don’t stop. We will build a quay.’"
    assert lead("We will build a quay.", told) == QUOTED


def test_apostrophes_open_no_quotation() -> None:
    assert lead("We build.", "In the ’90s the boys’ boat wasn’t new. We build.") == "Harbour Board:"


@pytest.mark.parametrize("opening, closing", [("“", "”"), ('"', '"'), ("‘", "’")])
@pytest.mark.parametrize(
    ("words", "told", "said"),
    [
        ("[We build.", "[We build. It is late.]", "[We build. It is late.]"),
        ("It is late.]", "[We build. It is late.]", "It is late."),
        ("It is late,] said Ann.", "[We build. It is late,] said Ann.", "[We build. It is late,] said Ann."),
        ("Ann said: [We build.", "Ann said: [We build. It is late.]", "Ann said: [We build. It is late.]"),
        ("It is late.", "[We build. It is late. So be it.]", "It is late."),
        ("[We build.]", "[We build.] It is late.", "[We build.]"),
        ("[We build,] he said, [now.", "[We build,] he said, [now. Or so.]", "[We build,] he said, [now. Or so.]"),
    ],
)
def test_quotation_marks_are_closed_or_left_out(words: str, told: str, said: str, opening: str, closing: str) -> None:
    words, told, said = (text.replace("[", opening).replace("]", closing) for text in (words, told, said))
    assert mended(words, told) == said


def test_a_mark_that_is_closed_paragraphs_on_or_far_away_is_left_out() -> None:
    assert mended("“We build.", "“We build.", "“It is late.”") == "We build."
    assert mended("“We build.", f"“We build. {'It is late. ' * 40}”") == "We build."


@given(st.data())
def test_what_is_mended_stays_near_and_is_never_blank(data: st.DataObject) -> None:
    made = data.draw(documents())
    start = data.draw(st.integers(0, max(0, len(made.text) - 1)))
    end = data.draw(st.integers(start, len(made.text)))
    span = closed(made, Span(start, end))
    assert bool(span.of(made.text).strip()) or span == Span(start, end)
    assert start - 400 <= span.start <= start + 1
    assert end - 1 <= span.end <= end + 400


@given(st.data())
def test_any_range_of_any_document_has_a_lead_or_none(data: st.DataObject) -> None:
    made = data.draw(documents())
    start = data.draw(st.integers(0, max(0, len(made.text) - 1)))
    end = data.draw(st.integers(start, len(made.text)))
    said = speaker_lead(made, Span(start, end), names.collect([made.text]))
    assert said == "" or said.endswith(":")


@pytest.mark.parametrize(
    "hostile",
    [
        "“" * 100_000,
        "we said " * 12_000,
        '"' * 100_000,
        "‘a" * 40_000,
        "he also " * 12_000 + "said",
        ". ’ " * 25_000,
        "we “we” " * 12_000,
    ],
    ids=range(7),
)
def test_text_of_any_length_is_read_in_time(hostile: str) -> None:
    made = document(paragraph(f"We build. {hostile} We go. {hostile}"), publisher=BOARD)
    start = made.text.index("We go.")
    span = Span(start, start + len("We go."))
    assert closed(made, span).of(made.text).count("We go.") == 1
    assert speaker_lead(made, span, names.NONE) in ("", "Harbour Board:")
    whole = Span(0, len(made.text))
    assert speaker_lead(made, whole, names.NONE) in ("", "Harbour Board:")
