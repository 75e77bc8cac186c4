from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Assistant
from bot.answer import names
from bot.answer.question import MOST_CHARS, read
from bot.answer.types import Question
from bot.unanswered import MOST_WORDINGS, Group, Unanswered, grouped, linked
from index.types import Encoder
from tests.bot.conftest import PLAN
from tests.encoders import WordsEncoder

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
NAMES = names.Names(frozenset({"northport", "eastbay"}), frozenset(), frozenset())


def understood(text: str) -> Question:
    return read(text, (), NOW.date(), NAMES)


def asked(text: str, asker: str = "a", hours: int = 0, reason: str = "Not in the documents.") -> Unanswered:
    return Unanswered(text, asker, NOW + timedelta(hours=hours), reason)


def texts(groups: tuple[Group, ...]) -> list[set[str]]:
    return [set(group.wordings) for group in groups]


def test_nothing_asked_makes_no_group() -> None:
    assert grouped([], understood, WordsEncoder("ferry")) == ()


def test_a_group_says_how_often_by_how_many_when_and_why() -> None:
    encoder = WordsEncoder("ferry crew paid")
    groups = grouped(
        [
            asked("how is the ferry crew paid", "a", 1, "No document says."),
            asked("how is the ferry crew paid?", "b", 5, "Too unsure."),
            asked("how is the  ferry crew paid", "a", 2, "No document says."),
            asked("how is a crew", "c", 3, "Nothing near."),
        ],
        understood,
        encoder,
    )
    assert groups == (
        Group(
            wording="how is the ferry crew paid",
            questions=3,
            askers=2,
            wordings=("how is the ferry crew paid", "how is the ferry crew paid?"),
            latest=NOW + timedelta(hours=5),
            reason="No document says.",
        ),
        Group("how is a crew", 1, 1, ("how is a crew",), NOW + timedelta(hours=3), "Nothing near."),
    )


def test_the_wording_nearest_to_the_middle_speaks_for_the_group() -> None:
    encoder = WordsEncoder("ferry crew paid pay")
    wordings = ["how is ferry crew paid", "how is ferry crew pay", "how is ferry crew paid pay"]
    (group,) = grouped([asked(text) for text in wordings], understood, encoder, alike_at=0.5)
    assert group.wording == "how is ferry crew paid pay"
    assert group.wordings[0] == group.wording


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("who is chair of Northport", "who is chair of Eastbay", False),
        ("who is chair of northport", "who is the chair of Northport?", True),
        ("how many boats in 2020", "how many boats in 2021", False),
        ("how many boats for 1,500", "how many boats for 1500", True),
        ("how many boats in April", "how many boats in June", False),
        ("which boats go north", "which boats go south", False),
        ("when do boats sail", "why do boats sail", False),
        ("which boats in 2020", "which boats to Northport in 2020", True),
        ("which boats to Northport in 2020", "which boats to Northport in 2021", False),
        ("which boats to Northport in 2020", "which boats to Eastbay in 2020", False),
    ],
)
def test_what_each_insists_on_otherwise_keeps_two_apart(one: str, other: str, together: bool) -> None:
    """For this model, all of them are one; other kinds of answers alone are kept apart by a little likeness more."""
    encoder = WordsEncoder("boats chair")
    at = 0.95 if one.startswith("when") else 0.8
    groups = grouped([asked(one), asked(other)], understood, encoder, at)
    assert sorted(map(sorted, texts(groups))) == ([sorted([one, other])] if together else sorted([[one], [other]]))


def test_what_only_one_insists_on_makes_two_a_little_less_alike() -> None:
    questions = [asked("which boats in 2020"), asked("which boats to Northport in 2020")]
    encoder = WordsEncoder("boats")
    assert [len(grouped(questions, understood, encoder, alike_at)) for alike_at in (0.94, 0.96)] == [1, 2]


def test_one_that_names_nothing_does_not_bring_together_what_is_apart() -> None:
    questions = ["who is chair", "who is chair of Northport", "who is chair of Eastbay"]
    groups = grouped([asked(text) for text in questions], understood, WordsEncoder("chair"))
    assert sorted(map(len, texts(groups))) == [1, 2]
    assert not any({"who is chair of Northport", "who is chair of Eastbay"} <= group for group in texts(groups))


def test_the_largest_group_is_first_and_only_so_many_wordings_are_kept() -> None:
    many = [asked(f"where is {'the ' * number}boat", str(number)) for number in range(1, MOST_WORDINGS + 4)]
    groups = grouped([asked("who is chair"), *many, asked("who is chair")], understood, WordsEncoder("boat chair"))
    assert [(group.questions, group.askers, len(group.wordings)) for group in groups] == [
        (MOST_WORDINGS + 3, MOST_WORDINGS + 3, MOST_WORDINGS),
        (2, 1, 1),
    ]


def test_what_cannot_be_looked_up_is_grouped_by_its_words_alone() -> None:
    encoder = WordsEncoder("boat")
    groups = grouped([asked("boat " * MOST_CHARS), asked("where is the boat"), asked("?!")], understood, encoder)
    assert sorted(group.questions for group in groups) == [1, 2]
    assert max(map(len, encoder.asked)) <= MOST_CHARS


WORDS = "boat ferry crew paid who when Northport Eastbay 2020 2021 north south may June".split()
QUESTIONS = st.lists(
    st.builds(
        asked,
        st.lists(st.sampled_from([*WORDS, "\u202e", "?"]), min_size=1, max_size=5).map(" ".join),
        st.sampled_from("abc"),
        st.integers(0, 3),
        st.sampled_from(["One.", "Two."]),
    ),
    max_size=14,
)


@given(QUESTIONS, st.randoms(use_true_random=False))
def test_the_order_of_the_questions_makes_no_difference(questions: list[Unanswered], chance: random.Random) -> None:
    encoder = WordsEncoder("boat ferry crew paid")
    groups = grouped(questions, understood, encoder)
    shuffled = list(questions)
    chance.shuffle(shuffled)
    assert grouped(shuffled, understood, encoder) == groups
    assert sum(group.questions for group in groups) == len(questions)
    assert [group.questions for group in groups] == sorted((group.questions for group in groups), reverse=True)


def slowly_linked(likeness: np.ndarray, at: float) -> list[list[int]]:
    """Average linkage as it is defined: the two likest groups of all are joined, until none are alike enough."""
    groups = [[number] for number in range(len(likeness))]
    while len(groups) > 1:
        mean, one, other = max(
            (float(np.mean(likeness[np.ix_(one, other)])), one, other) for one, other in combinations(groups, 2)
        )
        if mean < at:
            break
        groups = [group for group in groups if group not in (one, other)] + [one + other]
    return sorted(sorted(group) for group in groups)


@given(st.integers(0, 12), st.integers(0, 2**32 - 1), st.floats(0.0, 1.0))
def test_chains_of_neighbours_give_the_groups_of_average_linkage(count: int, seed: int, at: float) -> None:
    chance = np.random.default_rng(seed)
    likeness = chance.random((count, count))
    likeness[chance.random((count, count)) < 0.1] = -np.inf
    likeness = (likeness + likeness.T) / 2
    assert linked(likeness, at) == slowly_linked(likeness, at)


def test_equal_likeness_joins_all_or_nothing() -> None:
    assert linked(np.ones((5, 5)), 1.0) == [[0, 1, 2, 3, 4]]
    assert linked(np.ones((5, 5)), 1.1) == [[0], [1], [2], [3], [4]]


def test_the_real_model_puts_paraphrases_and_typing_errors_together(encoder: Encoder) -> None:
    assistant = Assistant.of([("ferry", "The ferry plan", PLAN.partition("# ")[2])], encoder)
    groups = grouped(
        [
            asked("Who is the clinical chair of Northport?", "a"),
            asked("who is clinical chair of northport", "b"),
            asked("clinical chair of Northprot", "c"),
            asked("Who is the clinical chair of Eastbay?", "a"),
            asked("where can I park my car", "b"),
            asked("Where can i park the car?", "c"),
        ],
        assistant.understood,
        encoder,
    )
    assert [group.questions for group in groups] == [3, 2, 1]
    assert groups[2].wording == "Who is the clinical chair of Eastbay?"
