"""The report on the known pairs as one page of HTML, which needs nothing from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.answer.types import UNANSWERED_PART
from bot.evaluate import Outcome, Report, Tally
from bot.report import charts, reliability
from bot.report.reliability import Bin, Cut
from index.types import Manifest
from knowledge.text import single_spaced
from knowledge.types import spoken_date

THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Of P(right), in the table under the curve."""
SORTS = (
    ((True, True), "wrong", "Answered, and not rightly"),
    ((True, False), "unsupported", "Answered, though the documents do not say"),
    ((False, True), "declined", "Declined, though the documents say it"),
)
"""Of failures: whether something was said, whether the documents say it; a name, a title."""


@dataclass(frozen=True, slots=True)
class About:
    """What was evaluated, when, and against which gate."""

    made: datetime
    files: tuple[str, ...]
    """Names of the files of pairs."""
    manifest: Manifest
    gate_right: float
    """Share of the answerable that must be right, 0 to 1."""
    gate_declined: float
    """Share of the others that must be declined, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One pair that went wrong, and what would have been said had nothing been held back."""

    outcome: Outcome
    held_back: Outcome | None
    """None if something was said, or if there was no evidence at all."""


@dataclass(frozen=True, slots=True)
class Group:
    """Failures of one sort."""

    id: str
    title: str
    failures: tuple[Failure, ...]


def page(report: Report, bold: Report, about: About) -> str:
    """Write the page.

    Args:
        report: What was said.
        bold: What would have been said with nothing held back, for the same pairs in the same order.
        about: What was evaluated, when, and against which gate.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(unanswered_part=UNANSWERED_PART)
    environment.filters.update(percent=_percent, moment=_moment, spoken_date=spoken_date, single_spaced=single_spaced)
    answers = reliability.judged(bold.outcomes)
    served = reliability.served(report.outcomes)
    bins = reliability.calibration(answers)
    return environment.get_template("page.html").render(
        about=about,
        passed=report.passes(about.gate_right, about.gate_declined),
        skipped=report.skipped,
        right=report.tally(True),
        declined=report.tally(False),
        tables=[
            ("Questions that the documents answer", _with_total(report, True)),
            ("Questions that the documents do not answer", _with_total(report, False)),
        ],
        served=served,
        evidence=len(answers),
        cuts=[reliability.cut(answers, served.asked, threshold) for threshold in THRESHOLDS],
        bins=bins,
        error=reliability.calibration_error(bins),
        risk_coverage=_risk_coverage(answers, served) if answers else "",
        calibration=charts.calibration(bins, _described(bins)) if answers else "",
        groups=_groups(report, bold),
    )


def _with_total(report: Report, answerable: bool) -> list[Tally]:
    tallies = sorted(
        (tally for tally in report.by_category() if tally.answerable is answerable), key=lambda tally: -tally.share
    )
    return [*tallies, report.tally(answerable)] if tallies else []


def _risk_coverage(answers: Sequence[reliability.Judged], served: Cut) -> str:
    curve = reliability.risk_coverage(answers, served.asked)
    described = (
        f"Risk-coverage curve. As it answers now, {_percent(served.coverage)} of all questions are answered and "
        f"{_percent(served.risk)} of those answers are wrong. With no threshold, {_percent(curve[-1].coverage)} are "
        f"answered and {_percent(curve[-1].risk)} are wrong. The table below has the points between."
    )
    return charts.risk_coverage(curve, reliability.best_possible(answers, served.asked), served, described)


def _described(bins: Sequence[Bin]) -> str:
    points = "; ".join(f"{_percent(each.predicted)} predicted, {_percent(each.observed)} right" for each in bins)
    return f"Calibration plot, from the least confident group of questions to the most: {points}."


def _groups(report: Report, bold: Report) -> list[Group]:
    """Failures by sort, in each the most confident first: the worst mistakes, and what was declined most narrowly."""
    failures = [
        Failure(outcome, freely if freely.answered and not outcome.answered else None)
        for outcome, freely in zip(report.outcomes, bold.outcomes, strict=True)
        if outcome.problem
    ]
    failures.sort(key=lambda failure: -failure.outcome.answer.confidence if failure.outcome.answer else 0.0)
    return [
        Group(id, title, tuple(f for f in failures if (f.outcome.answered, f.outcome.pair.answerable) == sort))
        for sort, id, title in SORTS
    ]


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _moment(moment: datetime) -> str:
    there = moment.astimezone(UTC)
    return f"{there.day} {there:%B %Y, %H:%M} UTC"
