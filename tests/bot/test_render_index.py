"""What people see of an update, of the snapshots, and of the record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot import render_index
from bot.answer.types import Answer
from bot.compare import Difference, Kind
from bot.evaluate import Outcome, Pair, Report
from bot.record import Entry
from bot.update import Plan, Updated
from index.store import Snapshot
from index.types import Changes, Manifest
from tests.bot.test_render import lines, said


def manifest(version: str = "v0002") -> Manifest:
    return Manifest(
        version=version,
        created=datetime(2021, 3, 4, 5, 6, tzinfo=UTC),
        model="all-MiniLM-L6-v2",
        fingerprint="f",
        dimension=2,
        cutter=1,
        sources={"a": "0"},
        passages=7,
        tokens=9,
        checksums={},
    )


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
    assert lines(render_index.plan(Plan(PLANNED, None))) == PLANNED_LINES
    assert lines(render_index.plan(Plan(PLANNED, 21.0)))[4:] == ["By the updates before, this takes about 20 s."]
    nothing = Changes((), (), (), ("d",))
    assert lines(render_index.plan(Plan(nothing, 21.0)))[3:] == ["    kept 1"]
    anew = Changes((), (), (), ("d",), rebuild="the model is now x; the index was built with y")
    assert lines(render_index.plan(Plan(anew, None)))[4:] == [
        "Everything is read and cut anew: the model is now x; the index was built with y."
    ]


def test_a_plan_of_many_documents_names_the_first_of_them() -> None:
    many = Changes(tuple(f"d{number}" for number in range(10_000)), (), (), ())
    shown = " ".join(lines(render_index.plan(Plan(many, None)), 200)[:1])
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
    assert render_index.duration(seconds) == words


def test_a_published_update_names_its_snapshot_and_the_known_pairs() -> None:
    done = Updated(PLANNED, manifest(), report(), published=True)
    summary = (
        "Known pairs: 1 of 2 answerable right (50%), no not answerable; 1 skipped for lack of their documents (r)."
    )
    assert lines(render_index.updated(done), 120) == [summary, "Published v0002: 7 passages."]
    forced = Updated(PLANNED, manifest(), report(), passes=False, published=True)
    assert lines(render_index.updated(forced), 120)[-2:] == [
        "Published v0002: 7 passages.",
        "It was forced: the known pairs fail.",
    ]
    dry = Updated(PLANNED, manifest(""), report())
    assert lines(render_index.updated(dry), 120) == [summary, "Nothing was published: this was a dry run."]


def test_an_update_that_is_not_published_shows_what_failed() -> None:
    shown = lines(render_index.updated(Updated(PLANNED, manifest(""), report(), passes=False)), 120)
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
    shown = lines(render_index.updated(Updated(PLANNED, manifest(""), Report(skipped + failed), passes=False)), 120)
    assert [line for line in shown if line.startswith("f")] == [f"f{number}: Who?" for number in range(20)]
    assert "3 more failed; --json has them all." in shown
    assert " ".join(shown).endswith("7 skipped for lack of their documents (s0, s1, s2, s3, s4 and 2 more).")


def test_what_the_known_pairs_say_otherwise_is_shown_beside_what_they_said() -> None:
    right, wrong = Outcome(PAIR, said(), ""), Outcome(PAIR, DECLINED, "Declined: No document says.")
    missing = Outcome(PAIR, None, "")
    both = (Difference(Kind.WRONG, right, wrong), Difference(Kind.RIGHT, missing, right))
    done = Updated(PLANNED, manifest(), Report(()), both, published=True)
    assert lines(render_index.updated(done)) == [
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
    assert render_index.plain(done)["differences"] == [
        {
            "id": "p",
            "question": "When does it start?",
            "kind": "newly wrong",
            "before": "These are: • Monday (ferry)",
            "now": "declined: No document says.",
        },
        {
            "id": "p",
            "question": "When does it start?",
            "kind": "newly right",
            "before": "not asked, as documents that it rests on were not there.",
            "now": "These are: • Monday (ferry)",
        },
    ]
    many = Updated(PLANNED, manifest(), Report(()), both * 11, published=True)
    assert lines(render_index.updated(many), 120)[-3] == "2 more pairs differ; --json has them all."


FORCED = Entry(
    when=datetime(2021, 3, 4, 5, 6, tzinfo=UTC),
    who="ann@harbour",
    what="update",
    version="v0002",
    published=True,
    forced=True,
    because="The pairs are old.",
    added=("fair",),
    answerable=3,
    right=1,
    unanswerable=1,
    declined=1,
)


def test_snapshots_are_listed_with_who_published_them_and_why() -> None:
    known = [
        Snapshot("v0002", manifest(), True, "", True),
        Snapshot("v0001", None, False, "It is damaged: no manifest.", True),
    ]
    assert lines(render_index.snapshots(known, {"v0002": FORCED})) == [
        "v0002  live  2021-03-04 05:06 UTC, 1 document, 7 passages, all-MiniLM-L6-v2",
        "    by ann@harbour, forced, because: The pairs are old.",
        "v0001",
        "    It is damaged: no manifest.",
    ]
    assert lines(render_index.snapshots([], {})) == ["There is no index yet. Build it with `merger-bot index update`."]


def test_the_record_is_shown_with_what_was_done() -> None:
    refused = FORCED.model_copy(update={"published": False, "forced": False, "because": "", "version": ""})
    back = Entry(when=FORCED.when, who="bob@harbour", what="rollback", version="v0001", published=True)
    assert lines(render_index.history([back, FORCED, refused])) == [
        "2021-03-04 05:06 UTC  rollback v0001  by bob@harbour",
        "2021-03-04 05:06 UTC  update v0002  by ann@harbour, forced, because: The pairs",
        "are old.",
        "    added fair; known pairs right 2 of 4",
        "2021-03-04 05:06 UTC  update, not published  by ann@harbour",
        "    added fair; known pairs right 2 of 4",
    ]
    assert lines(render_index.history([])) == ["Nothing is on record yet."]
