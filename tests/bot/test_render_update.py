"""What people see of an update, before it, and after it."""

from __future__ import annotations

import pytest

from bot import render_update
from bot.answer.types import Answer
from bot.compare import Difference, Kind
from bot.evaluate import Outcome, Pair, Report
from bot.update import Plan, Updated
from index.types import Changes
from tests.bot.test_render import lines, said
from tests.bot.test_render_index import manifest

PLANNED = Changes(added=("a", "b"), changed=(), removed=("c",), kept=("d",))
PLANNED_LINES = ["   added 2  a, b", " changed 0", " removed 1  c", "    kept 1"]


def report() -> Report:
    right = Outcome(Pair(id="p", category="days", question="When does it start?"), said(), "")
    wrong = Outcome(Pair(id="q", category="days", question="When does it end?"), said(), "The answer lacks June.")
    skipped = Outcome(Pair(id="r", question="What else is there?", sources=("z",)), None, "")
    return Report((right, wrong, skipped))


PAIR = Pair(id="p", question="When does it start?")
DECLINED = Answer.model_validate(said().model_dump() | {"abstained": True, "reason": "No document says.", "text": ""})


def test_a_plan_names_what_changes_and_how_long_it_may_take() -> None:
    assert lines(render_update.plan(Plan(PLANNED, None))) == PLANNED_LINES
    assert lines(render_update.plan(Plan(PLANNED, 21.0)))[4:] == ["By the updates before, this takes about 20 s."]
    nothing = Changes((), (), (), ("d",))
    assert lines(render_update.plan(Plan(nothing, 21.0)))[3:] == ["    kept 1"]
    anew = Changes((), (), (), ("d",), rebuild="the model is now x; the index was built with y")
    assert lines(render_update.plan(Plan(anew, None)))[4:] == [
        "Everything is read and cut anew: the model is now x; the index was built with y."
    ]


def test_a_plan_of_many_documents_names_the_first_of_them() -> None:
    many = Changes(tuple(f"d{number}" for number in range(10_000)), (), (), ())
    shown = " ".join(lines(render_update.plan(Plan(many, None)), 200)[:1])
    assert shown == f"   added 10000  {', '.join(f'd{number}' for number in range(20))} and 9980 more"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "a few seconds"),
        (9.9, "a few seconds"),
        (10.0, "about 10 s"),
        (84.0, "about 80 s"),
        (95.0, "about 2 minutes"),
        (2700.0, "about 45 minutes"),
        (5500.0, "about 2 hours"),
    ],
)
def test_a_duration_is_no_more_exact_than_what_is_known(seconds: float, words: str) -> None:
    assert render_update.duration(seconds) == words


def test_a_published_update_names_its_snapshot_and_the_known_pairs() -> None:
    done = Updated(PLANNED, manifest(), report(), published=True)
    summary = (
        "Known pairs: 1 of 2 answerable right (50%), no not answerable; 1 skipped for lack of their documents (r)."
    )
    assert lines(render_update.updated(done), 120) == [summary, "Published v0002: 7 passages."]
    forced = Updated(PLANNED, manifest(), report(), passes=False, published=True)
    assert lines(render_update.updated(forced), 120)[-2:] == [
        "Published v0002: 7 passages.",
        "It was forced: the known pairs fail.",
    ]
    dry = Updated(PLANNED, manifest(""), report())
    assert lines(render_update.updated(dry), 120) == [summary, "Nothing was published: this was a dry run."]


def test_an_update_that_is_not_published_shows_what_failed() -> None:
    shown = lines(render_update.updated(Updated(PLANNED, manifest(""), report(), passes=False)), 120)
    assert shown == [
        "Category  asked  right  declined  share",
        "days          2      1         0    50%",
        "",
        "q: When does it end?",
        "    The answer lacks June.",
        "    Said: These are: • Monday (ferry)",
        "",
        "Known pairs: 1 of 2 answerable right (50%), no not answerable; 1 skipped for lack of their documents (r).",
    ]


def test_of_very_many_failures_and_skipped_pairs_some_are_shown() -> None:
    skipped = tuple(Outcome(Pair(id=f"s{number}", question="Who?"), None, "") for number in range(7))
    failed = tuple(Outcome(Pair(id=f"f{n}", question="Who?"), DECLINED, "Declined.") for n in range(23))
    shown = lines(render_update.updated(Updated(PLANNED, manifest(""), Report(skipped + failed), passes=False)), 120)
    assert [line for line in shown if line.startswith("f")] == [f"f{number}: Who?" for number in range(20)]
    assert "3 more failed; --json has them all." in shown
    assert " ".join(shown).endswith("7 skipped for lack of their documents (s0, s1, s2, s3, s4 and 2 more).")


def test_what_the_known_pairs_say_otherwise_is_shown_beside_what_they_said() -> None:
    right, wrong = Outcome(PAIR, said(), ""), Outcome(PAIR, DECLINED, "Declined: No document says.")
    missing = Outcome(PAIR, None, "")
    both = (Difference(Kind.WRONG, right, wrong), Difference(Kind.RIGHT, missing, right))
    done = Updated(PLANNED, manifest(), Report(()), both, published=True)
    assert lines(render_update.updated(done)) == [
        "Newly wrong: p",
        "    When does it start?",
        "    before: These are: • Monday (ferry)",
        "    now: declined: No document says.",
        "Newly right: p",
        "    When does it start?",
        "    before: not asked, as documents that it rests on were not there.",
        "    now: These are: • Monday (ferry)",
        "There are no known pairs, so nothing checks the index: add some to",
        "questions.yaml.",
        "Published v0002: 7 passages.",
    ]
    assert render_update.plain(done)["differences"] == [
        {
            "id": "p",
            "question": "When does it start?",
            "kind": "newly wrong",
            "before": "These are: • Monday (ferry)",
            "now": "declined: No document says.",
            "documents_before": ("ferry",),
            "documents_now": (),
        },
        {
            "id": "p",
            "question": "When does it start?",
            "kind": "newly right",
            "before": "not asked, as documents that it rests on were not there.",
            "now": "These are: • Monday (ferry)",
            "documents_before": (),
            "documents_now": ("ferry",),
        },
    ]
    many = Updated(PLANNED, manifest(), Report(()), both * 11, published=True)
    assert lines(render_update.updated(many), 120)[-3] == "2 more pairs differ; --json has them all."
