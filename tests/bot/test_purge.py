"""A document that was purged is nowhere in the home, and what is left elsewhere is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.service import Service
from bot.update import Orders
from knowledge.types import DocumentNotFound
from tests.bot.conftest import FAIR, PAIRS, Home

FAIR_WHEN = "When does the spring fair open?"
WHEN = "When does the new ferry start?"
LEFT = "Left for you: the file that it was added from, backups of the home, and messages in Slack that quote it."


def holding(folder: Path, words: bytes) -> list[str]:
    """The files in which words stand, found in their bytes."""
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()
    )


@pytest.fixture
def both(home: Home) -> Service:
    """A home with two documents, each asked for once."""
    file = home.folder.parent / "fair.md"
    file.write_text(FAIR, "utf-8")
    service = Service(home.folder)
    service.library.add([file])
    assert service.update().published
    assert "12 April 2021" in service.ask(FAIR_WHEN).text
    assert "3 May 2022" in service.ask(WHEN).text
    return service


def test_a_purged_document_is_in_no_file_of_the_home(both: Service) -> None:
    assert holding(both.home, b"12 April") != []
    said = both.purge("fair.md")
    assert said == (
        "Removed fair from the documents.",
        "Published v0003, which does not know it; running bots take it up within seconds.",
        "Deleted the snapshots that held it or could not be read: v0002.",
        "Took its id out of the log.",
        f"Known pairs in {both.pairs_file} still name it and are passed over: fair.",
        f"Its id, and nothing of its text, stays in the record {both.record.path}.",
        LEFT,
    )
    both.close()
    assert holding(both.home, b"12 April") == ["questions.yaml"]
    assert holding(both.home, b"Tickets") == []
    assert "12 April" not in both.ask(FAIR_WHEN).text
    assert both.ask(WHEN).index_version == "v0003"
    assert [snapshot.version for snapshot in both.store.snapshots()] == ["v0003", "v0001"]
    assert (both.record.entries()[-1].what, both.record.entries()[-1].removed) == ("purge", ("fair",))


def test_a_purge_is_stopped_by_no_pair_and_publishes_nothing_else(both: Service) -> None:
    both.pairs_file.write_text(PAIRS.replace("3 may", "4 may"), "utf-8")
    more = both.home.parent / "more.md"
    more.write_text("# The market\n\nThe fish market opens on 7 May 2021.\n", "utf-8")
    both.library.add([more])
    both.purge("fair")
    assert list(both.assistant().index.documents) == ["ferry"]


def test_a_document_that_was_removed_before_is_purged_from_the_snapshots(both: Service) -> None:
    both.library.remove("fair")
    assert both.update().published
    said = both.purge("fair")
    assert said[0] == "Deleted the snapshots that held it or could not be read: v0002."
    assert holding(both.home / "index", b"Tickets") == []
    with pytest.raises(DocumentNotFound):
        both.purge("fair")


def test_the_last_document_can_be_purged(home: Home) -> None:
    service = Service(home.folder)
    service.purge("ferry")
    assert service.ask(WHEN).abstained
    assert holding(home.folder, b"the fishermen") == []


def test_a_purge_from_a_damaged_index_builds_it_anew(both: Service) -> None:
    for part in (both.home / "index" / "v0002").iterdir():
        if part.name.startswith("manifest"):
            part.write_bytes(b"{}")
    said = both.purge("fair")
    assert said[1] == "Published v0003, which does not know it; running bots take it up within seconds."
    assert said[2] == "Deleted the snapshots that held it or could not be read: v0002."
    assert holding(both.home / "index", b"Tickets") == []
    assert "3 May 2022" in Service(both.home).ask(WHEN).text


def test_a_document_that_was_never_indexed_is_only_removed(home: Home) -> None:
    file = home.folder.parent / "fair.md"
    file.write_text(FAIR, "utf-8")
    service = Service(home.folder)
    service.library.add([file])
    assert service.purge("fair")[:2] == (
        "Removed fair from the documents.",
        f"Known pairs in {service.pairs_file} still name it and are passed over: fair.",
    )
    assert service.store.current() == "v0001"
    assert service.update(Orders(dry_run=True)).manifest is None
