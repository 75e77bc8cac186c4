"""Yes or no is said only where the sentence settles the question; a wrong one is the worst answer of all."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.demands import Demand
from bot.answer.question import read
from bot.answer.types import Asks
from bot.answer.verdict import verdict
from tests.bot.answer.pieces import item, row, sentence
from tests.documents import bullets, document, paragraph, table

TODAY = date(2031, 1, 1)
SUNDAYS = "Will the ferry run on Sundays?"


def settled(text: str, words: str, after: str = "", trait: str = "") -> str:
    """What is said to a question when these words are quoted."""
    question = read(text, (), TODAY)
    assert question.asks is Asks.YES_NO
    made = document(paragraph(f"{words} {after}".strip()))
    return verdict(question, sentence(made, words, **({trait: 1.0} if trait else {})))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (SUNDAYS, "The ferry will run on Sundays."),
        (SUNDAYS, "The ferry will run on Sundays from 3 May 2032."),
        (SUNDAYS, "“The ferry will run on Sundays,” said Anna Marsh."),
        (SUNDAYS, "The ferry will run on Sundays and is free."),
        ("will the ferry run on sundays", "The ferry’ll also run on Sundays."),
        ("Is Anna Marsh the chair of the harbour board?", "Dr Anna Marsh is the chair of the Harbour Board."),
        ("Is Anna Marsh a captain?", "Anna Marsh is a captain and leads the crew."),
        ("Did the board approve the plan?", "The board approved the plan on Monday."),
        ("Has the board approved the plan yet?", "The board has already approved the plan."),
        ("Was the plan approved?", "The plan was approved by the harbour board."),
        ("Are there eight ferries?", "There are 8 ferries."),
        ("Are there 8 ferries?", "There are eight ferries."),
        ("Are rafts part of the fleet?", "Ships, boats and rafts are part of the fleet."),
        ("Are ships part of the fleet?", "Nothing is final; ships, boats and rafts are part of the fleet."),
        ("Does the ferry have a canteen?", "The ferry has a canteen."),
        ("Can dogs travel free?", "Dogs can travel free."),
        ("Do passengers have to book?", "Passengers must book."),
        ("Is the harbour ferry board (HFB) independent?", "The Harbour Ferry Board (HFB) is independent."),
    ],
)
def test_yes_where_the_sentence_says_the_same(question: str, words: str) -> None:
    assert settled(question, words) == "Yes."


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (SUNDAYS, "The ferry will not run on Sundays."),
        (SUNDAYS, "The ferry won’t run on Sundays."),
        (SUNDAYS, "The ferry won't run on Sundays, the board said."),
        ("Did the board approve the plan?", "The board did not approve the plan."),
        ("Did the board approve the plan?", "The board never approved the plan."),
        ("Has the board approved the plan?", "The board has not yet approved the plan."),
        ("Can dogs travel free?", "Dogs cannot travel free."),
        ("Can dogs travel free?", "Dogs can’t travel free."),
        ("Do passengers have to book?", "Passengers do not need to book."),
        ("Is the ferry free?", "The ferry isn’t free."),
        ("Are there eight ferries?", "There are six ferries."),
        ("Did eight boards vote?", "6 boards voted."),
    ],
)
def test_no_where_the_sentence_denies_it_or_counts_fewer(question: str, words: str) -> None:
    assert settled(question, words) == "No."


@pytest.mark.parametrize(
    "words",
    [
        "The ferry will run on Saturdays, not on Sundays.",
        "The ferry will run on Saturdays and not on Sundays.",
        "The bus will run on Sundays, and the ferry will not.",
        "The ferry, which will not stop at Eastbay, will run on Sundays.",
        "The ferry that will not stop at Eastbay will run on Sundays.",
        "The ferry will not only run on Sundays.",
        "The ferry will run not only on Sundays but daily.",
        "The ferry will not run on Sundays in winter.",
        "The ferry will not run on Sundays because of the tide.",
        "There is no doubt that the ferry will run on Sundays.",
        "It is not true that the ferry will run on Sundays.",
        "The ferry will run without a captain on Sundays.",
        "Neither the ferry nor the bus will run on Sundays.",
        "No ferry will run on Sundays.",
        "The ferry will hardly run on Sundays.",
        "The ferry will stop to run on Sundays.",
        "The board refused to let the ferry run on Sundays.",
    ],
)
def test_a_negation_elsewhere_settles_nothing(words: str) -> None:
    assert settled(SUNDAYS, words) == ""


@pytest.mark.parametrize(
    "words",
    [
        "The ferry may run on Sundays.",
        "The ferry could run on Sundays.",
        "The ferry would run on Sundays.",
        "The ferry should run on Sundays.",
        "The ferry will probably run on Sundays.",
        "The ferry will run on Sundays if the tide allows.",
        "If the tide allows, the ferry will run on Sundays.",
        "The ferry will run on Sundays, provided that the tide allows.",
        "The ferry will run on Sundays unless it rains.",
        "The ferry will run on Sundays when it is warm.",
        "The ferry will run on Sundays, except in winter.",
        "The ferry will run on Sundays or Mondays.",
        "The ferry will run only on Sundays.",
        "The ferry will run on Sundays until May.",
        "The ferry will run on Sundays, but the board has doubts.",
        "The ferry will usually run on Sundays.",
        "The board hopes the ferry will run on Sundays.",
        "The board believes that the ferry will run on Sundays.",
        "It is proposed that the ferry will run on Sundays.",
        "Will the ferry run on Sundays?",
        "Will the ferry run on Sundays? The board knows.",
        "Yes, the ferry will run on Sundays.",
    ],
)
def test_a_hedge_settles_nothing(words: str) -> None:
    assert settled(SUNDAYS, words) == ""


@pytest.mark.parametrize(
    "words",
    [
        "The ferry ran on Sundays.",
        "The ferry runs on Sundays.",
        "The ferry was to run on Sundays.",
        "The ferry used to run on Sundays.",
        "Some of the ferries will run on Sundays.",
        "All but one ferry will run on Sundays.",
        "Both ferries will run on Sundays.",
        "The ferry captains will run on Sundays.",
        "The captain of the ferry will run on Sundays.",
        "The ferry’s bus will run on Sundays.",
        "The other ferry will run on Sundays.",
        "The new ferry will run on Sundays.",
        "It will run on Sundays.",
        "The ferry will run on Sundays for staff.",
        "The ferry will run before Sundays.",
        "The ferry will run on Sunday-like days.",
        "The ferry to run on Sundays will be new.",
        "The ferry will run a race on Sundays.",
        "Under the old plan, the ferry will run on Sundays.",
    ],
)
def test_something_else_or_another_time_or_a_part_settles_nothing(words: str) -> None:
    assert settled(SUNDAYS, words) == ""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Did Anna Marsh succeed Ben Hill?", "Ben Hill succeeded Anna Marsh."),
        ("Did Anna Marsh succeed Ben Hill?", "Anna Marsh was succeeded by Ben Hill."),
        ("Is Anna Marsh the chair?", "Anna Marsh is deputy chair."),
        ("Is Anna Marsh the chair?", "Anna Marsh was the chair."),
        ("Is Anna Marsh the chair?", "Anna Marsh is the former chair."),
        ("Is Anna Marsh the chair?", "Anna Marsh’s brother is the chair."),
        ("Is Anna Marsh the chair?", "Ben Marsh is the chair."),
        ("Is Anna Marsh the chair?", "The chair thanked Anna Marsh."),
        ("Is Anna Marsh the chair?", "Anna Marsh, the chair, resigned."),
        ("Is Anna Marsh the chair?", "Anna Marsh is the chair-elect."),
        ("Is Anna Marsh the chair?", "Anna Marsh is the chair of the audit committee."),
        ("Was Anna Marsh the chair?", "Anna Marsh is the chair."),
        ("Will Anna Marsh be the chair?", "Anna Marsh is the chair."),
        ("Did the board approve the plan?", "The board will approve the plan."),
        ("Did the board approve the plan?", "The board has to approve the plan."),
        ("Did the board approve the plan?", "The board can approve the plan."),
        ("Did the board approve the plan?", "The board is to approve the plan."),
        ("Did the board approve the plan?", "The board approved the plan cancellation."),
        ("Did the board approve the plan?", "The board approved the plan’s opposite."),
        ("Did the board approve the plan?", "The board agreed to approve the plan."),
        ("Did the board approve the plan?", "The plan the board approved was new."),
        ("Does the board approve the plan?", "The board approved the plan."),
        ("Was the plan approved?", "The plan approved by the board was dropped."),
        ("Was the plan approved?", "The plan was approved by two of eight boards."),
        ("Does the ferry have a canteen?", "The ferry had a canteen."),
        ("Does the ferry have a canteen?", "The ferry is a canteen."),
        ("Is the ferry faster than the bus?", "The bus is faster than the ferry."),
        ("Is Eastbay in Northport?", "Northport is in Eastbay."),
        ("Is the ferry free?", "The ferry is free for children."),
        ("Is the ferry free?", "The free ferry is old."),
        ("Is the proposed ferry free?", "The ferry is free."),
        ("Are ferries free?", "All ferries are not free."),
        ("Are all ferries free?", "Ferries are free."),
        ("Are charities to blame?", "Relations between councils and charities are to blame."),
    ],
)
def test_other_people_roles_times_and_turns_settle_nothing(question: str, words: str) -> None:
    assert settled(question, words) == ""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Are there six ferries?", "There are eight ferries."),
        ("Are there at least eight ferries?", "There are six ferries."),
        ("Are there eight ferries?", "There are at least six ferries."),
        ("Are there more than five ferries?", "There are five ferries."),
        ("Are there eight ferries?", "There are six ferries in Eastbay."),
        ("Are there eight ferries?", "There are not six ferries."),
        ("Are the eight ferries free?", "The six ferries are free."),
        ("Does the ferry leave at 9 o'clock?", "The ferry leaves at 8 o'clock."),
        ("Was the ferry built in 2030?", "The ferry was built in 2029."),
        ("Does the ticket cost £6?", "The ticket costs £4."),
    ],
)
def test_other_numbers_settle_nothing_unless_they_count_fewer_of_the_very_things(question: str, words: str) -> None:
    assert settled(question, words) == ""


@pytest.mark.parametrize(
    "question",
    [
        "Won't the ferry run on Sundays?",
        "Will the ferry not run on Sundays?",
        "Will the ferry or the bus run on Sundays?",
        "Will the ferry run if it rains on Sundays?",
        "Could the ferry run on Sundays?",
        "May the ferry run on Sundays?",
        "Will it run on Sundays?",
        "Will our ferry run on Sundays?",
        "Will all ferries run on Sundays?",
        "Will the ferry run?  On Sundays?",
        "Is it?",
    ],
)
def test_a_question_that_is_hedged_denied_or_about_it_is_left_open(question: str) -> None:
    assert settled(question, "The ferry will run on Sundays.") == ""


@pytest.mark.parametrize("trait", ["older", "other_time", "not_yet", "later", "lacks"])
def test_a_source_that_is_overtaken_or_of_another_time_settles_nothing(trait: str) -> None:
    assert settled(SUNDAYS, "The ferry will run on Sundays.", trait=trait) == ""


@pytest.mark.parametrize("after", ["However, the crew objects.", "But not in May.", "Only staff may board."])
def test_a_next_sentence_that_takes_it_back_settles_nothing(after: str) -> None:
    assert settled(SUNDAYS, "The ferry will run on Sundays.", after) == ""
    assert settled(SUNDAYS, "The ferry will run on Sundays.", "It is blue.") == "Yes."


def test_a_question_that_leans_on_the_one_before_is_left_open() -> None:
    made = document(paragraph("The ferry will run on Sundays."))
    question = read(SUNDAYS, (), TODAY)
    best = sentence(made, "The ferry will run on Sundays.")
    assert verdict(question, best) == "Yes."
    assert verdict(replace(question, earlier="Is there a bus?"), best) == ""


def test_what_lacks_something_asked_for_settles_nothing() -> None:
    made = document(paragraph("The ferry will run on Sundays."))
    best = sentence(made, "The ferry will run on Sundays.", missing=(Demand.NAMES,))
    assert verdict(read(SUNDAYS, (), TODAY), best) == ""


def test_other_questions_items_and_rows_get_no_verdict() -> None:
    made = document(
        paragraph("The board rejected these:"),
        bullets("The ferry will run on Sundays"),
        paragraph("So it is."),
        table(("", "Runs"), ("The ferry will run on Sundays", "yes"), ("Bus", "no")),
    )
    question = read(SUNDAYS, (), TODAY)
    assert verdict(question, item(made, "The ferry will run on Sundays")) == ""
    assert verdict(question, row(made, "Bus")) == ""
    plain = document(paragraph("The ferry will run on Sundays."))
    asks_when = read("When will the ferry run on Sundays?", (), TODAY)
    assert verdict(asks_when, sentence(plain, "The ferry will run on Sundays.")) == ""


_SUBJECTS = st.sampled_from(["ferry", "harbour board", "night bus", "Anna Marsh", "canteen", "Eastbay crew"])
_PLACES = st.sampled_from(["Northport", "Eastbay", "the old quay", "the market square", "Hill Street"])
_VERBS = st.sampled_from(["stop", "start", "wait", "open", "end"])
_AUXILIARIES = st.sampled_from(["will", "can", "must"])


@given(_SUBJECTS, _SUBJECTS, _VERBS, _VERBS, _PLACES, _PLACES, _AUXILIARIES, _AUXILIARIES, st.booleans())
def test_a_verdict_needs_the_same_subject_verb_place_and_auxiliary(
    who: str, other_who: str, verb: str, other_verb: str, where: str, other: str, aux: str, other_aux: str, denied: bool
) -> None:
    said = settled(f"{aux} the {who} {verb} at {where}?", _statement(other_who, other_aux, denied, other_verb, other))
    same = (who, verb, where, aux) == (other_who, other_verb, other, other_aux)
    assert said == (("No." if denied else "Yes.") if same else "") or (other_verb == "stop" and said == "")
    assert settled(f"{aux} the {who} wait at {where}?", _statement(who, aux, denied, "wait", where)) == (
        "No." if denied else "Yes."
    )


def _statement(who: str, aux: str, denied: bool, verb: str, where: str) -> str:
    return f"The {who} {aux}{' not' if denied else ''} {verb} at {where}."


_LOOSE = "ferry will not run on Sundays the if bus , . only and never all may said captain 2 ’s ? “ ” but it".split()


@given(st.lists(st.sampled_from(_LOOSE), max_size=12))
def test_any_verdict_rests_on_all_words_of_the_question_in_their_order(words: list[str]) -> None:
    said = settled(SUNDAYS, " ".join([*words, "end."]))
    order = [word for word in words if word in ("ferry", "run", "Sundays")]
    if said:
        assert order[:3] == ["ferry", "run", "Sundays"]
        assert ("not" in words or "never" in words) is (said == "No.")
        assert not {"if", "only", "may", "but", "?"} & set(words)


@pytest.mark.parametrize(
    "hostile",
    [
        "not " * 25_000,
        "x" * 100_000,
        "a, " * 33_000 + "and b are c",
        "ferry will run " * 6_000,
        "(" * 100_000,
        "n’t" * 33_000,
        "has been never " * 6_000,
        "and " * 25_000,
        "ferry will run on Sundays " + "for staff " * 10_000,
        "\u00a0" * 100_000 + "x",
    ],
    ids=range(10),
)
def test_text_of_any_length_is_read_in_time(hostile: str) -> None:
    assert settled(SUNDAYS, f"The {hostile}.") == ""
