"""Which pairs fare otherwise on a new index, and which of them have to be asked of the live one again."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.types import Answer
from bot.compare import Difference, Kind, differences, kept, known, unasked
from bot.evaluate import Outcome, Pair, Report
from knowledge.audience import Audience
from tests.bot.test_render import citation, said

FIRST = Pair(id="first", question="When does it start?", must_contain=("May",))
SECOND = Pair(id="second", question="And where?", follows="first")
THIRD = Pair(id="third", question="Who steers it?", answerable=False)
PAIRS = (FIRST, SECOND, THIRD)


def outcome(pair: Pair, document: str = "ferry", problem: str = "") -> Outcome:
    return Outcome(pair, said(citations=(citation(document=document),)), problem)


def declined(pair: Pair, problem: str = "") -> Outcome:
    return Outcome(pair, Answer.model_validate(said().model_dump() | {"abstained": True, "citations": ()}), problem)


def report(*outcomes: Outcome) -> Report:
    return Report(outcomes)


BEFORE = report(outcome(FIRST), outcome(SECOND), declined(THIRD))


class LiveIndex:
    """Answers from an earlier report, and remembers who was asked for."""

    def __init__(self, before: Report) -> None:
        self.before = {each.pair.id: each for each in before.outcomes}
        self.asked: list[str] = []

    def __call__(self, pairs: Sequence[Pair]) -> Report:
        self.asked += [pair.id for pair in pairs]
        return Report(tuple(self.before[pair.id] for pair in pairs))


def compared(before: Report, now: Report, *, remembered: bool = True) -> tuple[list[tuple[Kind, str]], list[str]]:
    live = LiveIndex(before)
    found = differences(now, known(kept(before)) if remembered else {}, live)
    return [(one.kind, one.now.pair.id) for one in found], live.asked


def test_nothing_is_asked_again_where_nothing_differs() -> None:
    assert compared(BEFORE, BEFORE) == ([], [])
    assert compared(BEFORE, BEFORE, remembered=False) == ([], ["first", "second", "third"])


def test_what_differs_is_asked_again_with_the_turns_before_it() -> None:
    now = report(outcome(FIRST), outcome(SECOND, problem="The answer lacks Eastbay."), declined(THIRD))
    assert compared(BEFORE, now) == ([(Kind.WRONG, "second")], ["first", "second"])
    assert compared(now, BEFORE) == ([(Kind.RIGHT, "second")], ["first", "second"])


def test_another_source_of_a_right_answer_is_a_difference_and_of_a_wrong_one_none() -> None:
    now = report(outcome(FIRST, "fair"), outcome(SECOND), outcome(THIRD, problem="Answered."))
    assert compared(BEFORE, now)[0] == [(Kind.SOURCES, "first"), (Kind.WRONG, "third")]
    worse = report(outcome(FIRST, "x", "It lacks May."), outcome(SECOND), outcome(THIRD, "y", "Answered."))
    other = report(outcome(FIRST, "z", "It lacks May."), outcome(SECOND), outcome(THIRD, "z", "Answered."))
    assert compared(worse, other)[0] == []


def test_a_pair_whose_documents_come_is_newly_right_or_wrong_and_one_whose_documents_go_is_neither() -> None:
    without = report(outcome(FIRST), outcome(SECOND), Outcome(THIRD, None, ""))
    assert compared(without, BEFORE)[0] == [(Kind.RIGHT, "third")]
    wrong = report(outcome(FIRST), outcome(SECOND), outcome(THIRD, problem="Answered."))
    assert compared(without, wrong)[0] == [(Kind.WRONG, "third")]
    assert compared(BEFORE, without) == ([], [])


def test_a_pair_that_was_changed_or_follows_a_changed_one_is_asked_again() -> None:
    changed = FIRST.model_copy(update={"question": "When will it start?"})
    live = LiveIndex(report(outcome(changed), outcome(SECOND), declined(THIRD)))
    now = report(outcome(changed), outcome(SECOND), declined(THIRD))
    assert differences(now, known(kept(BEFORE)), live) == ()
    assert live.asked == ["first", "second"]


def test_both_answers_are_at_hand() -> None:
    now = report(outcome(FIRST, "fair"), outcome(SECOND), declined(THIRD))
    (found,) = differences(now, known(kept(BEFORE)), LiveIndex(BEFORE))
    assert found == Difference(Kind.SOURCES, BEFORE.outcomes[0], now.outcomes[0])


def test_what_is_kept_has_no_words_and_what_cannot_be_read_is_as_if_nothing_was_kept() -> None:
    written = kept(BEFORE)
    assert [words for words in (b"start", b"Monday", b"first") if words in written] == []
    assert known(None) == known(b"[1") == known(b'{"a": {"right": 2}}') == {}


def test_pairs_that_are_new_or_changed_are_counted_but_for_those_that_would_be_skipped() -> None:
    fared = known(kept(BEFORE))

    def nothing(audience: Audience) -> tuple[str, ...]:
        return ("pay",) if audience == {"HR"} else ()

    def ferry(audience: Audience) -> tuple[str, ...]:
        return ("ferry", *nothing(audience))

    assert unasked(PAIRS, fared, nothing) == 0
    assert unasked((*PAIRS, Pair(id="new", question="Who pays?", sources=("ferry",))), fared, ferry) == 1
    elsewhere = Pair(id="new", question="Who pays?", sources=("fair",))
    assert unasked((*PAIRS, elsewhere, Pair(id="then", question="Why?", follows="new")), fared, ferry) == 0
    changed = FIRST.model_copy(update={"must_contain": ("June",)})
    assert unasked((changed, SECOND, THIRD), fared, nothing) == 2  # SECOND follows it
    assert unasked(PAIRS, {}, nothing) == 0
    pay = Pair(id="pay", question="Who pays?", sources=("pay",))
    limited = pay.model_copy(update={"audience": "HR"})
    assert (unasked((*PAIRS, pay), fared, ferry), unasked((*PAIRS, limited), fared, ferry)) == (0, 1)


def test_a_pair_of_an_audience_is_another_one_than_that_of_all_staff() -> None:
    limited = tuple(pair.model_copy(update={"audience": "HR"}) for pair in PAIRS)
    assert unasked(limited, known(kept(BEFORE)), lambda audience: ("ferry", "fair")) == len(PAIRS)
