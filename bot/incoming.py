"""Files that wait to be published: each was checked and read once, and is no document of the library yet."""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from knowledge import disk
from knowledge.library import Became, Library, Outcome
from knowledge.metadata import doubtful
from knowledge.register import Entry, corrected
from knowledge.types import BadMetadata, DocumentNotFound, DocumentRefused, LibraryUnusable, Metadata, Source
from knowledge.versions import check_supersedes

MAX_BYTES = 50_000_000
"""Size limit of a file: it goes through the memory of a process that answers questions meanwhile."""
KEPT = timedelta(days=14)
"""How long a file waits to be published."""
NAME_BYTES = 150
"""Longest name that a file is kept under."""

_NOTE = ".waiting.json"
"""What is known of a file, beside it; hidden, as no document may be."""
_ID = re.compile(r"[0-9a-f]{32}")
_NOT_IN_NAMES = ("C", "Zl", "Zp")
"""Unicode categories: control characters, those that turn the direction of writing, line ends."""

Becomes = Literal["added", "changed", "unchanged"]
_BECOMES: dict[Became, Becomes] = {"added": "added", "replaced": "changed", "kept": "changed", "duplicate": "unchanged"}


class Arrived(BaseModel):
    """One document of a file: the file itself, or what an archive or an e-mail holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Source
    """As it would be in the library, if nothing more is said of it."""
    becomes: Becomes
    """What it would be there: a new document, another version of one, or nothing that is not there already."""
    format: str
    """By its name for people, such as Word."""
    words: int


class Waiting(BaseModel):
    """A file that waits to be published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    """That it is kept under, made safe."""
    size: int
    """In bytes."""
    came: AwareDatetime
    documents: tuple[Arrived, ...]
    """One, unless it is an archive or an e-mail with attachments; never none."""
    warnings: tuple[str, ...] = ()
    """Whole sentences: what was odd about it, what it replaces, what in it was refused."""
    said: Metadata = Metadata()
    """By the admin, of all its documents."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The documents as they would be in the library, with what the admin said."""
        return tuple(corrected(Entry(source=one.source), self.said).source for one in self.documents)

    def doubts(self, today: date) -> tuple[str, ...]:
        """What about their dates can hardly be, a sentence each."""
        return tuple(sentence for source in self.sources for sentence in doubtful(source, today))


@dataclass(frozen=True, slots=True)
class Tried:
    """A second library, in which a file that waits is a document already."""

    library: Library
    changed: tuple[str, ...]
    """Ids of documents that are not as they are in the real one."""


class Incoming:
    """The folder of the files that wait. Errors of the disk become `LibraryUnusable`. Safe to share between threads.

    Args:
        home: Folder of all state, with the library in it.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / "incoming"
        self._documents = home / "documents"

    def take(self, name: str, data: bytes, now: datetime | None = None) -> Waiting:
        """Check a file, read it, and keep it until it is published or left.

        Args:
            name: As its sender calls it; nothing is believed of it but its ending, and that only if the content agrees.
            data: Its bytes.
            now: When it came, with a time zone; by default now.

        Raises:
            DocumentRefused: It is too large, empty, damaged, protected, or of a kind that cannot be read.
            LibraryUnusable: It cannot be kept.
        """
        safe = safe_name(name)
        if len(data) > MAX_BYTES:
            what = f"`{safe}` has {len(data) / 1e6:.1f} MB; the limit is {MAX_BYTES // 1_000_000} MB"
            raise DocumentRefused(f"{what}. Split it into smaller documents.")
        with self._disk(), self._scratch() as folder:
            aside = folder / "waiting"
            aside.mkdir(mode=0o700)
            disk.write(aside / safe, data)
            outcomes = Library(self._documents).linked(folder / "documents").add([aside / safe])
            waiting = _understood(aside / safe, outcomes, len(data), now or datetime.now(UTC))
            disk.write(aside / _NOTE, waiting.model_dump_json().encode())
            disk.sync_folder(aside)
            os.rename(aside, self.folder / waiting.id)
            disk.sync_folder(self.folder)
        return waiting

    def get(self, id: str) -> Waiting:
        """The file that waits under this id. Raises DocumentNotFound for any other."""
        try:
            with self._disk(), self._found(id):
                return Waiting.model_validate_json((self._place(id) / _NOTE).read_bytes())
        except ValidationError:
            raise LibraryUnusable(f"What is known of the file {id} cannot be used. Send it again.") from None

    def waiting(self) -> tuple[Waiting, ...]:
        """All files that wait, the oldest first."""
        found = []
        for id in self._ids():
            with suppress(DocumentNotFound, LibraryUnusable):  # gone meanwhile, or of no use to anybody
                found.append(self.get(id))
        return tuple(sorted(found, key=lambda one: (one.came, one.id)))

    def describe(self, id: str, said: Metadata) -> Waiting:
        """Keep what an admin says of a file, instead of what was said before.

        Raises:
            DocumentNotFound: It does not wait.
            BadMetadata: It cannot be true: one title for several documents, or a document that overrules itself.
        """
        waiting = self.get(id)
        if said.title is not None and len(waiting.documents) > 1:
            raise BadMetadata(f"`{waiting.name}` holds {len(waiting.documents)} documents: they cannot have one title.")
        for one in waiting.documents:
            check_supersedes(one.source.id, said.supersedes or (), Library(self._documents).sources())
        described = waiting.model_copy(update={"said": said})
        with self._disk(), self._found(id):
            disk.replace(self._place(id) / _NOTE, described.model_dump_json().encode())
        return described

    def discard(self, id: str) -> None:
        """Leave a file. Raises DocumentNotFound when it does not wait."""
        place = self._place(id)
        with self._disk(), self._scratch() as folder, self._found(id):
            os.rename(place, folder / "gone")

    def forget(self, older_than: datetime) -> tuple[str, ...]:
        """Leave what came before a point in time, and what nobody can use; their ids."""
        gone = []
        for id in self._ids():
            with suppress(DocumentNotFound):
                try:
                    old = self.get(id).came < older_than
                except LibraryUnusable:
                    old = True
                if old:
                    self.discard(id)
                    gone.append(id)
        return tuple(gone)

    @contextmanager
    def tried(self, waiting: Waiting | None) -> Iterator[Tried]:
        """A second library for as long as the context lasts: the real one with this file, or just as it is.

        Raises:
            DocumentRefused: Nothing of the file can be added any more.
            LibraryUnusable: There is no space for it, or the library cannot be read.
        """
        with ExitStack() as stack:
            with self._disk():
                library = Library(self._documents).linked(stack.enter_context(self._scratch()) / "documents")
            changed: tuple[str, ...] = ()
            if waiting is not None:
                file = self._place(waiting.id) / waiting.name
                added = library.add([file], waiting.said)
                if all(outcome.source is None for outcome in added):
                    raise DocumentRefused(" ".join(_messages(added, file)))
                changed = tuple(one.source.id for one in added if one.source and one.status != "duplicate")
            yield Tried(library, changed)

    @contextmanager
    def _found(self, id: str) -> Iterator[None]:
        """It may have been published or left right now."""
        try:
            yield
        except FileNotFoundError:
            raise _not_found(id) from None

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        with disk.scratch(self.folder) as folder:
            self.folder.chmod(0o700)
            yield folder

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = error.filename or self.folder
            raise LibraryUnusable(f"The file cannot be kept or read: {where}: {disk.reason(error)}") from error

    def _place(self, id: str) -> Path:
        """The folder of a file that waits. An id comes from outside: it is never part of a path before it is known."""
        if not _ID.fullmatch(id) or not (self.folder / id / _NOTE).is_file():
            raise _not_found(id)
        return self.folder / id

    def _ids(self) -> list[str]:
        with self._disk():
            try:
                return sorted(name for name in os.listdir(self.folder) if _ID.fullmatch(name))
            except FileNotFoundError:
                return []


def safe_name(name: str) -> str:
    """A name that a file can be kept under on any system, with the ending of the given one.

    Args:
        name: Whatever somebody sent: it may hold folders, control characters, or nothing at all.
    """
    base = re.split(r"[/\\]", name.encode(errors="replace").decode())[-1]
    plain = "".join(mark for mark in base if not unicodedata.category(mark).startswith(_NOT_IN_NAMES))
    stem, dot, ending = plain.strip(" .").rpartition(".")
    stem, ending = (stem, dot + ending) if dot and len(ending.encode()) <= 10 else (plain.strip(" ."), "")
    most = NAME_BYTES - len(ending.encode())
    return (stem.encode()[:most].decode(errors="ignore").strip(" .") or "document") + ending


def _understood(file: Path, outcomes: Sequence[Outcome], size: int, came: datetime) -> Waiting:
    documents = tuple(
        Arrived(source=one.source, becomes=_BECOMES[one.status], format=one.format, words=one.words)
        for one in outcomes
        if one.source is not None
    )
    said = _messages(outcomes, file)
    if not documents:
        raise DocumentRefused(" ".join(said))
    return Waiting(id=secrets.token_hex(16), name=file.name, size=size, came=came, documents=documents, warnings=said)


def _messages(outcomes: Sequence[Outcome], file: Path) -> tuple[str, ...]:
    """What was said of a file and of what is in it, without the folder where it lies."""
    all_said = (message for one in outcomes for message in one.messages)
    return tuple(dict.fromkeys(message.replace(f"{file.parent}/", "") for message in all_said))


def _not_found(id: str) -> DocumentNotFound:
    return DocumentNotFound(f"No file waits under the id {id[:40]!r}. It has been published or left; send it again.")
