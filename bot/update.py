"""How an index comes to be live: planned, built aside, compared with the live one by the known pairs, published."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from bot import compare, evaluate, reading
from bot.access import access, quotable, without
from bot.answer.learned import learned_parts
from bot.compare import Difference, Fared
from bot.evaluate import Pair, Report
from bot.reading import Unreadable
from bot.record import Entry, Record, expected_seconds, who
from bot.settings import Settings
from bot.views import Views
from index import snapshot
from index.build import build, plan
from index.model import Model
from index.recall import must_find
from index.search import Index, must_fit
from index.store import Store
from index.types import Changes, Encoder, Manifest, ModelMismatch, NoIndex, SnapshotDamaged, StoreUnusable
from knowledge.audience import FOR_ALL
from knowledge.library import Library
from knowledge.types import Document

Step = Literal["reading", "exporting", "encoding", "asking", "comparing"]
"""What takes long: reading documents, exporting a new model, encoding passages, asking the known pairs of the new
index, and of the live one."""

Progress = Callable[[Step, int, int], None]
"""Told how much of a step is done, of how much."""

logger = logging.getLogger(__name__)


def unseen(step: Step, done: int, of: int) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an update is going to do."""

    changes: Changes
    seconds: float | None
    """How long it may take, by the updates before it; None where nothing is known."""


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did, or would do."""

    changes: Changes
    """Without the documents that could not be read."""
    manifest: Manifest | None = None
    """Of the index that was built; None if there was nothing to do."""
    report: Report | None = None
    """The known pairs, asked of the new index."""
    differences: tuple[Difference, ...] = ()
    """What they say otherwise than on the live index."""
    unreadable: tuple[Unreadable, ...] = ()
    passes: bool = True
    """The known pairs reach the gate."""
    published: bool = False
    unasked: int = 0
    """Known pairs that are new or changed and were not asked, as there was nothing to do."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a home that an update works on."""

    library: Library
    store: Store
    record: Record
    pairs_file: Path
    settings: Settings
    model: Model


@dataclass(frozen=True, slots=True)
class Orders:
    """How an update is to be done."""

    dry_run: bool = False
    """Publish nothing."""
    force: bool = False
    """Publish even if the known pairs fail."""
    because: str = ""
    """Why it is forced."""
    progress: Progress = unseen
    planned: Callable[[Plan], None] = lambda plan: None
    """Told the plan before anything is read."""
    wait_seconds: float = 0.0
    """How long to wait for another process that is updating."""


@dataclass(frozen=True, slots=True)
class Live:
    """The live index with what is kept beside it."""

    index: Index
    fared: Mapping[str, Fared]
    """How the known pairs fared on it, as far as that is kept."""
    beside: Mapping[str, object]
    """All parts of its snapshot: from those of its documents that stay, nothing need be learned anew."""

    def views(self, encoder: Encoder) -> Views:
        """Its assistants."""
        return Views(self.index, encoder, self.beside)


@dataclass(frozen=True, slots=True)
class _Built:
    """A new index that nobody has checked yet."""

    index: Index
    beside: snapshot.Parts
    """What was learned, and the exported model, as they are to be kept."""
    changes: Changes
    unreadable: tuple[Unreadable, ...]
    read_bytes: int
    seconds: float


def open_live(store: Store) -> Live:
    """Open the live index.

    Raises:
        NoIndex: Nothing has been published.
        SnapshotDamaged: It is damaged, or of another version of the program.
    """
    manifest, parts = store.load()
    try:
        index, fared = Index.restored(manifest, parts), compare.known(parts.get(compare.OUTCOMES))
        return Live(index, fared, parts)
    except (LookupError, TypeError, ValueError) as problem:
        raise SnapshotDamaged(
            f"The index {manifest.version} was written by another version of this program. "
            "Run `merger-bot index update` to build it anew."
        ) from problem


def update(parts: Parts, orders: Orders) -> Updated:
    """Bring the index up to date with the library.

    Raises:
        PairsProblem: The known pairs cannot be read; nothing was changed.
        UpdateInProgress: Another process is updating and did not finish in time.
        RecallTooLow, StoreUnusable: The new index misses too much, or cannot be written; the live one stays.
    """
    pairs = evaluate.load([parts.pairs_file])
    with parts.store.updating(orders.wait_seconds):
        live, problem = _opened(parts.store)
        try:
            return _updated(parts, orders, pairs, live, problem)
        except SnapshotDamaged as damage:  # a document of the live index, which is read only when it is needed
            if live is None:
                raise
            return _updated(parts, orders, pairs, None, _first_sentence(damage))


def _updated(parts: Parts, orders: Orders, pairs: Sequence[Pair], live: Live | None, problem: str) -> Updated:
    before = live.index.manifest if live else _live_manifest(parts.store)
    sources = {source.id: source for source in parts.library.sources() if quotable(source)}
    wanted = {name: Library.digest(source) for name, source in sources.items()}
    changes = _changes(parts, before, wanted, problem)
    again = frozenset(name for name in wanted if live is None or changes.rebuild or name not in changes.kept)
    read_bytes = sum(reading.size_bytes(parts.library, sources[name]) for name in again)
    orders.planned(Plan(changes, expected_seconds(parts.record.entries(), read_bytes, len(pairs))))
    if before is not None and not changes:
        return Updated(changes, unasked=_unasked(parts, pairs, live))
    began = time.monotonic()
    held = live.index.documents if live else {}
    documents, unreadable = reading.read(parts.library, sorted(again), held, partial(orders.progress, "reading"))
    stay = {one.id for one in unreadable if one.kept}
    digests = _digests(documents, wanted.keys() - again | stay, live)
    changes = _changes(parts, before, digests, problem)
    if before is not None and not changes:
        return Updated(changes, unreadable=unreadable)
    old = live.index if live else None
    if old is not None and changes.rebuild:
        documents += [old.documents[name] for name in stay]
    with parts.model.prepared(old.manifest if old else None, partial(orders.progress, "exporting")) as prepared:
        encoding = partial(orders.progress, "encoding")
        index = build(documents, digests, prepared.encoder, datetime.now(UTC), old, encoding)
        beside = taught(parts, index, live if not changes.rebuild else None)
        seconds = time.monotonic() - began
        built = _Built(index, {**beside, **prepared.parts}, changes, unreadable, read_bytes, seconds)
        return _checked(parts, orders, built, prepared.encoder, live, pairs)


def taught(parts: Parts, index: Index, before: Live | None) -> dict[str, bytes]:
    """What a new index teaches, as it is kept beside it.

    Args:
        parts: Of the home.
        index: The new one.
        before: The live one, if what it taught still holds.
    """
    hidden = access(index, parts.library.sources()).hidden(FOR_ALL)
    return learned_parts(index, without(index, hidden), before.beside if before else {})


def publish(parts: Parts, index: Index, beside: snapshot.Parts, entry: Entry) -> Manifest:
    """Save an index, write down who publishes it, make it live, and prune the old ones; only while updating.

    Args:
        parts: Of the home.
        index: The new one.
        beside: What is kept with it: outcomes of the known pairs, what was learned from its documents, the model.
        entry: For the record.

    Raises:
        StoreUnusable: It cannot be written; the live one stays.
    """
    saved = parts.store.save(index.manifest, {**index.parts(), **beside})
    # Before it is live: nothing is published that is not on record.
    parts.record.add(entry.model_copy(update={"version": saved.version, "published": True}))
    parts.store.publish(saved.version)
    try:
        parts.store.prune()
    except StoreUnusable as problem:
        logger.warning("%s is live, but the snapshots that are no longer needed stay: %s", saved.version, problem)
    return saved


def _opened(store: Store) -> tuple[Live | None, str]:
    """The live index; None where there is none, and why if one cannot be used."""
    try:
        return open_live(store), ""
    except NoIndex:
        return None, ""
    except SnapshotDamaged as problem:
        return None, _first_sentence(problem)


def _first_sentence(problem: SnapshotDamaged) -> str:
    """What is wrong, without what to do about it and without its full stop."""
    return str(problem).partition(". ")[0]


def _live_manifest(store: Store) -> Manifest | None:
    """Of a live index that cannot be opened."""
    return next((snapshot.manifest for snapshot in store.snapshots() if snapshot.live), None)


def _changes(parts: Parts, before: Manifest | None, digests: Mapping[str, str], problem: str) -> Changes:
    changes = plan(before, digests, parts.model)
    return replace(changes, rebuild=problem or changes.rebuild)


def _digests(documents: Sequence[Document], stay: Set[str], live: Live | None) -> dict[str, str]:
    """Of the documents that were read, and of those that stay as the live index has them, sorted by id."""
    digests = {document.source.id: Library.digest(document.source) for document in documents}
    digests |= {name: live.index.manifest.sources[name] for name in stay} if live else {}
    return dict(sorted(digests.items()))


def _checked(
    parts: Parts, orders: Orders, built: _Built, encoder: Encoder, live: Live | None, pairs: Sequence[Pair]
) -> Updated:
    """Ask the known pairs of a new index, compare it with the live one, and publish it if it passes or is forced."""
    began = time.monotonic()
    must_find(built.index, encoder, [pair.question for pair in pairs])
    report = _asked(parts, Views(built.index, encoder, built.beside), pairs, partial(orders.progress, "asking"))
    ask_seconds = time.monotonic() - began
    differences = _compared(parts, encoder, report, live, orders.progress)
    passes = report.passes(parts.settings.gate_right, parts.settings.gate_declined)
    published = not orders.dry_run and (passes or orders.force)
    manifest = built.index.manifest
    if not orders.dry_run:
        entry = _entry(built, report, ask_seconds, "" if passes or not orders.force else orders.because)
        if published:
            beside = {**built.beside, compare.OUTCOMES: compare.kept(report)}
            manifest = publish(parts, built.index, beside, entry.model_copy(update={"forced": not passes}))
        else:
            parts.record.add(entry)
    return Updated(built.changes, manifest, report, differences, built.unreadable, passes, published)


def _asked(parts: Parts, views: Views, pairs: Sequence[Pair], progress: Callable[[int, int], None]) -> Report:
    """Ask pairs of an index, each as somebody of its audience."""
    known = parts.library.sources()
    return evaluate.run(views.assistant(known), pairs, progress, partial(views.assistant, known))


def _unasked(parts: Parts, pairs: Sequence[Pair], live: Live | None) -> int:
    """How many pairs the live index was not asked as they are now."""
    if live is None:
        return 0
    held, allowed = live.index.documents.keys(), access(live.index, parts.library.sources())
    return compare.unasked(pairs, live.fared, lambda audience: held - allowed.hidden(audience))


def _compared(
    parts: Parts, encoder: Encoder, report: Report, live: Live | None, progress: Progress
) -> tuple[Difference, ...]:
    if live is None:
        return ()
    try:
        must_fit(live.index.manifest, encoder)
    except ModelMismatch:
        return ()  # it cannot be asked with this model

    views = live.views(encoder)
    return compare.differences(
        report, live.fared, lambda pairs: _asked(parts, views, pairs, partial(progress, "comparing"))
    )


def _entry(built: _Built, report: Report, ask_seconds: float, because: str) -> Entry:
    can, cannot = report.tally(True), report.tally(False)
    return Entry(
        when=datetime.now(UTC),
        who=who(),
        what="update",
        because=because,
        added=built.changes.added,
        changed=built.changes.changed,
        removed=built.changes.removed,
        unreadable=tuple(one.id for one in built.unreadable),
        answerable=can.asked,
        right=can.right,
        unanswerable=cannot.asked,
        declined=cannot.right,
        failed=tuple(outcome.pair.id for outcome in report.failures),
        seconds=round(built.seconds + ask_seconds, 1),
        read_bytes=built.read_bytes,
        build_seconds=round(built.seconds, 2),
        ask_seconds=round(ask_seconds, 2),
    )
