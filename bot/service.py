"""The parts put together over one home folder: ask, notice a new index, and what an admin does to it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot import evaluate
from bot.answer.types import Answer, Turn
from bot.assistant import Assistant
from bot.home import Home
from bot.purge import purge
from bot.record import Entry, who
from bot.settings import Settings
from bot.settings import load as load_settings
from bot.update import Orders, Parts, Progress, Updated, for_all, open_live, unseen, update
from index.model import Model
from index.search import must_fit
from index.types import Hit, IndexProblem, NoIndex, StoreUnusable

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
    """Ids of documents it answers from that have been removed, withdrawn or given an audience since."""


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
        self._assistant: Assistant | None = None
        self._watched = False
        self._refused = ""

    @cached_property
    def log(self) -> Log:
        """The home's log."""
        from bot.log import Log  # after the answer: with its database it takes longer to load than a question to answer

        return Log(f"sqlite:///{self.home / 'log.db'}")

    def assistant(self, progress: Progress = unseen) -> Assistant:
        """The assistant of the live index, which is built first if there is none.

        A new snapshot is noticed at the next call, or by `watch`. One that cannot be loaded leaves the assistant as it
        was.
        """
        if self._watched and self._assistant is not None:
            return self._assistant
        with self._lock:
            if self._assistant is None:
                if self.store.current() is None:
                    self._build_first(progress)
                self._assistant = self._load()
            elif not self._watched:
                self._assistant = self._newest(self._assistant)
            return self._assistant

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
            if self._assistant is not None:
                try:
                    self._assistant = self._newest(self._assistant)
                except Exception:  # whatever it is, answers go on from the index that is there, and so does the watch
                    logger.exception("The new index cannot be loaded.")

    def _newest(self, serving: Assistant) -> Assistant:
        """The assistant of the live index, or the one that is serving if there is no other or it cannot be loaded."""
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

    def _load(self) -> Assistant:
        live = open_live(self.store)
        encoder = self.model.of(live.index.manifest)
        must_fit(live.index.manifest, encoder)
        return Assistant(live.index, encoder, learned=live.learned)

    def ask(self, text: str, thread: Sequence[Turn] = (), today: date | None = None, via: Via = "cli") -> Answer:
        """Answer a question and log that it was answered. Raises QuestionRefused when there is nothing to look up."""
        answer = self.assistant().ask(text, thread, today)
        self.note(answer, via)
        return answer

    def note(self, answer: Answer, via: Via = "cli") -> None:
        """Log that a question was answered; the answer is there all the same if the log cannot be written."""
        from bot.log import LogUnusable

        try:
            self.log.record(answer, via)
        except LogUnusable as problem:
            logger.warning("The answer is not in the log: %s", problem)

    def search(self, text: str, k: int) -> list[Hit]:
        """Find the `k` best passages for a question."""
        return self.assistant().search(text, k)

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
        quotable = {source.id for source in self.library.sources() if for_all(source)}
        manifest = next(known.manifest for known in self.store.snapshots() if known.version == live)
        return RolledBack(live, tuple(sorted(manifest.sources.keys() - quotable)) if manifest else ())

    @property
    def _parts(self) -> Parts:
        return Parts(self.library, self.store, self.record, self.pairs_file, self.settings, self.model)

    def evaluate(self, files: Sequence[Path] = ()) -> evaluate.Report:
        """Ask the known pairs of files, or of the home if none are given."""
        pairs = evaluate.load(files or [self.pairs_file])
        return evaluate.run(self.assistant(), pairs)

    def close(self) -> None:
        """Close the log, if it was opened."""
        if "log" in self.__dict__:
            self.log.close()
