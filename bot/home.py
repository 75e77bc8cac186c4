"""The folder of all state: what lies where in it, and how a new one begins."""

from __future__ import annotations

import os
from pathlib import Path

from bot.record import Record
from index.store import Store
from knowledge import disk
from knowledge.library import Library

BUNDLED = Path(__file__).parents[1] / "knowledge"
"""Where the briefings and known pairs lie that every new home begins with."""
EMPTY_PAIRS = "# Known question-and-answer pairs: a list as in the bundled questions.yaml, see the README.\n[]\n"


class HomeUnusable(Exception):
    """The home folder cannot be made or written. The message names it and says why."""


class Home:
    """A home folder and what lies in it, for all that is done without asking a question.

    Args:
        home: Folder of all state; made if it is not there.
        bundled: Whether a new home begins with the bundled briefings and known pairs.

    Raises:
        HomeUnusable, LibraryUnusable: The folder cannot be made or written.
    """

    def __init__(self, home: Path, bundled: bool = True) -> None:
        self.home = home
        self.library = Library(home / "documents")
        self.store = Store(home / "index")
        self.record = Record(home / "updates.jsonl")
        self._begin(bundled)

    @property
    def pairs_file(self) -> Path:
        """The home's known pairs."""
        return self.home / "questions.yaml"

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
