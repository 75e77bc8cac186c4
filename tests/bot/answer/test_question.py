"""Reading a question."""

from datetime import date

import pytest

from bot.answer.question import MOST_CHARS, read
from bot.answer.types import Asks, QuestionRefused, Turn

TODAY = date(2019, 11, 1)
EARLIER = (Turn(question="Who runs the western group?", answer="Bob does."),)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Who chairs the board?", Asks.WHO),
        ("when does it start", Asks.WHEN),
        ("What date is the review?", Asks.WHEN),
        ("how many groups agreed", Asks.HOW_MANY),
        ("Why did GPs vote for it?", Asks.WHY),
        ("what are the conditions", Asks.LIST),
        ("Which groups did Ann run?", Asks.LIST),
        ("list every role", Asks.LIST),
        ("What is an ICP?", Asks.WHAT_IS),
        ("what does ICS stand for", Asks.WHAT_IS),
        ("Is the approval final?", Asks.YES_NO),
        ("where is the head office", Asks.WHERE),
        ("tell me about the merger", Asks.OTHER),
    ],
)
def test_the_kind_of_a_question_is_read_from_its_words(text: str, asks: Asks) -> None:
    assert read(text, (), TODAY).asks is asks


@pytest.mark.parametrize(
    "text", ["and in east Kent?", "what about Medway?", "why?", "What was his role before?", "when", "Who else?"]
)
def test_a_question_that_leans_on_the_one_before_brings_it_along(text: str) -> None:
    assert read(text, EARLIER, TODAY).earlier == EARLIER[0].question


def test_a_name_in_the_place_of_the_one_before_drives_it_out() -> None:
    thread = [Turn(question="What is Ben Sample's new role?")]
    assert read("and Cleo Model's?", thread, TODAY).earlier == "What is new role?"
    assert read("What was his role before?", thread, TODAY).earlier == "What is Ben Sample's new role?"


def test_a_follow_up_asks_what_the_question_before_asked() -> None:
    assert read("and in the south?", EARLIER, TODAY).asks is Asks.WHO


def test_a_question_that_stands_alone_brings_nothing_along() -> None:
    assert read("Which conditions does the approval have?", EARLIER, TODAY).earlier == ""


def test_a_first_question_leans_on_nothing() -> None:
    assert read("and in east Kent?", (), TODAY).earlier == ""


def test_a_chain_of_follow_ups_leans_on_the_question_that_stands_alone() -> None:
    thread = (*EARLIER, Turn(question="and in the east?"), Turn(question="why?"))
    assert read("and in Medway?", thread, TODAY).earlier == EARLIER[0].question


def test_white_space_is_made_single() -> None:
    assert read("  Who\n\tis\u00a0it about ", (), TODAY).text == "Who is it about"


@pytest.mark.parametrize("text", ["", "  \n ", "🙂🙂", "?!…", "—"])
def test_a_question_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(QuestionRefused, match="Ask something like"):
        read(text, (), TODAY)


def test_a_question_that_is_too_long_is_refused_with_its_length() -> None:
    with pytest.raises(QuestionRefused, match="10,000 characters; at most 2,000"):
        read("a" * 10_000, (), TODAY)
    assert read("a" * MOST_CHARS, (), TODAY).text == "a" * MOST_CHARS
