"""A document made to be gone: from the library, the answers, every snapshot and the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import evaluate
from bot.evaluate import PairsProblem
from bot.incoming import Incoming
from bot.record import Entry, who
from bot.update import Live, Orders, Parts, open_live, publish, taught, update
from index.build import build, plan
from index.types import NoIndex, SnapshotDamaged
from knowledge.types import DocumentNotFound

if TYPE_CHECKING:
    from bot.log import Log

WAIT_SECONDS = 600.0
"""For another process that is updating: what shall be gone is not left because a large update is on its way."""


def purge(parts: Parts, log: Log, id_or_file: str) -> tuple[str, ...]:
    """Remove a document from the library, take it out of the live index, and delete all else that holds it.

    The new index has what the live one has, without the document: nothing else that waits for an update goes live, and
    the known pairs cannot stop it. A document that was removed from the library before is taken out of the rest.

    Returns:
        What was done and what is left, as sentences.

    Raises:
        DocumentNotFound: Neither the library nor any snapshot knows it.
        LibraryUnusable, StoreUnusable, LogUnusable: Something cannot be written; purge it again afterwards.
    """
    said = []
    with parts.store.updating(WAIT_SECONDS):
        try:
            name = parts.library.remove(id_or_file).id
            said.append(f"Removed {name} from the documents.")
        except DocumentNotFound:
            if not any(known.manifest and id_or_file in known.manifest.sources for known in parts.store.snapshots()):
                raise
            name = id_or_file
        if version := _published_without(parts, name):
            said.append(f"Published {version}, which does not know it; running bots take it up within seconds.")
        if gone := parts.store.forget(name):
            said.append(f"Deleted the snapshots that held it or could not be read: {', '.join(gone)}.")
    incoming = Incoming(parts.store.folder.parent)
    for waiting in incoming.waiting():
        if any(source.id == name for source in waiting.sources):
            incoming.discard(waiting.id)
            said.append(f"Left the file {waiting.name}, which waited to become its new version.")
    if log.forget_document(name):
        said.append("Took its id out of the log.")
    return (*said, *_left(parts, name))


def _published_without(parts: Parts, name: str) -> str:
    """Publish an index without the document; its version, or nothing if the live one does not know it."""
    try:
        live = open_live(parts.store)
    except NoIndex:
        return ""
    except SnapshotDamaged:
        # Nothing in it can be used: all is built anew from the library, which no longer has the document.
        built = update(parts, Orders(force=True, because=f"{name} was purged")).manifest
        return built.version if built else ""
    return _rest(parts, live, name) if name in live.index.documents else ""


def _rest(parts: Parts, live: Live, name: str) -> str:
    began = datetime.now(UTC)
    digests = {source: digest for source, digest in live.index.manifest.sources.items() if source != name}
    anew = plan(live.index.manifest, digests, parts.model).rebuild
    documents = [live.index.documents[source] for source in digests] if anew else []
    with parts.model.prepared(live.index.manifest) as prepared:
        index = build(documents, digests, prepared.encoder, began, live.index)
        seconds = round((datetime.now(UTC) - began).total_seconds(), 1)
        entry = Entry(when=datetime.now(UTC), who=who(), what="purge", removed=(name,), seconds=seconds)
        beside = taught(parts, index, None if anew else live)
        return publish(parts, index, {**beside, **prepared.parts}, entry).version


def _left(parts: Parts, name: str) -> Iterator[str]:
    try:
        pairs = [pair.id for pair in evaluate.load([parts.pairs_file]) if name in pair.sources]
    except PairsProblem as problem:
        yield f"Whether known pairs name it cannot be said: {problem}"
    else:
        if pairs:
            yield f"Known pairs in {parts.pairs_file} still name it and are passed over: {', '.join(pairs)}."
    if any(name in (*one.added, *one.changed, *one.removed, *one.unreadable) for one in parts.record.entries()):
        yield f"Its id, and nothing of its text, stays in the record {parts.record.path}."
    yield "Left for you: the file that it was added from, backups of the home, and messages in Slack that quote it."
