from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate import Outcome, Pair
from bot.slack.answers import Given
from bot.slack.elements import size
from bot.slack.features.unanswered import week_of
from bot.slack.types import Message
from bot.slack.views.digest import (
    ALL_ANSWERED,
    DIGEST_CHARS,
    GROUPS,
    MAKE_PAIR,
    NOTHING_ASKED,
    OPTIONS,
    Wanted,
    Week,
    added_message,
    expected_words,
    pair_view,
    refused_message,
    week_message,
)
from bot.unanswered import Group
from tests.bot.slack.conftest import answer
from tests.bot.slack.fake_slack import live_markup, message_problem, view_problem
from tests.bot.slack.test_blocks import NASTY, shown

WHO = "Who is the chair?"
HR = frozenset({"HR"})


def wanted(question: str = WHO, times: int = 2, people: int = 1, *others: str, reason: str = "It is unsaid.") -> Wanted:
    return Wanted(question, f"a{times}", times, people, reason, others)


def read(message: Message) -> list[str]:
    """What stands in the blocks; a button in brackets."""
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    assert all(row["elements"][0]["text"]["text"] == "Make it a known pair" for row in rows)
    return shown(Message(text="", blocks=[block for block in message["blocks"] if block["type"] != "actions"]))


def test_groups_are_shown_with_counts_reason_and_other_wordings() -> None:
    week = Week(
        9, (wanted(WHO, 5, 3, "Who chairs it?", "The chair?", "Name the chair"), wanted("What does it cost?", 1, 1)), 3
    )
    message = week_message(week)
    assert read(message) == [
        "Questions of the last week without an answer",
        "9 of 9; what is alike stands together, the most frequent first.",
        WHO,
        "Asked 5 times by 3 people. It is unsaid.",
        "Also asked as:",
        "• Who chairs it?",
        "• The chair?",
        "What does it cost?",
        "Asked once by 1 person. It is unsaid.",
        "3 more questions that may be about what not all staff may read: only counted.",
    ]
    assert message["text"] == f"9 questions of the last week had no answer. Asked most: {WHO}"
    pressed = [block["elements"][0] for block in message["blocks"] if block["type"] == "actions"]
    assert [(one["action_id"], one["value"]) for one in pressed] == [
        (f"{MAKE_PAIR}:1", "a5"),
        (f"{MAKE_PAIR}:2", "a1"),
    ]


def test_what_is_only_counted_is_said() -> None:
    assert read(week_message(Week(4, (), 1))) == [
        "Questions of the last week without an answer",
        "1 of 4; what is alike stands together, the most frequent first.",
        "1 question that may be about what not all staff may read: only counted.",
    ]


@pytest.mark.parametrize(("asked", "sentence"), [(3, ALL_ANSWERED), (0, NOTHING_ASKED)])
def test_a_week_without_open_questions_is_one_line(asked: int, sentence: str) -> None:
    message = week_message(Week(asked))
    assert (read(message), message["text"]) == ([sentence], sentence)


def test_more_groups_than_there_is_room_for_are_counted() -> None:
    lines = read(week_message(Week(99, tuple(wanted(f"Who is {n}?", 2) for n in range(GROUPS + 12)))))
    assert (lines[-1], f"Who is {GROUPS - 1}?" in lines, f"Who is {GROUPS}?" in lines) == ("… 12 more", True, False)


def said(question: str, asker: str, audience: frozenset[str] = frozenset()) -> Given:
    held = answer(question, id=f"{question}/{asker}", abstained=True, reason="No.")
    return Given(held, asker, "D1", "", audience, 5.0)


def group(askers: int, *wordings: str, questions: int = 2) -> Group:
    return Group(wordings[0], questions, askers, wordings, datetime(2026, 11, 16, tzinfo=UTC), "No.")


def test_a_question_of_the_few_is_shown_only_if_it_is_that_of_all_too() -> None:
    given_week = (said("Why?", "a", HR), said("When?", "a"), said("How?", "a", HR), said("What?", "b", HR))
    groups = (
        group(1, "Why?", "When?"),  # the same person asked the like where all can read
        group(2, "How?", "What?"),  # two of the few asked it, and nobody else
    )
    assert week_of(given_week, groups, 8) == Week(8, (Wanted("When?", "When?/a", 2, 1, "No."),), 2)
    assert week_of(given_week, (group(1, "Why?", questions=3), group(1, "How?")), 8) == Week(8, (), 5)


def test_the_window_asks_what_tells_a_right_answer() -> None:
    view = pair_view(WHO, {"plan": "The plan", "act": "An act"}, '{"ts": "1.2"}')
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert inputs["question"]["element"]["initial_value"] == WHO
    assert [one["value"] for one in inputs["expected"]["element"]["options"]] == ["answered", "declined"]
    assert [one["value"] for one in inputs["sources"]["element"]["options"]] == ["act", "plan"]
    assert [name for name, block in inputs.items() if block["optional"]] == ["words", "sources"]
    assert (view["private_metadata"], view["callback_id"]) == ('{"ts": "1.2"}', MAKE_PAIR)


@pytest.mark.parametrize(
    "documents",
    [None, {}, {str(n): "t" for n in range(OPTIONS + 1)}, {"a" * 76: "t"}],
    ids=["many", "none", "too many", "long id"],
)
def test_documents_that_fit_in_no_menu_are_named_by_their_id(documents: dict[str, str] | None) -> None:
    view = pair_view(WHO, documents, "{}")
    assert view["blocks"][-1]["element"]["type"] == "plain_text_input"
    assert view_problem(view) == ""


def test_words_are_read_a_line_each() -> None:
    assert expected_words(" 1 April 2020 \n\n\r\nApproved") == ("1 April 2020", "Approved")


@pytest.mark.parametrize(
    ("changes", "problem", "answered", "sentence"),
    [
        ({"answerable": False}, "", True, "It is declined now, as it should be."),
        ({"must_contain": ("x",)}, "", True, "It is answered rightly now."),
        ({"must_contain": ("x",)}, "The answer lacks x.", True, "It is not right yet. The answer lacks x."),
        ({"must_contain": ("x",)}, "", False, "It is not asked, because its document is not in the index."),
    ],
)
def test_what_is_said_to_a_new_pair_is_told(changes: Any, problem: str, answered: bool, sentence: str) -> None:  # noqa: ANN401
    outcome = Outcome(Pair(id="p", question=WHO, **changes), answer() if answered else None, problem)
    message = added_message(outcome)
    assert message["text"] == f"{WHO} Added to the known pairs. {sentence}"
    assert shown(message) == [WHO, f"Added to the known pairs. {sentence}"]


words = st.lists(st.sampled_from(NASTY) | st.text(max_size=20), max_size=6).map(" ".join)
long = st.builds(lambda text, times: text * times, words, st.sampled_from((1, 1, 40, 400)))
COUNTS = st.integers(1, 9_999)
some = st.builds(
    Wanted,
    long,
    st.just("a1"),
    st.integers(1, 9_999),
    st.integers(1, 9_999),
    long,
    st.lists(long, max_size=9).map(tuple),
)


@given(st.lists(some, max_size=9), st.sampled_from((1, 5)), st.integers(0, 9_999), st.integers(0, 9_999))
def test_every_digest_is_one_that_slack_takes(groups: list[Wanted], times: int, asked: int, private: int) -> None:
    message = week_message(Week(asked, tuple(groups * times), private))
    assert message_problem(dict(message)) == ""
    assert live_markup(dict(message)) == []
    assert size(message["blocks"]) <= DIGEST_CHARS


@given(long, st.none() | st.dictionaries(st.text(min_size=1, max_size=90), long, max_size=OPTIONS + 1))
def test_every_window_is_one_that_slack_takes(question: str, documents: dict[str, str] | None) -> None:
    view = pair_view(question, documents, "{}")
    assert view_problem(view) == ""
    assert live_markup(view) == []


@given(long, long)
def test_every_refusal_is_one_that_slack_takes(question: str, why: str) -> None:
    message = refused_message(question, why)
    assert message_problem(dict(message)) == ""
    assert live_markup(dict(message)) == []
