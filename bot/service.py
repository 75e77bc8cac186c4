"""The parts put together over one home folder: ask, notice a new index, and what an admin does to it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot import evaluate
from bot.access import quotable
from bot.answer.types import Answer, Turn
from bot.assistant import Assistant
from bot.home import Home
from bot.purge import purge
from bot.record import Entry, who
from bot.settings import Settings
from bot.settings import load as load_settings
from bot.update import Orders, Parts, Progress, Updated, open_live, unseen, update
from bot.views import Views
from index.model import Model
from index.search import must_fit
from index.types import Hit, IndexProblem, Manifest, NoIndex, StoreUnusable
from knowledge.audience import FOR_ALL, Audience
from knowledge.types import LibraryUnusable

if TYPE_CHECKING:
    from bot.log import Log, Via

WAIT_FOR_FIRST_INDEX_SECONDS = 600.0
"""How long a question on a home without an index waits for another process that is building it."""
WATCH_SECONDS = 2.0
"""Between two looks for a new index: reading one small file. With its loading, a new index answers within five."""
AS_EVER = Orders()

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RolledBack:
    """Which index is live after going back."""

    live: str
    stale: tuple[str, ...]
    """Ids of documents it has that have been removed or withdrawn since: nobody is quoted them."""


class Service(Home):
    """An assistant over a home folder. Safe to share between threads; loads the model when it is first needed.

    Args:
        home: Folder of all state; made if it is not there.
        settings: Read from the environment if none are given.
        bundled: Whether a new home begins with the bundled briefings and known pairs.

    Raises:
        HomeUnusable, LibraryUnusable: The folder cannot be made or written.
    """

    def __init__(self, home: Path, settings: Settings | None = None, bundled: bool = True) -> None:
        self.settings = settings or load_settings()
        super().__init__(home, bundled)
        self.model = Model(self.settings.model, self.store.folder)
        self._lock = threading.Lock()
        self._views: Views | None = None
        self._watched = False
        self._refused = ""

    @cached_property
    def log(self) -> Log:
        """The home's log."""
        from bot.log import Log  # after the answer: with its database it takes longer to load than a question to answer

        return Log(f"sqlite:///{self.home / 'log.db'}")

    def assistant(self, progress: Progress = unseen, audience: Audience = FOR_ALL) -> Assistant:
        """The assistant of all that somebody may read of the live index, which is built first if there is none.

        A new snapshot is noticed at the next call, or by `watch`. One that cannot be loaded leaves the assistant as it
        was. What the library says of a document, as who may read it, counts from the next call on.

        Args:
            progress: Told how far the first index is.
            audience: Of who asks.

        Raises:
            LibraryUnusable: It cannot be said who may read what.
        """
        return self._serving(progress).assistant(self.library.sources(), audience)

    def _serving(self, progress: Progress) -> Views:
        if self._watched and self._views is not None:
            return self._views
        with self._lock:
            if self._views is None:
                if self.store.current() is None:
                    self._build_first(progress)
                self._views = self._load()
            elif not self._watched:
                self._views = self._newest(self._views)
            return self._views

    @contextmanager
    def watch(self, seconds: float = WATCH_SECONDS) -> Iterator[None]:
        """Look for a new index in the background, so that no question waits until one is loaded.

        Args:
            seconds: Between two looks.
        """
        stop = threading.Event()
        watcher = threading.Thread(target=self._look, args=(stop, seconds), name="watch", daemon=True)
        self._watched = True
        watcher.start()
        try:
            yield
        finally:
            self._watched = False
            stop.set()
            watcher.join()

    def _look(self, stop: threading.Event, seconds: float) -> None:
        while not stop.wait(seconds):
            if self._views is not None:
                try:
                    self._views = self._newest(self._views)
                    self._prepare(self._views)
                except Exception:  # whatever it is, answers go on from the index that is there, and so does the watch
                    logger.exception("The new index cannot be loaded.")

    def _prepare(self, views: Views) -> None:
        """Make what all staff may read ready to be asked, as far as the library can be read."""
        with suppress(LibraryUnusable):  # the next question says so
            views.assistant(self.library.sources())

    def _newest(self, serving: Views) -> Views:
        """The assistants of the live index, or those that serve if there is no other or it cannot be loaded."""
        version: str | None = None
        try:
            version = self.store.current()
            if version is None or version in (serving.index.manifest.version, self._refused):
                return serving
            loaded = self._load()
        except IndexProblem as problem:
            if self._refused not in (version, str(problem)):
                logger.warning("The new index is not used: %s", problem)
            self._refused = version or str(problem)
            return serving
        self._refused = ""
        return loaded

    def _build_first(self, progress: Progress) -> None:
        updated = self.update(Orders(progress=progress, wait_seconds=WAIT_FOR_FIRST_INDEX_SECONDS))
        if updated.manifest is not None and not updated.published:
            raise NoIndex(
                "The first index does not pass the known pairs, so it was not published. See which fail with "
                "`merger-bot index update`; publish it all the same with "
                '`merger-bot index update --force --because "..."`.'
            )

    def _load(self) -> Views:
        live = open_live(self.store)
        encoder = self.model.of(live.index.manifest)
        must_fit(live.index.manifest, encoder)
        views = live.views(encoder)
        self._prepare(views)
        return views

    def ask(
        self,
        text: str,
        thread: Sequence[Turn] = (),
        today: date | None = None,
        via: Via = "cli",
        audience: Audience = FOR_ALL,
    ) -> Answer:
        """Answer a question from what somebody of these audiences may read, and log that it was answered.

        Raises:
            QuestionRefused: There is nothing to look up.
        """
        answer = self.assistant(audience=audience).ask(text, thread, today)
        self.note(answer, via)
        return answer

    def manifest(self) -> Manifest:
        """Of the live index, with all its documents."""
        return self._serving(unseen).index.manifest

    def note(self, answer: Answer, via: Via = "cli") -> None:
        """Log that a question was answered; the answer is there all the same if the log cannot be written."""
        from bot.log import LogUnusable

        try:
            self.log.record(answer, via)
        except LogUnusable as problem:
            logger.warning("The answer is not in the log: %s", problem)

    def search(self, text: str, k: int, audience: Audience = FOR_ALL) -> list[Hit]:
        """Find the `k` best passages for a question, of those that somebody of these audiences may read."""
        return self.assistant(audience=audience).search(text, k)

    def update(self, orders: Orders = AS_EVER) -> Updated:
        """Bring the index up to date with the library: see `bot.update.update`."""
        return update(self._parts, orders)

    def purge(self, id_or_file: str) -> tuple[str, ...]:
        """Make a document be gone, and say what was done and what is left: see `bot.purge.purge`."""
        return purge(self._parts, self.log, id_or_file)

    def rollback(self, version: str | None = None) -> RolledBack:
        """Make an older snapshot live again, and write it down: see `Store.rollback`."""
        live = self.store.rollback(version)
        try:
            self.record.add(Entry(when=datetime.now(UTC), who=who(), what="rollback", version=live, published=True))
        except StoreUnusable as problem:
            logger.warning("%s", problem)
        known = {source.id for source in self.library.sources() if quotable(source)}
        manifest = next(snapshot.manifest for snapshot in self.store.snapshots() if snapshot.version == live)
        return RolledBack(live, tuple(sorted(manifest.sources.keys() - known)) if manifest else ())

    @property
    def _parts(self) -> Parts:
        return Parts(self.library, self.store, self.record, self.pairs_file, self.settings, self.model)

    def evaluate(self, files: Sequence[Path] = ()) -> evaluate.Report:
        """Ask the known pairs of files, or of the home if none are given."""
        pairs = evaluate.load(files or [self.pairs_file])
        return evaluate.run(self.assistant(), pairs, limited=self.limited)

    def limited(self, audience: Audience) -> Assistant:
        """The assistant of all that somebody of these audiences may read."""
        return self.assistant(audience=audience)

    def close(self) -> None:
        """Close the log, if it was opened."""
        if "log" in self.__dict__:
            self.log.close()
