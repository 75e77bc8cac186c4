"""What a confidence is worth: how often answers are wrong from one threshold up, and how often a promise is kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.evaluate import Outcome

NORMAL_95 = 1.96
"""Standard deviations either side of the mean that hold 95 % of a normal distribution."""
MOST_BINS = 10
FEWEST_IN_BIN = 10
"""Questions; a share of fewer says nothing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The best answer to one question, given or held back."""

    confidence: float
    """Predicted probability that it is right, 0 to 1."""
    right: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """What comes of answering from one confidence up."""

    threshold: float
    asked: int
    answered: int
    wrong: int
    """Of those answered."""

    @property
    def coverage(self) -> float:
        """Answered of those asked, 0 to 1."""
        return self.answered / self.asked if self.asked else 0.0

    @property
    def risk(self) -> float:
        """Wrong of those answered, 0 to 1."""
        return self.wrong / self.answered if self.answered else 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about the same confidence."""

    lowest: float
    highest: float
    predicted: float
    """Their mean confidence."""
    right: int
    count: int

    @property
    def observed(self) -> float:
        """Right of them, 0 to 1."""
        return self.right / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share right lies with 95 % certainty, as few as they are (Wilson's score interval)."""
        square = NORMAL_95**2
        middle = self.observed + square / (2 * self.count)
        spread = NORMAL_95 * math.sqrt(self.observed * (1 - self.observed) / self.count + square / (4 * self.count**2))
        scale = 1 + square / self.count
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def judged(bold: Iterable[Outcome]) -> list[Judged]:
    """The best answers, the most confident first; questions without any evidence have none.

    Args:
        bold: Outcomes with nothing held back.
    """
    given = [
        Judged(outcome.answer.confidence, outcome.right)
        for outcome in bold
        if outcome.answer is not None and outcome.answered
    ]
    return sorted(given, key=lambda answer: (-answer.confidence, not answer.right))


def cut(answers: Sequence[Judged], asked: int, threshold: float) -> Cut:
    """Count what answering from `threshold` up comes to, of all `asked` questions."""
    said = [answer for answer in answers if answer.confidence >= threshold]
    return Cut(threshold, asked, len(said), sum(not answer.right for answer in said))


def served(outcomes: Iterable[Outcome]) -> Cut:
    """Count what was really answered; the threshold is the confidence of the least sure answer given, 1 if none was."""
    asked = [outcome for outcome in outcomes if not outcome.skipped]
    said = [outcome for outcome in asked if outcome.answered]
    least = min((outcome.answer.confidence for outcome in said if outcome.answer is not None), default=1.0)
    return Cut(least, len(asked), len(said), sum(not outcome.right for outcome in said))


def risk_coverage(answers: Sequence[Judged], asked: int) -> list[Cut]:
    """The curve of `cut` as the threshold falls past one confidence after the other."""
    return [cut(answers, asked, threshold) for threshold in sorted({a.confidence for a in answers}, reverse=True)]


def best_possible(answers: Sequence[Judged], asked: int) -> list[Cut]:
    """The same curve if every right answer were more confident than every wrong one."""
    right = sum(answer.right for answer in answers)
    return [Cut(0.0, asked, number, max(0, number - right)) for number in range(1, len(answers) + 1)]


def calibration(answers: Sequence[Judged]) -> list[Bin]:
    """Bins of equal count (give or take one), from the least confident to the most."""
    ordered = sorted(answers, key=lambda answer: (answer.confidence, answer.right))
    number = max(1, min(MOST_BINS, len(ordered) // FEWEST_IN_BIN)) if ordered else 0
    edges = [round(len(ordered) * edge / number) for edge in range(number + 1)] if number else [0]
    return [_bin(ordered[start:end]) for start, end in pairwise(edges)]


def _bin(answers: Sequence[Judged]) -> Bin:
    return Bin(
        lowest=answers[0].confidence,
        highest=answers[-1].confidence,
        predicted=sum(answer.confidence for answer in answers) / len(answers),
        right=sum(answer.right for answer in answers),
        count=len(answers),
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """How far promise and share right lie apart on average, 0 to 1, each bin by its count."""
    total = sum(each.count for each in bins)
    return sum(abs(each.predicted - each.observed) * each.count for each in bins) / total if total else 0.0
