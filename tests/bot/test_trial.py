"""A file on trial and then published, with an encoder that needs no model, so that a process can be killed anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.incoming import Incoming
from bot.order import Order, carry_out
from bot.service import Service
from bot.trial import publish, trial
from bot.update import Orders, unseen
from index.types import StoreUnusable
from knowledge.types import LibraryUnusable
from tests.bot.killed_updates import FAIR, FERRY, MARKET, ask_all, put, service_of, update
from tests.bot.test_incoming import everything
from tests.knowledge.crash import killed_at
from tests.knowledge.handed_in import zipped

STEPS_APART = 53
"""Of the steps of a publication one in so many is tried: all of them would take minutes."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that knows the ferry and the fair."""
    home = tmp_path / "home"
    put(home, "old")
    update(home)
    return home


def agreed(service: Service) -> bool:
    """Whether library and index have the same documents."""
    live = next(one.manifest for one in service.store.snapshots() if one.live)
    assert live is not None
    return set(live.sources) == {source.id for source in service.library.sources()}


def publish_only(home: Path, id: str) -> None:
    publish(service_of(home), Incoming(home), id, Orders())


def test_a_publication_that_is_killed_anywhere_is_whole_or_can_be_done_again(home: Path) -> None:
    service, incoming = service_of(home), Incoming(home)
    old = ask_all(service)
    id = incoming.take("market.md", MARKET.encode()).id
    step, untouched = STEPS_APART, 0
    while killed_at(step, publish_only, home, id):
        assert [one.id for one in incoming.waiting()] == [id]
        if ask_all(service_of(home)) != old:
            break  # the index is live, and the library was about to have the document
        assert [source.id for source in service.library.sources()] == ["fair", "ferry"]
        assert agreed(service)
        step, untouched = step + STEPS_APART, untouched + 1
    else:
        assert incoming.waiting() == ()
    if incoming.waiting():
        publish(service, incoming, id, Orders())
    assert untouched > 1
    assert agreed(service)
    assert "9 June 2021" in ask_all(service)[2]


def test_a_file_published_in_an_index_but_not_yet_in_the_library_is_published_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the process is killed between the two."""
    service, incoming = service_of(home), Incoming(home)
    id = incoming.take("market.md", MARKET.encode()).id

    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(service.library, "take_over", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(service, incoming, id, Orders())
    assert not agreed(service)
    done = publish(service, incoming, id, Orders())
    assert (done.published, done.manifest) == (False, None)
    assert agreed(service)
    assert incoming.waiting() == ()


def test_where_the_library_cannot_take_a_document_over_the_index_goes_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, incoming = service_of(home), Incoming(home)
    old = ask_all(service)
    id = incoming.take("market.md", MARKET.encode()).id

    def full(*_arguments: object) -> None:
        raise LibraryUnusable("The disk is full. Free some space, then run the command again.")

    monkeypatch.setattr(service.library, "take_over", full)
    report = carry_out(service, Order(what="publish", waiting=id), unseen)
    assert report.problem == "The disk is full. Free some space, then try again."
    assert not report.published
    assert ask_all(service_of(home)) == old
    assert agreed(service)
    assert [one.id for one in incoming.waiting()] == [id]
    assert [entry.what for entry in service.record.entries()] == ["update", "update", "rollback"]


def test_an_index_that_cannot_be_written_leaves_the_file_waiting(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service, incoming = service_of(home), Incoming(home)
    id = incoming.take("market.md", MARKET.encode()).id
    before = everything(home)

    def full(*_arguments: object) -> None:
        raise StoreUnusable("No space.")

    monkeypatch.setattr(service.store, "save", full)
    with pytest.raises(StoreUnusable):
        publish(service, incoming, id, Orders())
    assert everything(home) == before


def test_a_trial_without_a_file_says_what_is_pending(home: Path) -> None:
    service, incoming = service_of(home), Incoming(home)
    put(home, "new")
    before = everything(home)
    done = trial(service, incoming, "", Orders())
    assert (done.changes.added, done.changes.changed, done.changes.removed) == (("market",), ("ferry",), ("fair",))
    assert not done.published
    assert everything(home) == before
    report = carry_out(service, Order(what="trial"), unseen)
    named = [[(one.id, one.title) for one in names] for names in (report.added, report.changed, report.removed)]
    assert named == [[("market", "The market")], [("ferry", "The ferry")], [("fair", "The fair")]]
    assert report.changes


def test_a_file_of_several_documents_is_published_whole_with_what_was_pending(home: Path) -> None:
    service, incoming = service_of(home), Incoming(home)
    service.library.remove("fair")
    id = incoming.take("all.zip", zipped({"market.md": MARKET, "ferry.md": FERRY.format("8 July 2023")})).id
    report = carry_out(service, Order(what="publish", waiting=id, who="ann\u00e9"), unseen)
    assert (report.problem, report.published, report.version) == ("", True, "v0002")
    assert [one.id for one in (*report.added, *report.changed, *report.removed)] == ["market", "ferry", "fair"]
    assert ("8 July 2023" in ask_all(service)[0], "9 June 2021" in ask_all(service)[2]) == (True, True)
    assert agreed(service)
    assert incoming.waiting() == ()


def test_a_file_that_is_there_already_changes_nothing_and_no_longer_waits(home: Path) -> None:
    service, incoming = service_of(home), Incoming(home)
    id = incoming.take("fair.md", FAIR.encode()).id
    before = everything(home / "documents"), everything(home / "index")
    report = carry_out(service, Order(what="publish", waiting=id), unseen)
    assert (report.problem, report.published, report.changes) == ("", False, False)
    assert (everything(home / "documents"), everything(home / "index")) == before
    assert incoming.waiting() == ()


def test_a_file_that_no_longer_waits_is_said_to_be_gone(home: Path) -> None:
    for what in ("trial", "publish"):
        report = carry_out(service_of(home), Order.model_validate({"what": what, "waiting": "../x"}), unseen)
        assert report.problem == "No file waits under the id '../x'. It has been published or left; send it again."


def test_going_back_names_what_is_stale(home: Path) -> None:
    service = service_of(home)
    put(home, "new")
    update(home)
    report = carry_out(service, Order(what="rollback"), unseen)
    assert (report.published, report.version, report.problem) == (True, "v0001", "")
    assert [(one.id, one.title) for one in report.stale] == [("fair", "The fair")]
    none = carry_out(service, Order(what="rollback"), unseen)
    assert none.problem.startswith("There is no older sound snapshot to go back to.")
