"""What an admin orders from outside the command line, and the report of what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

from bot import render_update
from bot.evaluate import PairsProblem
from bot.home import HomeUnusable
from bot.incoming import Incoming
from bot.service import Service
from bot.settings import SettingsProblem
from bot.trial import publish, trial
from bot.update import Orders, Plan, Progress, Updated, open_live
from index.types import IndexProblem, NoIndex, SnapshotDamaged
from knowledge.types import KnowledgeError, Source

FORESEEN = (HomeUnusable, IndexProblem, KnowledgeError, PairsProblem, SettingsProblem)
"""Errors whose message is for people."""

MOST_REASON = 1000
"""Characters."""

What = Literal["trial", "publish", "update", "rollback"]
OneLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f]*$")]


class Order(BaseModel):
    """What is to be done to a home."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: What
    waiting: str = ""
    """Id of a file that waits: to publish, or to be tried; without one a trial shows what is pending."""
    version: str = ""
    """Of the snapshot to go back to; empty for the newest sound one before the live one."""
    who: OneLine = ""
    """On whose behalf, for the record; empty for the user that the process runs as."""
    force: bool = False
    """Publish even if the known pairs fail."""
    because: Annotated[str, StringConstraints(max_length=MOST_REASON)] = ""
    """Why it is forced, for the record."""
    wait_seconds: float = 0.0
    """How long to wait for somebody else who is updating."""


class Named(BaseModel):
    """A document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str


class Unread(BaseModel):
    """A document that could not be read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    reason: str
    kept: bool
    """The version of it that the live index holds stays."""


class Known(BaseModel):
    """How many of the known pairs that were asked of the new index were right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answerable: int = 0
    right: int = 0
    """Of those."""
    unanswerable: int = 0
    declined: int = 0
    """Of those."""
    skipped: int = 0
    """They rest on documents that are not in the library."""


class Failed(BaseModel):
    """A known pair that is not right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    problem: str


class Differs(BaseModel):
    """A known pair that fares otherwise than on the live index."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    question: str
    kind: Literal["newly wrong", "newly right", "right, from other documents"]
    before: str
    """What was answered, shortened, and from which documents."""
    now: str
    documents_before: tuple[str, ...]
    """Ids."""
    documents_now: tuple[str, ...]


class Report(BaseModel):
    """What was done, or would be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: What
    added: tuple[Named, ...] = ()
    changed: tuple[Named, ...] = ()
    removed: tuple[Named, ...] = ()
    rebuild: str = ""
    """Why everything is read anew; empty if it is not."""
    unreadable: tuple[Unread, ...] = ()
    known: Known = Known()
    failed: tuple[Failed, ...] = ()
    differences: tuple[Differs, ...] = ()
    passes: bool = True
    """The known pairs reach the gate."""
    published: bool = False
    """Another index is live now."""
    version: str = ""
    """Of the index that was published or gone back to."""
    stale: tuple[Named, ...] = ()
    """After going back: what the index has that was removed or withdrawn since, which nobody is quoted."""
    problem: str = ""
    """What went wrong, in sentences for a person; empty if what was ordered was done."""

    @property
    def changes(self) -> bool:
        """Whether anything differs from what is live."""
        return bool(self.added or self.changed or self.removed or self.rebuild)


def carry_out(service: Service, order: Order, progress: Progress) -> Report:
    """Do what is ordered. What is foreseen to go wrong becomes the report's `problem`."""
    try:
        return _rolled_back(service, order) if order.what == "rollback" else _updated(service, order, progress)
    except FORESEEN as problem:
        return Report(what=order.what, problem=for_people(problem))


def for_people(problem: Exception) -> str:
    """The sentences of a foreseen error, for somebody without a command line in front of them."""
    return str(problem).replace("run the command again", "try again").replace("Run the command again", "Try again")


def _rolled_back(service: Service, order: Order) -> Report:
    back = service.rollback(order.version or None)
    titles = _titles_in_index(service, back.stale)
    return Report(what=order.what, published=True, version=back.live, stale=_named(back.stale, titles))


def _updated(service: Service, order: Order, progress: Progress) -> Report:
    incoming = Incoming(service.home)
    titles: dict[str, str] = {}

    def planned(plan: Plan) -> None:  # what is removed has its title in the live index alone, which may soon be another
        titles.update(_titles_in_index(service, plan.changes.removed))

    sources = incoming.get(order.waiting).sources if order.waiting else ()
    titles |= _titles(sources)
    orders = Orders(False, order.force, order.because, progress, planned, order.wait_seconds)
    if order.what == "trial":
        done = trial(service, incoming, order.waiting, orders)
    elif order.what == "publish":
        done = publish(service, incoming, order.waiting, orders)
    else:
        done = service.update(orders)
    ours = {source.id for source in sources}
    problem = " ".join(one.reason for one in done.unreadable if one.id in ours)
    if not problem and order.what != "trial" and not done.passes and not done.published:
        problem = _failed_gate(_known(done))
    return _report(order.what, done, _titles(service.library.sources()) | titles, problem)


def _report(what: What, done: Updated, titles: Mapping[str, str], problem: str) -> Report:
    plain = render_update.plain(done)
    changes = done.changes
    return Report(
        what=what,
        added=_named(changes.added, titles),
        changed=_named(changes.changed, titles),
        removed=_named(changes.removed, titles),
        rebuild=changes.rebuild,
        unreadable=tuple(Unread.model_validate(asdict(one)) for one in done.unreadable),
        known=_known(done),
        failed=TypeAdapter(tuple[Failed, ...]).validate_python(plain["failed"]),
        differences=TypeAdapter(tuple[Differs, ...]).validate_python(plain["differences"]),
        passes=done.passes,
        published=done.published,
        version=done.manifest.version if done.manifest and done.published else "",
        problem=problem,
    )


def _known(done: Updated) -> Known:
    if done.report is None:
        return Known()
    can, cannot = done.report.tally(True), done.report.tally(False)
    return Known(
        answerable=can.asked,
        right=can.right,
        unanswerable=cannot.asked,
        declined=cannot.right,
        skipped=done.report.skipped,
    )


def _failed_gate(known: Known) -> str:
    answered = f"{known.right} of {known.answerable} that can be answered are right"
    declined = f"{known.declined} of {known.unanswerable} that cannot be answered are declined"
    return f"Not published: the known pairs fail ({answered}, {declined}). Documents and index are as they were."


def _named(ids: Iterable[str], titles: Mapping[str, str]) -> tuple[Named, ...]:
    return tuple(Named(id=id, title=titles.get(id, id)) for id in ids)


def _titles(sources: Iterable[Source]) -> dict[str, str]:
    return {source.id: source.title for source in sources}


def _titles_in_index(service: Service, ids: Sequence[str]) -> dict[str, str]:
    """As the live index has them; of a damaged one none."""
    if not ids:
        return {}
    try:
        documents = open_live(service.store).index.documents
        return _titles(documents[id].source for id in ids if id in documents)
    except (NoIndex, SnapshotDamaged):
        return {}
