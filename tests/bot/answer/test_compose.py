"""What is said of the evidence: leads, citations and conflicts; every word of it checked against the document."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import names
from bot.answer.compose import Said, cited_title, say, verified
from bot.answer.evidence import Evidence, evidence
from bot.answer.gather import Gathered, choose, gather
from bot.answer.question import read
from bot.answer.reasons import closest
from bot.answer.types import Citation, Kind, Part
from index.build import build
from index.search import read_query
from knowledge.types import Document, Span
from tests.bot.answer.pieces import item, row, sentence, whole_list
from tests.documents import bullets, document, documents, heading, paragraph, source, table
from tests.encoders import WordsEncoder

ENCODER = WordsEncoder("ferry board care patients new ann agree plan")
NOON = datetime(2031, 1, 1, tzinfo=UTC)
RULES = document(
    heading("Dogs"),
    paragraph("The board agreed the rules:"),
    bullets("keep off the seats", "stay on a lead", "leave before the horn"),
    name="rules",
    title="House rules",
    publisher="Harbour Board",
    published="2030-04-05",
)
CREW = document(table(("", "Deck", "Task"), ("Ann", "upper", "ropes"), ("Ben", "lower", "bell")), name="crew")
QUAY = document(
    paragraph("The quay is old. They will mend it. It is long."),
    name="quay",
    publisher="Quay Trust",
    published="2025-03",
)


def told(words: str, name: str, published: str | None = None, publisher: str = "") -> Document:
    return document(paragraph(words), name=name, title=name.title(), published=published, publisher=publisher)


def said(
    *main: Evidence, verdict: str = "", earlier: tuple[Evidence, ...] = (), conflicts: tuple[Evidence, ...] = ()
) -> Said:
    """What is said of these pieces, whose documents are all those of this file."""
    made = {each.source.id: each for each in (RULES, CREW, QUAY, *_MADE)}
    known = names.collect([each.text for each in made.values()])
    return say(Gathered(main, earlier, conflicts), made, known, verdict)


_MADE = (
    told("The toll is four pounds.", "old", "2024-02-03", "Toll Office"),
    told("The toll is six pounds.", "new", "2030-05", "Harbour Board"),
    told("We want eight pounds for the toll.", "wish", "2030-06", "Ferry Crew"),
    told("The toll is six pounds.", "copy", "2030-07", "Quay Trust"),
    told("Ann Marsh said: “It is late. We will build a quay. It will be long.”", "speech", "2030", "Quay News"),
)
OLD, NEW, WISH, COPY, SPEECH = _MADE


def test_a_sentence_is_quoted_and_cited() -> None:
    only = said(sentence(NEW, "The toll is six pounds."))
    assert only.text == "The toll is six pounds."
    assert only.parts == (Part(text="The toll is six pounds.", citations=(1,)),)
    assert only.citations == (
        Citation(
            number=1,
            document="new",
            title="New",
            publisher="Harbour Board",
            published="2030-05",
            url="",
            section="",
            page=None,
            start=0,
            end=23,
            quote="The toll is six pounds.",
        ),
    )
    assert only.as_of == "2030-05"


def test_a_list_is_one_citation_and_has_its_introduction_and_every_item() -> None:
    whole = said(whole_list(RULES, "keep off"))
    assert whole.text == "\n".join(
        ["The board agreed the rules:", "• keep off the seats", "• stay on a lead", "• leave before the horn"]
    )
    assert [part.citations for part in whole.parts] == [(1,)] * 4
    (citation,) = whole.citations
    assert citation.section == "Dogs"
    assert citation.quote == RULES.text[citation.start : citation.end]


def test_an_item_that_stands_away_from_its_introduction_is_cited_apart() -> None:
    one = said(item(RULES, "leave before the horn"))
    assert one.text == "The board agreed the rules:\n• leave before the horn"
    assert [part.citations for part in one.parts] == [(1,), (2,)]
    assert [citation.quote for citation in one.citations] == ["The board agreed the rules:", "leave before the horn"]


def test_rows_are_said_with_the_heads_of_their_columns_which_are_cited_once() -> None:
    rows = said(row(CREW, "Ann"), row(CREW, "Ben"))
    assert rows.text == "Ann; Deck: upper; Task: ropes\nBen; Deck: lower; Task: bell"
    assert [part.citations for part in rows.parts] == [(1, 2), (3, 2)]
    heads = rows.citations[1].quote
    assert (heads.startswith("Deck"), heads.endswith("Task")) == (True, True)


def test_a_sentence_that_points_back_brings_the_one_before_unless_that_was_said() -> None:
    assert said(sentence(QUAY, "They will mend it.")).text == "The quay is old. They will mend it."
    both = said(sentence(QUAY, "The quay is old."), sentence(QUAY, "They will mend it."))
    assert [part.text for part in both.parts] == ["The quay is old.", "They will mend it."]
    again = said(sentence(QUAY, "They will mend it."), sentence(QUAY, "The quay is old."))
    assert [part.text for part in again.parts] == ["The quay is old. They will mend it."]


def test_a_quotation_is_closed_and_tells_who_speaks() -> None:
    spoken = said(sentence(SPEECH, "We will build a quay."))
    assert spoken.text == "Ann Marsh, quoted by Quay News: We will build a quay."
    opened = said(sentence(SPEECH, "Ann Marsh said: “It is late."))
    assert opened.text == SPEECH.text.strip()


def test_a_verdict_stands_before_the_first_piece_alone() -> None:
    both = said(sentence(NEW, "The toll is six pounds."), sentence(QUAY, "The quay is old."), verdict="Yes.")
    assert both.text == "Yes. The toll is six pounds.\nThe quay is old."
    assert [part.lead for part in both.parts] == ["Yes.", ""]


def test_a_verdict_or_a_date_stands_before_a_list_without_introduction() -> None:
    bare = document(bullets("keep off the seats", "stay on a lead"), name="bare", published="2024")
    piece = whole_list(bare, "keep off", older=1.0)
    known = names.collect([bare.text])
    assert say(Gathered((piece,)), {"bare": bare}, known).text == "In 2024:\n• keep off the seats\n• stay on a lead"


def test_an_overtaken_source_says_from_when_it_speaks() -> None:
    assert (
        said(sentence(OLD, "The toll is four pounds.", older=1.0)).text == "In February 2024: The toll is four pounds."
    )
    dated = said(sentence(OLD, "The toll is four pounds.", older=1.0), verdict="No.")
    assert dated.text == "No. In February 2024: The toll is four pounds."
    whose = said(sentence(WISH, "We want eight pounds for the toll.", older=1.0))
    assert whose.text == "In June 2030, Ferry Crew: We want eight pounds for the toll."


def test_what_older_sources_said_follows_with_its_date() -> None:
    both = said(sentence(NEW, "The toll is six pounds."), earlier=(sentence(OLD, "The toll is four pounds."),))
    assert both.text == "The toll is six pounds.\nIn February 2024: The toll is four pounds."
    assert both.as_of == "2030-05"


def test_a_conflict_is_shown_with_its_source_date_and_citations_and_takes_the_verdict_away() -> None:
    two = said(
        sentence(NEW, "The toll is six pounds."),
        verdict="Yes.",
        conflicts=(sentence(WISH, "We want eight pounds for the toll."), item(RULES, "leave before the horn")),
    )
    assert two.text.splitlines() == [
        "The toll is six pounds.",
        "Ferry Crew (June 2030): We want eight pounds for the toll.",
        "Harbour Board (5 April 2030): The board agreed the rules: leave before the horn",
    ]
    assert [conflict.citations for conflict in two.conflicts] == [(2,), (3, 4)]
    assert len(two.parts) == 1


def test_the_same_words_are_said_once() -> None:
    toll = sentence(NEW, "The toll is six pounds.")
    same = sentence(COPY, "The toll is six pounds.")
    assert len(said(toll, same).parts) == 1
    assert said(toll, conflicts=(same,)).conflicts == ()
    wish = sentence(WISH, "We want eight pounds for the toll.")
    assert len(said(toll, conflicts=(wish, wish)).conflicts) == 1


def test_without_a_main_piece_nothing_is_said() -> None:
    other = sentence(NEW, "The toll is six pounds.")
    assert said(earlier=(other,), conflicts=(other,)) == Said()


def test_an_index_of_another_text_is_not_quoted() -> None:
    nine = document(paragraph("The toll is nine pounds."), name="new")
    swapped = document(table(("", "Deck", "Task"), ("Ann", "lower", "ropes"), ("Ben", "upper", "bell")), name="crew")
    longer = document(table(("", "Deck", "Task"), ("Anna", "lower", "ropes"), ("Ben", "upper", "bell")), name="crew")
    toll = Gathered((sentence(NEW, "The toll is six pounds."),))
    ben = Gathered((row(CREW, "Ben"),))
    assert say(toll, {"new": nine}, names.NONE) == Said()
    assert say(ben, {"crew": swapped}, names.NONE) == Said()
    assert say(ben, {"crew": longer}, names.NONE) == Said()
    assert len(say(ben, {"crew": CREW}, names.NONE).parts) == 1


def test_a_second_answer_is_numbered_on_and_not_repeated() -> None:
    first = said(sentence(NEW, "The toll is six pounds."))
    second = said(sentence(OLD, "The toll is four pounds."), sentence(NEW, "The toll is six pounds."))
    both = first.then(second)
    assert [part.citations for part in both.parts] == [(1,), (2,)]
    assert [citation.document for citation in both.citations] == ["new", "old"]
    assert first.then(first) == first
    assert Said().then(first) == first
    assert first.then(Said()) == first


@pytest.mark.parametrize(
    ("start", "end", "quote", "right"),
    [(0, 3, "The", True), (0, 3, "the", False), (1, 4, "The", False), (3, 3, "", False)],
)
def test_a_citation_is_verified_word_for_word(start: int, end: int, quote: str, right: bool) -> None:
    citation = said(sentence(NEW, "The toll is six pounds.")).citations[0]
    changed = citation.model_copy(update={"start": start, "end": end, "quote": quote})
    assert verified(changed, NEW) is right


@pytest.mark.parametrize(
    ("title", "about", "by", "shown"),
    [
        ("Toll", "", "", "Toll"),
        ("Toll", "Fees of 2030", "", "Toll (a briefing on “Fees of 2030”)"),
        ("Toll briefing", "Fees", "Toll Office", "Toll briefing (on “Fees”, Toll Office)"),
    ],
)
def test_a_briefing_is_cited_with_what_it_is_about(title: str, about: str, by: str, shown: str) -> None:
    assert cited_title(source("x", title, original_title=about, original_publisher=by)) == shown


def test_a_list_with_any_white_space_between_its_items_is_quoted_in_time() -> None:
    made = document(bullets("keep off", "stay on"), name="wide")
    gap = " " * 100_000 + "x"
    wide = replace(made, text=made.text + gap + "end")
    piece = whole_list(made, "keep off")
    spans = (piece.spans[0], Span(len(wide.text) - 3, len(wide.text)))
    far = say(Gathered((replace(piece, spans=spans),)), {"wide": wide}, names.NONE)
    assert [citation.quote for citation in far.citations] == ["keep off", "end"]


@given(
    documents(),
    st.sampled_from(
        [
            "who is Ann",
            "what care",
            "list the patients",
            "why agree",
            "new 1.5m",
            "is the board new",
            "when is care",
            "ann",
        ]
    ),
    st.booleans(),
)
def test_what_is_said_of_any_document_stands_in_it_word_for_word(made: Document, text: str, sure: bool) -> None:
    index = build([made], {made.source.id: ""}, ENCODER, NOON)
    known = names.collect([made.text])
    question = read(text, (), date(2031, 1, 1), known)
    query = read_query(index, ENCODER, text)
    ranked = evidence(index, query, question, index.search(query, 10), known)
    chosen = choose(question, ranked)
    if not chosen:
        return
    told = say(gather(question, chosen, index.documents, known, sure), index.documents, known, "Yes.")
    assert told.parts
    numbers = [citation.number for citation in told.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for citation in (*told.citations, *closest(query, ranked, index.documents)):
        assert citation.quote == made.text[citation.start : citation.end] != ""
    for part in told.parts:
        assert part.citations
        quotes = " ".join(citation.quote for citation in told.citations if citation.number in part.citations)
        assert set(re.findall(r"\w+", part.text)) <= set(re.findall(r"\w+", quotes))
        if not part.item and all(piece.kind is Kind.SENTENCE for piece in chosen):
            assert part.text == " ".join(quotes.split()), "a sentence is shown as it stands"
    assert told.text.count("Yes.") >= 1
