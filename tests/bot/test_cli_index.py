"""The commands that look after the index, as people and programs use them."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

import pytest

from bot.record import who
from index.types import Manifest
from tests.bot.conftest import FAIR, PAIRS, Home

WHEN = "When does the new ferry start?"
FAIR_WHEN = "When does the spring fair open?"
FAIR_SAYS = "The spring fair opens on the market square on 12 April 2021."
PLAN = "   added 1  fair\n changed 0\n removed 0\n    kept 1\n"
NOTHING = "   added 0\n changed 0\n removed 0\n    kept 2\nNothing to do.\n"
STEPS = (
    "1 of 1 documents read.\n1 of 1 passages encoded.\n4 of 4 known pairs asked.\n"
    "1 of 1 known pairs asked of the live index.\n"
)
NOT_PUBLISHED = (
    "Not published: the known pairs fail. The index that was live stays. "
    '`--force --because "..."` publishes all the same.\n'
)


@pytest.fixture
def waiting(home: Home) -> Home:
    """A home with a document that is not in the index yet."""
    file = home.folder.parent / "fair.md"
    file.write_text(FAIR, "utf-8")
    assert home.run("documents", "add", file).code == 0
    return home


@pytest.fixture
def failing(waiting: Home) -> Home:
    """The same, with known pairs that it does not pass."""
    (waiting.folder / "questions.yaml").write_text(PAIRS.replace("3 may", "4 may"), "utf-8")
    return waiting


def test_an_update_shows_its_plan_what_has_changed_in_the_answers_and_what_it_published(waiting: Home) -> None:
    dry = waiting.run("index", "update", "--dry-run")
    differences = (
        "Newly right: fair\n    When does the spring fair open?\n"
        "    before: not asked, as documents that it rests on were not there.\n"
        f"    now: {FAIR_SAYS} (fair)\n"
        "Known pairs: 3 of 3 answerable right (100%), 1 of 1 not answerable declined\n(100%).\n"
    )
    expected = re.escape(PLAN) + r"By the updates before, this takes .+\.\n" + re.escape(differences)
    assert re.fullmatch(expected + re.escape("Nothing was published: this was a dry run.\n"), dry.out)
    assert (dry.code, dry.err) == (0, STEPS)
    assert waiting.ask(WHEN)["index_version"] == "v0001"
    updated = waiting.run("index", "update")
    assert re.fullmatch(expected + re.escape("Published v0002: 2 passages.\n"), updated.out)
    assert (updated.code, updated.err) == (0, STEPS)
    again = waiting.run("index", "update")
    assert (again.code, again.out, again.err) == (0, NOTHING, "")


def test_snapshots_are_listed_verified_and_gone_back_to(waiting: Home) -> None:
    waiting.run("index", "update")
    by = re.escape(f"    by {who()}\n")
    listed = waiting.run("index", "list").out
    assert re.fullmatch(rf"v0002  live  20.+, 2 passages, .+\n{by}v0001  20.+, 1 passage, .+\n{by}", listed)
    assert re.fullmatch(r"v0002 is sound: \d+ files, 2 passages\.\n", waiting.run("index", "verify").out)
    back = waiting.run("index", "rollback")
    assert (back.code, back.out, back.err) == (0, "Live is now v0001.\n", "")
    assert waiting.run("index", "verify", "v0002").out.startswith("v0002 is sound")
    done = [(entry["what"], entry["version"]) for entry in waiting.run("index", "history", "--json").json]
    assert done == [("rollback", "v0001"), ("update", "v0002"), ("update", "v0001")]
    history = waiting.run("index", "history").out
    assert [line.split("UTC  ")[1] for line in history.splitlines() if "UTC" in line] == [
        f"rollback v0001  by {who()}",
        f"update v0002  by {who()}",
        f"update v0001  by {who()}",
    ]


def test_going_back_to_an_index_with_a_document_that_was_removed_says_so(waiting: Home) -> None:
    waiting.run("index", "update")
    waiting.run("documents", "remove", "fair")
    assert waiting.run("index", "update").code == 0
    back = waiting.run("index", "rollback")
    assert (back.code, back.out) == (0, "Live is now v0002.\n")
    assert back.err == "It has what was removed or withdrawn since, which nobody is quoted: fair.\n"
    assert waiting.run("index", "rollback", "v0003", "--json").json == [{"live": "v0003", "stale": []}]


def test_in_json_everything_is_one_object_a_line(waiting: Home) -> None:
    (planned,) = waiting.run("index", "update", "--dry-run", "--json").json
    changes = {"added": ["fair"], "changed": [], "removed": [], "kept": ["ferry"], "rebuild": ""}
    difference = {
        "id": "fair",
        "question": FAIR_WHEN,
        "kind": "newly right",
        "before": "not asked, as documents that it rests on were not there.",
        "now": f"{FAIR_SAYS} (fair)",
        "documents_before": [],
        "documents_now": ["fair"],
    }
    done = {
        "changes": changes,
        "passes": True,
        "failed": [],
        "unreadable": [],
        "differences": [difference],
        "unasked": 0,
    }
    assert planned == done | {"published": False, "manifest": planned["manifest"]}
    assert planned["manifest"]["version"] == ""
    (updated,) = waiting.run("index", "update", "--json").json
    assert updated == done | {"published": True, "manifest": updated["manifest"]}
    assert Manifest.model_validate(updated["manifest"]).version == "v0002"
    newest, oldest = waiting.run("index", "list", "--json").json
    assert [(one["version"], one["live"]) for one in (newest, oldest)] == [("v0002", True), ("v0001", False)]
    assert (newest["published_by"]["who"], newest["published_by"]["added"]) == (who(), ["fair"])
    (sound,) = waiting.run("index", "verify", "--json").json
    assert sound == updated["manifest"]
    assert waiting.run("index", "rollback", "v0001", "--json").json == [{"live": "v0001", "stale": []}]


def test_an_update_under_the_gate_says_what_failed_and_leaves_the_live_index(failing: Home) -> None:
    ran = failing.run("index", "update")
    assert ran.code == 1
    assert ran.err.endswith(NOT_PUBLISHED)
    assert "ferry-start: When does the new ferry start?\n    The answer lacks 4 may 2022.\n" in ran.out
    dry = failing.run("index", "update", "--dry-run")
    assert dry.code == 1
    assert dry.err.endswith("It would not be published: the known pairs fail.\n")
    again = failing.run("index", "update", "--json")
    assert again.code == 1
    assert again.json[0]["failed"] == [{"id": "ferry-start", "problem": "The answer lacks 4 may 2022."}]
    assert failing.ask(WHEN)["index_version"] == "v0001"
    tried = failing.run("index", "history", "--json").json[0]
    assert (tried["published"], tried["version"], tried["failed"]) == (False, "", ["ferry-start"])


def test_an_update_is_forced_with_a_reason_that_is_on_record(failing: Home) -> None:
    ran = failing.run("index", "update", "--force", "--because", " The pairs\nare old. ")
    assert ran.code == 0
    assert ran.out.endswith("Published v0002: 2 passages.\nIt was forced: the known pairs fail.\n")
    assert failing.ask(WHEN)["index_version"] == "v0002"
    assert f"    by {who()}, forced, because: The pairs are old.\n" in failing.run("index", "list").out
    entry = failing.run("index", "history", "--json").json[0]
    assert datetime.fromisoformat(entry.pop("when")).tzinfo is not None
    assert {name: entry[name] for name in ("who", "what", "version", "published", "forced", "because")} == {
        "who": who(),
        "what": "update",
        "version": "v0002",
        "published": True,
        "forced": True,
        "because": "The pairs are old.",
    }
    tallies = {name: entry[name] for name in ("added", "answerable", "right", "unanswerable", "declined", "failed")}
    assert tallies == {
        "added": ["fair"],
        "answerable": 3,
        "right": 2,
        "unanswerable": 1,
        "declined": 1,
        "failed": ["ferry-start"],
    }
    written = (failing.folder / "updates.jsonl").read_text("utf-8")
    assert [words for words in (WHEN, FAIR_WHEN, "3 May", "12 April") if words in written] == []


def test_what_passes_is_not_called_forced(waiting: Home) -> None:
    assert waiting.run("index", "update", "--force", "--because", "To be sure.").code == 0
    entry = waiting.run("index", "history", "--json").json[0]
    assert (entry["forced"], entry["because"]) == (False, "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--force"], '--force needs a reason, which is written down: --force --because "the pairs are out of date".'),
        (["--force", "--because", " "], "--force needs a reason, which is written down: "),
        (["--because", "x"], "--because says why an update is forced. Give --force, too, or leave it out."),
    ],
)
def test_a_reason_and_force_go_together(failing: Home, words: list[str], told: str) -> None:
    ran = failing.run("index", "update", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(told)
    assert failing.ask(WHEN)["index_version"] == "v0001"


def test_a_document_that_cannot_be_read_is_listed_and_stops_no_other(waiting: Home) -> None:
    """The new one is left out; of the changed one the index keeps the version that it has; a third goes in."""
    folder = waiting.folder.parent
    (folder / "ferry.md").write_text("# The ferry\n\nThe new ferry starts on 9 June 2023.\n", "utf-8")
    (folder / "market.md").write_text("# The market\n\nThe fish market opens on 7 May 2021.\n", "utf-8")
    assert waiting.run("documents", "add", folder / "ferry.md", folder / "market.md").code == 0
    for name in ("ferry.md", "fair.md"):
        (waiting.folder / "documents" / name).write_text("damaged")
    ran = waiting.run("index", "update")
    assert ran.code == 1
    assert ran.out.startswith("   added 2  fair, market\n changed 1  ferry\n")
    assert ran.out.endswith("Published v0002: 2 passages.\n")
    original = waiting.folder / "documents"
    told = "is missing or has been changed. Add the file again with `merger-bot documents add`, or remove it."
    assert ran.err.splitlines()[-2:] == [
        f"fair: The original {original / 'fair.md'} of fair {told} It is not in the index.",
        f"ferry: The original {original / 'ferry.md'} of ferry {told} The version of it that the index holds stays.",
    ]
    assert "3 May 2022" in waiting.ask(WHEN)["text"]
    assert "7 May 2021" in waiting.ask("When does the fish market open?")["text"]
    again = waiting.run("index", "update", "--json")
    assert again.code == 1
    (done,) = again.json
    assert (done["manifest"], done["published"]) == (None, False)
    assert [(one["id"], one["kept"]) for one in done["unreadable"]] == [("fair", False), ("ferry", True)]
    assert waiting.run("documents", "add", folder / "ferry.md", folder / "fair.md").code == 0
    assert waiting.run("index", "update").out.startswith("   added 1  fair\n changed 1  ferry\n")


def test_a_pair_that_is_added_to_the_home_counts_from_then_on(waiting: Home) -> None:
    pairs = waiting.folder / "questions.yaml"
    more = "- id: tickets\n  question: How much is a ticket for the spring fair?\n  must_contain: ['nine pounds']\n"
    pairs.write_text(PAIRS + more + "  sources: [fair]\n", "utf-8")
    ran = waiting.run("index", "update", "--json")
    assert ran.code == 1
    assert [one["id"] for one in ran.json[0]["failed"]] == ["tickets"]
    assert ("tickets", "newly wrong") in [(one["id"], one["kind"]) for one in ran.json[0]["differences"]]
    pairs.write_text(pairs.read_text("utf-8").replace("nine", "four"), "utf-8")
    assert waiting.run("index", "update").code == 0


def test_broken_known_pairs_change_nothing(waiting: Home) -> None:
    pairs = waiting.folder / "questions.yaml"
    before = sorted(path for path in waiting.folder.rglob("*"))
    for content, told in (
        ("- id: [", "line 1: "),
        ("- {id: a}", "pair 1 (a), question: this is missing.\n"),
        (PAIRS + PAIRS, "there is another known pair with the id 'ferry-start'. Give one of them another.\n"),
    ):
        pairs.write_text(content, "utf-8")
        ran = waiting.run("index", "update")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"{pairs}")
        assert told in ran.err
    assert sorted(path for path in waiting.folder.rglob("*")) == before
    assert waiting.ask(WHEN)["index_version"] == "v0001"


def test_what_was_kept_of_the_pairs_is_used_again(waiting: Home) -> None:
    """Of the four pairs only those are asked of the live index that fare otherwise."""
    assert waiting.run("index", "update").code == 0
    waiting.run("documents", "remove", "fair")
    ran = waiting.run("index", "update")
    assert ran.code == 0
    assert "asked of the live index" not in ran.err
    assert "1 skipped for lack of their documents (fair)." in " ".join(ran.out.split())


def test_a_pair_that_was_added_is_said_not_to_be_asked_until_there_is_something_to_do(waiting: Home) -> None:
    assert waiting.run("index", "update").code == 0
    added = "- {id: fair-place, question: Where is the spring fair held, must_contain: [market], sources: [fair]}\n"
    elsewhere = "- {id: elsewhere, question: Where is the market, sources: [market]}\n"
    (waiting.folder / "questions.yaml").write_text(PAIRS + added + elsewhere, "utf-8")
    ran = waiting.run("index", "update")
    told = "1 known pair is new or changed and was not asked: `merger-bot evaluate` asks all now, as does the next"
    assert (ran.code, " ".join(ran.out.split())) == (0, " ".join(f"{NOTHING}{told} update of a document.".split()))


def test_a_home_of_an_older_version_of_the_program_is_indexed_anew(waiting: Home) -> None:
    manifest = waiting.folder / "index" / "v0001" / "manifest.json"
    content = manifest.read_bytes().replace(b'"cutter": ', b'"unknown": 1, "cutter": ')
    assert content != manifest.read_bytes()
    manifest.write_bytes(content)
    (manifest.parent / "manifest.sha256").write_text(f"{hashlib.sha256(content).hexdigest()}  manifest.json\n")
    asked = waiting.run("ask", WHEN)
    assert (asked.code, asked.out) == (1, "")
    assert "written by another version of this program" in asked.err
    assert asked.err.endswith("`merger-bot index update` to build the index anew.\n")
    ran = waiting.run("index", "update")
    assert ran.code == 0
    told = "Everything is read and cut anew: Snapshot v0001 was written by another version of this program."
    assert told in " ".join(ran.out.split())
    assert waiting.ask(WHEN)["index_version"] == "v0002"
