"""Which evidence is said together, with pieces whose scores and vectors are made by hand."""

from collections.abc import Sequence
from datetime import date

import pytest

from bot.answer import names
from bot.answer.evidence import Evidence
from bot.answer.gather import Gathered, choose, gather
from bot.answer.question import read
from bot.answer.types import Turn
from knowledge.types import Document
from tests.bot.answer.pieces import facing, item, row, sentence, whole_list
from tests.documents import bullets, document, paragraph, table

TODAY = date(2031, 1, 1)
RULES = document(
    paragraph("Dogs on the ferry must follow these rules:"),
    bullets("keep off the seats", "stay on a lead", "leave before the horn"),
)
CREW = document(
    paragraph("The crew of the ferry is as follows:"),
    table(("Name", "Deck", "Task"), ("Ann", "upper", "ropes"), ("Ben", "upper", "bell"), ("Cleo", "lower", "bell")),
)


def gathered(text: str, chosen: Sequence[Evidence], *made: Document, sure: bool = True) -> Gathered:
    """What is said to a question."""
    known = names.collect([each.text for each in made])
    question = read(text, (), TODAY, known)
    return gather(question, chosen, {each.source.id: each for each in made}, known, sure)


def told(words: str, name: str, published: str | None = None) -> Document:
    return document(paragraph(words), name=name, title=name.title(), published=published)


def test_a_question_for_a_list_gets_whole_lists_and_no_single_items() -> None:
    ranked = [item(RULES, "keep off", 6), whole_list(RULES, "keep off", 5), sentence(RULES, "Dogs on the ferry", 4)]
    assert choose(read("What are the rules for dogs?", (), TODAY), ranked) == ranked[1:]


def test_any_other_question_gets_single_items_and_no_whole_lists() -> None:
    ranked = [whole_list(RULES, "keep off", 7), item(RULES, "stay on a lead", 6), item(RULES, "keep off the seats", 3)]
    assert choose(read("Where must dogs stay?", (), TODAY), ranked) == ranked[1:]


def test_an_item_that_fits_no_better_than_its_list_stands_for_the_list() -> None:
    scores = {"stay on a lead": 6.0, "keep off the seats": 5.9, "leave before the horn": 5.8}
    ranked = [*(item(RULES, words, score) for words, score in scores.items()), whole_list(RULES, "keep off", 5)]
    assert choose(read("How must dogs behave?", (), TODAY), ranked) == ranked[3:]
    single_out = [item(RULES, "stay on a lead", 6), item(RULES, "keep off the seats", 5), ranked[3]]
    assert choose(read("How must dogs behave?", (), TODAY), single_out) == single_out[:2]


def test_what_was_said_before_is_left_out_where_something_else_is_asked() -> None:
    made = document(paragraph("Ann rings the bell. Ben rings the bell."))
    ranked = [sentence(made, "Ann rings the bell.", 6), sentence(made, "Ben rings the bell.", 5)]
    thread = (Turn(question="Who rings the bell?", answer="Ann rings the bell."),)
    assert choose(read("Who else rings the bell?", thread, TODAY), ranked) == ranked[1:]
    assert choose(read("Who rings the bell?", thread, TODAY), ranked) == ranked


@pytest.mark.parametrize(
    ("score", "vector", "trait", "first"),
    [
        (5.0, facing(1, 0), "", "new"),
        (3.7, facing(1, 0), "", "old"),
        (5.0, facing(0, 1), "", "old"),
        (5.0, facing(1, 0), "lacks", "old"),
        (5.0, facing(1, 0), "not_yet", "old"),
        (5.0, facing(1, 0), "older", "old"),
    ],
)
def test_a_newer_source_that_says_something_about_the_same_governs_an_overtaken_one(
    score: float, vector: object, trait: str, first: str
) -> None:
    old, new = told("The toll is four pounds.", "old", "2025"), told("The toll is six pounds.", "new", "2030")
    newer = sentence(new, "The toll is six pounds.", score, vector=vector, **({trait: 1.0} if trait else {}))
    best = sentence(old, "The toll is four pounds.", 5.0, older=1.0)
    chosen = choose(read("What is the toll?", (), TODAY), [best, newer])
    assert [piece.document for piece in chosen] == [first, "new" if first == "old" else "old"]


def test_what_is_not_overtaken_keeps_its_place() -> None:
    one, two = told("The toll is four pounds.", "one"), told("The toll is six pounds.", "two")
    ranked = [sentence(one, "The toll is four pounds.", 5.0), sentence(two, "The toll is six pounds.", 4.9)]
    assert choose(read("What is the toll?", (), TODAY), ranked) == ranked


def test_nothing_gives_nothing() -> None:
    assert choose(read("What is the toll?", (), TODAY), []) == []


def test_a_list_is_said_alone() -> None:
    best = whole_list(RULES, "keep off")
    assert gathered("What are the rules?", [best, sentence(RULES, "Dogs on the ferry", 4.9)], RULES).main == (best,)


def test_rows_that_have_the_words_which_tell_rows_apart_are_said_in_their_order() -> None:
    rows = [
        row(CREW, "Cleo", 6, found=frozenset({"crew", "bell"})),
        row(CREW, "Ben", 5, found=frozenset({"crew", "bell"})),
        row(CREW, "Ann", 4, found=frozenset({"crew"})),
    ]
    assert gathered("Who of the crew is at the bell?", rows, CREW).main == (rows[1], rows[0])


def test_where_no_word_tells_rows_apart_only_a_question_for_a_list_means_all_of_them() -> None:
    rows = [row(CREW, "Ben", 6, found=frozenset({"crew"})), row(CREW, "Ann", 5, found=frozenset({"crew"}))]
    assert gathered("Who is in the crew?", rows, CREW).main == (rows[0],)
    all_rows = gathered("List the crew's tasks", rows, CREW).main
    assert [piece.spans[0].of(CREW.text).split()[0] for piece in all_rows] == ["Ann", "Ben", "Cleo"]


def test_the_introduction_of_a_table_brings_its_rows_to_a_question_for_a_list() -> None:
    best = sentence(CREW, "The crew of the ferry is as follows:")
    all_rows = gathered("What are the tasks of the crew?", [best], CREW).main
    assert [piece.kind for piece in all_rows] == ["sentence", "row", "row", "row"]
    assert gathered("Who is the crew?", [best], CREW).main == (best,)


QUAY = document(paragraph("The quay is old. The board will mend it. They meet in May."), paragraph("The bus is new."))


@pytest.mark.parametrize(
    ("best", "scores", "said"),
    [
        ("The board will mend it.", {"The quay is old.": 4.6}, "The quay is old. The board will mend it."),
        ("The board will mend it.", {"The quay is old.": 4.4}, "The board will mend it."),
        ("The board will mend it.", {"They meet in May.": 3.6}, "The board will mend it. They meet in May."),
        ("The board will mend it.", {"They meet in May.": 3.4}, "The board will mend it."),
        ("The quay is old.", {"The board will mend it.": 4.6}, "The quay is old. The board will mend it."),
        ("They meet in May.", {"The bus is new.": 5.0}, "They meet in May."),
        (
            "The board will mend it.",
            {"The quay is old.": 4.8, "They meet in May.": 4.7},
            "The quay is old. The board will mend it.",
        ),
    ],
)
def test_an_explanation_brings_the_sentence_beside_it_that_comes_close(
    best: str, scores: dict[str, float], said: str
) -> None:
    chosen = [sentence(QUAY, best, 5.0), *(sentence(QUAY, words, score) for words, score in scores.items())]
    (piece, *_) = gathered("What about the quay?", chosen, QUAY).main
    assert " ".join(span.of(QUAY.text) for span in piece.spans) == said


def test_a_question_for_one_fact_gets_one_sentence() -> None:
    chosen = [sentence(QUAY, "The board will mend it.", 5.0), sentence(QUAY, "They meet in May.", 4.9)]
    assert gathered("When does the board meet?", chosen, QUAY).main == (chosen[0],)


@pytest.mark.parametrize(
    ("score", "vector", "both"),
    [(4.7, facing(0, 1), True), (4.5, facing(0, 1), False), (4.7, facing(1, 0.1), False)],
)
def test_a_second_sentence_that_comes_close_and_says_something_else_is_added(
    score: float, vector: object, both: bool
) -> None:
    one, two = told("The quay is old.", "one", "2030-01"), told("The quay is long.", "two", "2030-05")
    best, second = sentence(one, "The quay is old.", 5.0), sentence(two, "The quay is long.", score, vector=vector)
    main = gathered("What about the quay?", [best, second], one, two).main
    assert main == ((second, best) if both else (best,)), "the newer one first"


def test_a_second_sentence_of_another_year_is_not_added() -> None:
    one, two = told("The quay is old.", "one", "2030-01"), told("The quay is long.", "two", "2027-05")
    best, second = sentence(one, "The quay is old.", 5.0), sentence(two, "The quay is long.", 4.9, vector=facing(0, 1))
    assert gathered("What about the quay?", [best, second], one, two).main == (best,)


@pytest.mark.parametrize(
    ("score", "vector", "said"), [(4.2, facing(0, 1), 2), (3.9, facing(0, 1), 1), (4.9, facing(1, 0.1), 1)]
)
def test_where_it_is_not_sure_the_next_best_of_another_place_is_said_too(
    score: float, vector: object, said: int
) -> None:
    one, two = told("The ferry starts in May 2031.", "one"), told("The bus starts in June 2031.", "two")
    chosen = [
        sentence(one, "The ferry starts in May 2031.", 5.0),
        sentence(two, "The bus starts in June 2031.", score, vector=vector, suits=0.0),
    ]
    assert len(gathered("When is the start?", chosen, one, two, sure=False).main) == said
    assert len(gathered("When is the start?", chosen, one, two, sure=True).main) == 1


def rivals(text: str, one: Document, two: Document, **said: object) -> tuple[list[str], list[str], list[str]]:
    """Ids of the documents that answer, that said otherwise earlier, and that say otherwise now."""
    best = sentence(one, one.text.strip(), 5.0, suits=1.0, match=0.9)
    other = sentence(two, two.text.strip(), 4.0, **{"suits": 1.0, "match": 0.9, **said})
    found = gathered(text, [best, other], one, two)
    main, earlier, conflicts = found.main, found.earlier, found.conflicts
    return tuple([piece.document for piece in pieces] for pieces in (main, earlier, conflicts))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("published", "shown"),
    [("2030-03", (["one"], [], ["two"])), ("2027-03", (["one"], ["two"], [])), (None, (["one"], [], ["two"]))],
)
def test_another_date_is_earlier_when_its_source_is_years_older_and_a_conflict_otherwise(
    published: str | None, shown: object
) -> None:
    one = told("The ferry will start on 3 May 2031.", "one", "2030-06")
    two = told("The ferry will start on 9 June 2031.", "two", published)
    assert rivals("When does the ferry start?", one, two) == shown


@pytest.mark.parametrize(
    "words", ["The ferry will start in May 2031.", "The ferry will start on 3 May 2031, at last.", "It starts soon."]
)
def test_a_date_that_agrees_or_is_none_is_no_rival(words: str) -> None:
    one, two = told("The ferry will start on 3 May 2031.", "one", "2030"), told(words, "two", "2030")
    assert rivals("When does the ferry start?", one, two) == (["one"], [], [])


@pytest.mark.parametrize(
    ("text", "first", "second", "rival"),
    [
        ("How many boats are there?", "There are six boats.", "There are eight boats.", True),
        ("How many boats are there?", "There are six boats.", "There are 6 boats.", False),
        ("Who is the chair?", "Anna Marsh is the chair.", "Ben Hill is the chair.", True),
        ("Who is the chair?", "Anna Marsh is the chair.", "Dr Anna Marsh is in the chair.", False),
        ("Why is it so?", "It is six.", "It is eight.", False),
    ],
)
def test_another_number_or_person_is_a_conflict(text: str, first: str, second: str, rival: bool) -> None:
    one, two = told(first, "one", "2030"), told(second, "two", "2030")
    assert rivals(text, one, two)[2] == (["two"] if rival else [])


@pytest.mark.parametrize(
    "said", [{"suits": 0.0}, {"match": 0.6}, {"vector": facing(0.4, 1)}, {"not_yet": 1.0}, {"missing": ("names",)}]
)
def test_what_does_not_speak_of_the_same_is_no_rival(said: dict[str, object]) -> None:
    one, two = told("There are six boats.", "one", "2030"), told("There are eight boats.", "two", "2030")
    assert rivals("How many boats are there?", one, two, **said) == (["one"], [], [])


def test_no_more_than_two_rivals_are_shown_and_none_of_the_same_document() -> None:
    made = [told(f"There are {number} boats. There are 99 boats.", f"d{number}", "2030") for number in range(4, 9)]
    chosen = [sentence(each, each.text.split(". ")[0] + ".", 5.0, suits=1.0, match=0.9) for each in made]
    again = sentence(made[0], "There are 99 boats.", 5.0, suits=1.0, match=0.9)
    found = gathered("How many boats are there?", [chosen[0], again, *chosen[1:]], *made)
    assert [piece.document for piece in found.conflicts] == ["d5", "d6"]


def test_roles_of_a_person_come_from_several_documents_the_newest_first_and_older_ones_as_earlier() -> None:
    words = {
        "old": "Anna Marsh was harbour secretary.",
        "new": "Anna Marsh is chair.",
        "too": "Anna Marsh leads it all.",
    }
    years = {"old": "2025-01", "new": "2030-05", "too": "2030-02"}
    made = {name: told(said, name, years[name]) for name, said in words.items()}
    pieces = {name: sentence(made[name], said, 5.0) for name, said in words.items()}
    chosen = [pieces["old"], pieces["too"], pieces["new"]]
    found = gathered("What roles does Anna Marsh have?", chosen, *made.values())
    assert [piece.document for piece in found.main] == ["new", "too"]
    assert [piece.document for piece in found.earlier] == ["old"]
    assert found.conflicts == ()


def test_a_document_that_names_the_person_without_a_role_is_no_part_of_it() -> None:
    made = [told("Anna Marsh is chair.", "one", "2030"), told("Anna Marsh likes boats.", "two", "2030")]
    chosen = [sentence(made[0], "Anna Marsh is chair.", 5.0), sentence(made[1], "Anna Marsh likes boats.", 4.9)]
    assert [piece.document for piece in gathered("What is Anna Marsh's role?", chosen, *made).main] == ["one"]
