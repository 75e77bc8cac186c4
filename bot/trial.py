"""A file that waits becomes a document: first on trial, without a change to library or index, then for good."""

from __future__ import annotations

from dataclasses import replace

from bot.incoming import Incoming
from bot.service import Service
from bot.update import Orders, Parts, Updated, update
from knowledge.library import Library
from knowledge.types import LibraryUnusable


def trial(service: Service, incoming: Incoming, waiting: str, orders: Orders) -> Updated:
    """What the next update would do if a file were in the library; nothing is changed.

    Args:
        service: Of the home.
        incoming: The files that wait there.
        waiting: Id of the file; empty to see what is pending without any.
        orders: How it is to be done; it is a dry run in any case.

    Raises:
        DocumentNotFound: The file does not wait any more.
        DocumentRefused: It can no longer be added.
        UpdateInProgress, PairsProblem, RecallTooLow, StoreUnusable, LibraryUnusable: As for `bot.update.update`.
    """
    with incoming.tried(incoming.get(waiting) if waiting else None) as tried:
        return update(_parts(service, tried.library), replace(orders, dry_run=True))


def publish(service: Service, incoming: Incoming, waiting: str, orders: Orders) -> Updated:
    """Add a file to the library and answer from it, or leave everything as it was.

    The index is built from a second library that has the file. Only once that index is live does the library take the
    document over, which is quick, and the file no longer waits. A process that is killed before has changed nothing;
    one that is killed between the two has published what can be published again.

    Args:
        service: Of the home.
        incoming: The files that wait there.
        waiting: Id of the file.
        orders: How it is to be done.

    Returns:
        What the update did. If the known pairs fail, or the file can no longer be read, it goes on waiting.

    Raises:
        The same as `trial`; the library and its index are as they were.
    """
    with service.store.updating(orders.wait_seconds), incoming.tried(incoming.get(waiting)) as tried:
        before = service.store.current()
        done = update(_parts(service, tried.library), orders)
        if done.published or (done.manifest is None and not orders.dry_run):  # or the index needs nothing of the file
            unread = {one.id for one in done.unreadable}
            read = [id for id in tried.changed if id not in unread]
            try:
                service.library.take_over(tried.library, read)
            except LibraryUnusable:
                if done.published and before is not None:
                    service.rollback(before)
                raise
            if len(read) == len(tried.changed):
                incoming.discard(waiting)
        return done


def _parts(service: Service, library: Library) -> Parts:
    return Parts(library, service.store, service.record, service.pairs_file, service.settings, service.model)
