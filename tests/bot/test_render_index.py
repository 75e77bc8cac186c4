"""What people see of the snapshots, and of the record."""

from __future__ import annotations

from datetime import UTC, datetime

from bot import render_index
from bot.record import Entry
from index.store import Snapshot
from index.types import Manifest
from tests.bot.test_render import lines


def manifest(version: str = "v0002") -> Manifest:
    return Manifest(
        version=version,
        created=datetime(2021, 3, 4, 5, 6, tzinfo=UTC),
        model="all-MiniLM-L6-v2",
        fingerprint="f",
        backend="words",
        dimension=2,
        cutter=1,
        sources={"a": "0"},
        passages=7,
        tokens=9,
        checksums={},
    )


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
