from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate import Outcome, Pair
from bot.report import reliability
from bot.report.reliability import Bin, Cut, Judged
from tests.bot.report.conftest import answered, declined

ANSWERS = [Judged(0.9, True), Judged(0.8, False), Judged(0.8, True), Judged(0.3, False)]
any_answers = st.lists(st.builds(Judged, st.integers(0, 20).map(lambda n: n / 20), st.booleans()), min_size=1)


def test_the_curve_counts_what_is_answered_and_wrong_as_the_threshold_falls() -> None:
    assert reliability.risk_coverage(ANSWERS, 5) == [Cut(0.9, 5, 1, 0), Cut(0.8, 5, 3, 1), Cut(0.3, 5, 4, 2)]
    assert [(point.coverage, point.risk) for point in reliability.risk_coverage(ANSWERS, 5)] == [
        (0.2, 0.0),
        (0.6, 1 / 3),
        (0.8, 0.5),
    ]


def test_in_the_best_order_nothing_is_wrong_until_all_that_is_right_was_said() -> None:
    assert [point.wrong for point in reliability.best_possible(ANSWERS, 5)] == [0, 0, 1, 2]


def test_shares_of_nothing_are_none() -> None:
    assert (Cut(0.5, 0, 0, 0).coverage, Cut(0.5, 0, 0, 0).risk) == (0.0, 0.0)
    assert reliability.risk_coverage([], 3) == reliability.best_possible([], 3) == []
    assert reliability.calibration([]) == []
    assert reliability.calibration_error([]) == 0.0


def test_what_was_served_is_counted_with_its_least_sure_answer_and_without_what_was_skipped() -> None:
    pair = Pair(id="p", question="When does it start?")
    outcomes = [
        Outcome(pair, answered(confidence=0.7), ""),
        Outcome(pair, answered(confidence=0.4), "Wrong."),
        Outcome(pair, declined(confidence=0.6), "Declined."),
        Outcome(pair, None, ""),
    ]
    assert reliability.served(outcomes) == Cut(0.4, 3, 2, 1)
    assert reliability.served(outcomes[2:]) == Cut(1.0, 1, 0, 0)


def test_the_best_answers_are_judged_the_surest_first_and_a_question_without_evidence_has_none() -> None:
    pair = Pair(id="p", question="When does it start?")
    bold = [
        Outcome(pair, answered(confidence=0.1), "Wrong."),
        Outcome(pair, answered(confidence=0.6), ""),
        Outcome(pair, declined(confidence=0.0), "Declined."),
        Outcome(pair, None, ""),
    ]
    assert reliability.judged(bold) == [Judged(0.6, True), Judged(0.1, False)]


def test_bins_hold_equal_counts_from_the_least_sure_to_the_surest() -> None:
    answers = [Judged(number / 100, number % 2 == 0) for number in range(25)]
    low, high = reliability.calibration(answers)
    assert (low.lowest, low.highest, low.right, low.count) == (0.0, 0.11, 6, 12)
    assert (high.lowest, high.highest, high.right, high.count) == (0.12, 0.24, 7, 13)
    assert low.predicted == pytest.approx(0.055)
    assert low.observed == 0.5


def test_few_answers_share_one_bin_and_many_ten() -> None:
    assert [each.count for each in reliability.calibration(ANSWERS)] == [4]
    assert [each.count for each in reliability.calibration(ANSWERS * 300)] == [120] * 10


@pytest.mark.parametrize(
    ("right", "count", "interval"),
    [(0, 10, (0.0, 0.2775)), (5, 10, (0.2366, 0.7634)), (81, 263, (0.2553, 0.3662)), (10, 10, (0.7225, 1.0))],
)
def test_the_interval_is_wilsons(right: int, count: int, interval: tuple[float, float]) -> None:
    """The third is worked out in Newcombe's paper of 1998, table I."""
    assert Bin(0, 1, 0.5, right, count).interval == pytest.approx(interval, abs=0.00005)


def test_the_error_is_the_mean_distance_of_promise_and_outcome() -> None:
    assert reliability.calibration_error([Bin(0, 1, 0.2, 3, 10), Bin(0, 1, 0.9, 24, 30)]) == pytest.approx(0.1)


@given(any_answers, st.integers(0, 5))
def test_curves_hold_for_any_answers(answers: list[Judged], without_evidence: int) -> None:
    asked = len(answers) + without_evidence
    curve = reliability.risk_coverage(answers, asked)
    best = reliability.best_possible(answers, asked)
    assert [point.answered for point in curve] == sorted({point.answered for point in curve})
    assert curve[-1].answered == best[-1].answered == len(answers)
    assert curve[-1].wrong == best[-1].wrong == sum(not answer.right for answer in answers)
    assert all(best[point.answered - 1].risk <= point.risk for point in curve)


@given(any_answers)
def test_bins_hold_every_answer_once(answers: list[Judged]) -> None:
    bins = reliability.calibration(answers)
    assert sum(each.count for each in bins) == len(answers)
    assert sum(each.right for each in bins) == sum(answer.right for answer in answers)
    assert max(each.count for each in bins) - min(each.count for each in bins) <= 1
    for each in bins:
        assert each.lowest - 1e-9 <= each.predicted <= each.highest + 1e-9
        assert each.interval[0] <= each.observed <= each.interval[1]
