"""An update that the disk, the documents or an older version of the program get in the way of."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.service import Service
from bot.update import Orders, Plan
from index import search
from index.graph import Graph
from index.types import Changes, RecallTooLow, StoreUnusable
from knowledge.types import Metadata
from tests.bot.conftest import FAIR, Home

NOBODY = 65534
"""The user that owns nothing."""
WHEN = "When does the new ferry start?"


@pytest.fixture
def waiting(home: Home) -> Home:
    """A home with a document that is not in the index yet."""
    file = home.folder.parent / "fair.md"
    file.write_text(FAIR, "utf-8")
    Service(home.folder).library.add([file])
    return home


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@contextmanager
def no_file_above(most_bytes: int) -> Iterator[None]:
    """Let the system refuse to write more to a file, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("most_bytes", [0, 500, 1500])
def test_an_update_that_finds_no_space_says_so_and_changes_nothing(waiting: Home, most_bytes: int) -> None:
    """However far it gets: to its first file, to the small ones, to the large ones."""
    before = files(waiting.folder)
    with no_file_above(most_bytes):
        ran = waiting.run("index", "update")
    last = ran.err.splitlines()[-1]
    assert (ran.code, last.startswith("The index cannot be written: ")) == (1, True)
    assert last.endswith(": File too large. Free some space, then run the command again.")
    assert files(waiting.folder) == before
    assert waiting.run("index", "update").code == 0
    assert waiting.ask(WHEN)["index_version"] == "v0002"


def test_an_index_whose_graphs_miss_the_nearest_passages_is_not_published(
    waiting: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "EXACT_UP_TO", 1)
    monkeypatch.setattr(search, "GRAPH_FROM", 1)
    service = Service(waiting.folder)
    with monkeypatch.context() as astray:
        astray.setattr(Graph, "nearest", lambda made, vector, _, live: made.flat.nearest(-vector, 1, live))
        with pytest.raises(
            RecallTooLow, match=r"^The new index finds only .+ It is not published, and the live one stays\."
        ):
            service.update(Orders(force=True, because="It must."))
    assert service.store.current() == "v0001"
    assert service.update(Orders()).published
    assert any(name.endswith(".graph.faiss") for name in service.store.load()[1])


def test_a_forced_update_that_cannot_be_put_on_record_is_not_published(waiting: Home) -> None:
    service = Service(waiting.folder)
    (waiting.folder / "updates.jsonl").unlink()
    (waiting.folder / "updates.jsonl").mkdir()
    with pytest.raises(StoreUnusable, match=r"The record .+ cannot be "):
        service.update(Orders(force=True, because="It must."))
    assert service.store.current() == "v0001"


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user who owns nothing; whoever is no administrator is one already."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def test_an_update_by_a_user_who_may_not_write_says_so(waiting: Home) -> None:
    with tempfile.TemporaryDirectory() as folder:  # in one that others may look into, unlike those of pytest
        Path(folder).chmod(0o755)
        home = Home(Path(shutil.copytree(waiting.folder, Path(folder) / "home")))
        (home.folder / "index").chmod(0o555)
        before = files(home.folder)
        with nobody():
            ran = home.run("index", "update")
        (home.folder / "index").chmod(0o755)
        assert (ran.code, ran.out, files(home.folder)) == (1, "", before)
    told = "Permission denied. Check who owns the folder and that it may be written, then run the command again.\n"
    assert ran.err.startswith(f"The index cannot be written: {home.folder}")
    assert ran.err.endswith(told)


def test_the_plan_is_told_before_anything_is_read(waiting: Home) -> None:
    told: list[object] = []
    service = Service(waiting.folder)
    service.update(Orders(dry_run=True, planned=told.append, progress=lambda *step: told.append(step)))
    plan = told[0]
    assert isinstance(plan, Plan)
    assert plan.changes == Changes(added=("fair",), changed=(), removed=(), kept=("ferry",))
    assert plan.seconds is not None
    assert told[1] == ("reading", 1, 1)


def test_a_document_withdrawn_while_the_others_are_read_does_not_get_in(waiting: Home) -> None:
    service, other = Service(waiting.folder), Service(waiting.folder)

    def withdraw(plan: Plan) -> None:
        other.library.set("fair", Metadata(status="withdrawn"))

    assert service.update(Orders(planned=withdraw)).manifest is None
    assert list(service.assistant().index.documents) == ["ferry"]


def test_a_document_removed_while_the_others_are_read_is_not_missed(waiting: Home) -> None:
    service, other = Service(waiting.folder), Service(waiting.folder)

    def remove(plan: Plan) -> None:
        other.library.remove("fair")

    done = service.update(Orders(planned=remove))
    assert (done.unreadable, done.manifest) == ((), None)


def test_only_what_is_new_is_read_and_encoded(waiting: Home) -> None:
    service = Service(waiting.folder)
    (waiting.folder / "documents" / "ferry.md").write_text("It is damaged, and nobody looks.")
    steps: list[tuple[str, int, int]] = []
    assert service.update(Orders(progress=lambda *step: steps.append(step))).published
    assert [step for step in steps if step[0] in ("reading", "encoding")] == [("reading", 1, 1), ("encoding", 1, 1)]
    assert "3 May 2022" in service.ask(WHEN).text
