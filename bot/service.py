"""The parts put together over one home folder: ask, update the index, go back, notice a new index."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from bot import evaluate
from bot.answer.types import Answer, Turn
from bot.assistant import Assistant
from bot.log import Log, LogUnusable, Via
from bot.settings import Settings
from bot.settings import load as load_settings
from index.build import Progress, build, plan
from index.encoder import SentenceTransformersEncoder
from index.search import Index, must_fit
from index.store import Store
from index.types import Changes, Hit, IndexProblem, Manifest, NoIndex, SnapshotDamaged
from knowledge import disk
from knowledge.library import Library
from knowledge.types import Source

BUNDLED = Path(__file__).parents[1] / "knowledge"
"""Where the briefings and known pairs lie that every new home begins with."""
WAIT_FOR_FIRST_INDEX_SECONDS = 600.0
"""How long a question on a home without an index waits for another process that is building it."""
EMPTY_PAIRS = "# Known question-and-answer pairs: a list as in the bundled questions.yaml, see the README.\n[]\n"

logger = logging.getLogger(__name__)


class HomeUnusable(Exception):
    """The home folder cannot be made or written. The message names it and says why."""


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did, or would do."""

    changes: Changes
    manifest: Manifest | None
    """Of the snapshot that was built; None if there was nothing to do or it was only a plan."""
    report: evaluate.Report | None
    """The known pairs, asked of the new index."""
    published: bool


class Service:
    """An assistant over a home folder. Safe to share between threads; loads the model when it is first needed.

    Args:
        home: Folder of all state; made if it is not there.
        settings: Read from the environment if none are given.
        bundled: Whether a new home begins with the bundled briefings and known pairs.

    Raises:
        HomeUnusable, LibraryUnusable: The folder cannot be made or written.
    """

    def __init__(self, home: Path, settings: Settings | None = None, bundled: bool = True) -> None:
        self.home = home
        self.settings = settings or load_settings()
        self.library = Library(home / "documents")
        self.store = Store(home / "index")
        self._lock = threading.Lock()
        self._assistant: Assistant | None = None
        self._refused = ""
        self._begin(bundled)

    @property
    def pairs_file(self) -> Path:
        """The home's known pairs."""
        return self.home / "questions.yaml"

    @cached_property
    def encoder(self) -> SentenceTransformersEncoder:
        """The model of the settings, on all cores."""
        return SentenceTransformersEncoder(self.settings.model)

    @cached_property
    def log(self) -> Log:
        """The home's log."""
        return Log(f"sqlite:///{self.home / 'log.db'}")

    def _begin(self, bundled: bool) -> None:
        """Fill the home if it is new. The known pairs are written last: their file says that the home is complete."""
        try:
            if self.pairs_file.exists():
                return
            self.home.mkdir(parents=True, exist_ok=True)
            if bundled:
                self.library.add([BUNDLED / "documents"])
            pairs = (BUNDLED / "questions.yaml").read_bytes() if bundled else EMPTY_PAIRS.encode()
            # Under a name of its own first: another process may be filling the same home.
            aside = self.home / f"{disk.ASIDE}{os.getpid()}"
            disk.write(aside, pairs)
            os.replace(aside, self.pairs_file)
        except OSError as problem:
            reason = "it is not a folder" if isinstance(problem, FileExistsError) else problem.strerror
            raise HomeUnusable(
                f"The home folder {self.home} cannot be written: {reason}. Give another with --home or MERGER_BOT_HOME."
            ) from problem

    def assistant(self, progress: Progress = lambda done, of: None) -> Assistant:
        """The assistant of the live index, which is built first if there is none.

        A new snapshot is noticed at the next call. One that cannot be loaded leaves the assistant as it was.
        """
        with self._lock:
            if self._assistant is None:
                if self.store.current() is None:
                    self._build_first(progress)
                self._assistant = self._load()
            else:
                self._assistant = self._newest(self._assistant)
            return self._assistant

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
        updated = self.update(progress=progress, wait_seconds=WAIT_FOR_FIRST_INDEX_SECONDS)
        if updated.manifest is not None and not updated.published:
            raise NoIndex(
                "The first index does not pass the known pairs, so it was not published. See which fail with "
                "`merger-bot index update`; publish it all the same with `merger-bot index update --force`."
            )

    def _load(self) -> Assistant:
        manifest, parts = self.store.load()
        must_fit(manifest, self.encoder)
        return Assistant(Index.restored(manifest, parts), self.encoder)

    def ask(self, text: str, thread: Sequence[Turn] = (), today: date | None = None, via: Via = "cli") -> Answer:
        """Answer a question and log that it was answered. Raises QuestionRefused when there is nothing to look up."""
        answer = self.assistant().ask(text, thread, today)
        try:
            self.log.record(answer, via)
        except LogUnusable as problem:
            logger.warning("The answer is not in the log: %s", problem)
        return answer

    def search(self, text: str, k: int) -> list[Hit]:
        """Find the `k` best passages for a question."""
        return self.assistant().search(text, k)

    def update(
        self,
        dry_run: bool = False,
        force: bool = False,
        progress: Progress = lambda done, of: None,
        wait_seconds: float = 0.0,
    ) -> Updated:
        """Bring the index up to date with the library: plan, build, check against the known pairs, publish.

        Args:
            dry_run: Only plan.
            force: Publish even if the known pairs fail.
            progress: Told how many new passages are encoded, of how many.
            wait_seconds: How long to wait for another process that is updating.

        Raises:
            UpdateInProgress: Another process is updating and did not finish in time.
        """
        pairs = evaluate.load([self.pairs_file])
        with self.store.updating(wait_seconds):
            digests = {source.id: self.library.digest(source) for source in self.library.sources() if _for_all(source)}
            live = self._live_index()
            changes = plan(live.manifest if live else None, digests, self.encoder)
            nothing_to_do = live is not None and not changes
            if dry_run or nothing_to_do:
                return Updated(changes, None, None, published=False)
            read = self.library.document
            documents = [
                live.documents[name] if live and name in changes.kept and not changes.rebuild else read(name)
                for name in sorted(digests)
            ]
            index = build(documents, digests, self.encoder, datetime.now(UTC), live, progress)
            report = evaluate.run(Assistant(index, self.encoder), pairs)
            passes = report.passes(self.settings.gate_right, self.settings.gate_declined)
            if not passes and not force:
                return Updated(changes, index.manifest, report, published=False)
            manifest = self.store.save(index.manifest, index.parts())
            self.store.publish(manifest.version)
            self.store.prune()
            return Updated(changes, manifest, report, published=True)

    def _live_index(self) -> Index | None:
        """The live index; None if there is none or it is damaged, so that an update builds it anew."""
        try:
            return Index.restored(*self.store.load())
        except NoIndex:
            return None
        except SnapshotDamaged as problem:
            logger.warning("The live index is built anew: %s", problem)
            return None

    def evaluate(self, files: Sequence[Path] = ()) -> evaluate.Report:
        """Ask the known pairs of files, or of the home if none are given."""
        pairs = evaluate.load(files or [self.pairs_file])
        return evaluate.run(self.assistant(), pairs)

    def close(self) -> None:
        """Close the log, if it was opened."""
        if "log" in self.__dict__:
            self.log.close()


def _for_all(source: Source) -> bool:
    """Whether a document may be quoted: it is for all staff, and not withdrawn."""
    return not source.audience and source.status != "withdrawn"
