"""The folder of originals and its register.

What is known about a document comes, in this order of trust, from an admin (`add` with metadata, `set`), from the
`sources.yaml` beside the file, and from the file itself. The register keeps the first two apart, so that they stay when
the file is replaced and only what the file says of itself is read anew. No date is ever invented.

A crash loses nothing: new bytes are put aside under their checksum, then the register names them, then they get their
own name. Whoever reads in between finds them aside, and the next change tidies up.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from knowledge import disk
from knowledge.incoming import Given, Refusal, find
from knowledge.readers.sandbox import SHARED
from knowledge.register import Entry, Register, corrected, described, new_entry
from knowledge.types import (
    Document,
    DocumentNotFound,
    DocumentRefused,
    LibraryUnusable,
    Metadata,
    Reading,
    Source,
)
from knowledge.unpack import Opened, Read, opened

Became = Literal["added", "replaced", "kept", "duplicate", "refused"]

WAIT_SECONDS = 30.0
"""How long a change waits for another process that is changing the library."""
BATCH = 100
"""Files taken between two writings of the register: an interrupted `add` keeps what was done before."""
SUGGESTED = 3
"""Ids named to who asks for one that is not there: more are no longer a hint."""

_REGISTER = "register.json"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    file: str
    """Its path as it was found."""
    status: Became
    """kept: the same file, but what is known about it has changed; duplicate: nothing has."""
    source: Source | None
    """None when it was refused."""
    messages: tuple[str, ...]
    """Whole sentences for whoever added it."""
    format: str = ""
    """Of its content, by the name for people, such as Word; empty when it was refused."""
    words: int = 0
    """In its text."""


class Library:
    """The originals, and what is known about them. Errors of the disk become `LibraryUnusable`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = FileLock(folder / _LOCK)
        self._read: tuple[tuple[int, int, int], Register] | None = None
        self._origin = Register()
        self._sources: tuple[Register, tuple[Source, ...]] | None = None

    def add(self, paths: Sequence[Path], metadata: Metadata = Metadata()) -> tuple[Outcome, ...]:  # noqa: B008
        """Copy files into the library, those in archives and e-mails, too; one that is refused never stops the others.

        A file of a known name replaces the earlier one and keeps its id. The same bytes are never kept twice.

        Args:
            paths: files and folders; a folder's files are taken, those of its folders too.
            metadata: what the admin says about all of them.

        Returns:
            What became of each file, in the order found.

        Raises:
            LibraryUnusable: the folder cannot be written or its register cannot be read.
        """
        outcomes: list[Outcome] = []
        names: dict[str, str] = {}
        with self._changing():
            found = find(paths)
            while batch := list(islice(found, BATCH)):
                register = self._register().copy()
                read = self._read_for(metadata, register)
                files = (file for given in batch for file in _unpacked(given, read))
                outcomes += [self._take(file, metadata, register, names) for file in files]
                self._write(register)
        return tuple(outcomes)

    def sources(self) -> tuple[Source, ...]:
        """All documents, sorted by id: the very same tuple, within microseconds, as long as nothing has changed."""
        register, listed = self._register(), self._sources
        if listed is None or listed[0] is not register:
            by_id = register.by_id
            self._sources = listed = register, tuple(by_id[document].source for document in sorted(by_id))
        return listed[1]

    def document(self, id_or_file: str) -> Document:
        """Read one document anew from its original.

        Raises:
            DocumentNotFound: it is not in the library; names the nearest.
            DocumentRefused: its original can no longer be read as a document.
            LibraryUnusable: its original is missing or is not the one that was added.
        """
        source = self._entry(id_or_file).source
        data = self._original(source)
        while data is None:
            newer = self._entry(source.id).source
            if newer.sha256 == source.sha256:
                what = f"The original {self.folder / source.file} of {source.id} is missing or has been changed."
                raise LibraryUnusable(f"{what} Add the file again with `merger-bot documents add`, or remove it.")
            source, data = newer, self._original(newer)
        reading = SHARED.read(data, source.file, source.ocr)
        return Document(source, reading.text, reading.blocks, reading.warnings, reading.pages, reading.page_name)

    def remove(self, id_or_file: str) -> Source:
        """Forget a document and its original. Raises DocumentNotFound, LibraryUnusable."""
        with self._changing():
            register = self._register().copy()
            source = self._entry(id_or_file).source
            with self._disk(), suppress(FileNotFoundError):
                os.replace(self.folder / source.file, self._aside(source.sha256))
            register.drop(source.id)
            self._write(register)
        return source

    def set(self, id_or_file: str, metadata: Metadata) -> Source:
        """Say something about a document, over what its file and `sources.yaml` say.

        Returns:
            The document as it is known now.

        Raises:
            DocumentNotFound, LibraryUnusable
        """
        with self._changing():
            register = self._register().copy()
            entry = corrected(self._entry(id_or_file), metadata)
            register.put(entry)
            self._write(register)
        return entry.source

    def linked(self, folder: Path) -> Library:
        """Make a second library of the same documents, to try a change on; this one stays as it is.

        Args:
            folder: Not there yet. On the same disk the originals get a second name and are not copied.
        """
        with self._changing(), self._disk():
            second = Library(folder)
            second._origin = self._register()
            folder.mkdir()
            for name in second._origin.by_file:
                with suppress(FileNotFoundError):  # missing in both
                    disk.link(self.folder / name, folder / name)
            disk.write(folder / _REGISTER, second._origin.content())
        return second

    def take_over(self, second: Library, ids: Iterable[str]) -> None:
        """Have these documents as a second library, `linked` from this one, has them, without reading them again.

        Raises:
            LibraryUnusable: What is known of them here has changed meanwhile; then nothing is done.
        """
        with self._changing():
            register = self._register().copy()
            for entry in map(second._entry, ids):
                source, data = entry.source, second._original(entry.source)
                if data is None or register.in_place_of(source) != second._origin.in_place_of(source):
                    what = (
                        f"{source.file} cannot be added: it, or another in {self.folder}, has been changed meanwhile."
                    )
                    raise LibraryUnusable(f"{what} Run the command again.")
                with self._disk():
                    disk.write(self._aside(source.sha256), data)
                register.put(entry)
            self._write(register)

    @staticmethod
    def digest(source: Source) -> str:
        """SHA-256 of a document's bytes and all that is known about it: it changes when either does."""
        return hashlib.sha256(source.model_dump_json().encode()).hexdigest()

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = error.filename or self.folder
            raise LibraryUnusable(f"The documents cannot be read or written: {where}: {disk.reason(error)}") from error

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the right to change the library, among all processes, and begin and end tidy."""
        with self._disk():
            disk.make_folder(self.folder)
            try:
                self._lock.acquire(timeout=WAIT_SECONDS)
            except Timeout:
                what = f"Another process is changing the documents in {self.folder}."
                raise LibraryUnusable(f"{what} Wait for it to finish, then run the command again.") from None
        try:
            self._tidy()
            yield
        except BaseException:
            with suppress(LibraryUnusable):
                self._tidy()
            raise
        finally:
            self._lock.release()

    def _register(self) -> Register:
        path, read = self.folder / _REGISTER, self._read
        with self._disk():
            try:
                stat = path.stat()
                seen = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
                if read is None or read[0] != seen:
                    self._read = read = (seen, Register.load(path))
            except FileNotFoundError:
                return Register()
        return read[1]

    def _write(self, register: Register) -> None:
        """Put what is aside in the register, and then in its place."""
        if register.by_id != self._register().by_id:
            with self._disk():
                disk.sync_folder(self.folder)
                disk.replace(self.folder / _REGISTER, register.content())
            self._read = None
        self._tidy()

    def _tidy(self) -> None:
        """Give what is aside its name if the register knows it, and remove it otherwise; only with the lock held."""
        by_sha256 = self._register().by_sha256
        with self._disk():
            leftovers = list(self.folder.glob(f"{disk.ASIDE}*"))
            for leftover in leftovers:
                entry = by_sha256.get(leftover.name.removeprefix(disk.ASIDE))
                if entry is None:
                    leftover.unlink()
                else:
                    os.replace(leftover, self.folder / entry.source.file)
            if leftovers:
                disk.sync_folder(self.folder)

    def _aside(self, sha256: str) -> Path:
        return self.folder / f"{disk.ASIDE}{sha256}"

    def _entry(self, id_or_file: str) -> Entry:
        register = self._register()
        entry = register.by_id.get(id_or_file) or register.by_file.get(id_or_file)
        if entry is None:
            begun = [document for document in sorted(register.by_id) if id_or_file and document.startswith(id_or_file)]
            near = begun[:SUGGESTED] or get_close_matches(id_or_file, register.by_id, SUGGESTED)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            known = "`merger-bot documents list` shows them all."
            raise DocumentNotFound(f"There is no document {id_or_file!r} in the library.{hint} {known}")
        return entry

    def _original(self, source: Source) -> bytes | None:
        """The bytes that were registered; None if they are not there."""
        for path in (self.folder / source.file, self._aside(source.sha256), self.folder / source.file):
            with self._disk(), suppress(FileNotFoundError):
                data = path.read_bytes()
                if hashlib.sha256(data).hexdigest() == source.sha256:
                    return data
        return None

    @staticmethod
    def _read_for(metadata: Metadata, register: Register) -> Read:
        """A way to read files as they are taken: with OCR if the admin, a `sources.yaml` or an earlier word says so."""

        def read(name: str, data: bytes, listed: Metadata) -> Reading:
            earlier = register.by_file.get(name)
            said = (metadata.ocr, listed.ocr, earlier.source.ocr if earlier else None)
            return SHARED.read(data, name, next((ocr for ocr in said if ocr is not None), False))

        return read

    def _take(self, file: Opened | Refusal, metadata: Metadata, register: Register, names: dict[str, str]) -> Outcome:
        """Take one file into the register, and its bytes aside. `names` remembers the files of this call."""
        if isinstance(file, Refusal):
            return Outcome(str(file.path).encode(errors="replace").decode(), "refused", None, (file.why,))
        try:
            name = _usable_name(file.name)
            sha256 = hashlib.sha256(file.data).hexdigest()
            if names.setdefault(name, sha256) != sha256:
                raise DocumentRefused(f"{file.shown} has the same name as another of these files. Rename one of them.")
        except DocumentRefused as error:
            return Outcome(file.shown, "refused", None, (str(error),))
        reading, twin, old = file.reading, register.by_sha256.get(sha256), register.by_file.get(name)
        if twin is not None and twin is not old:
            same = f"{file.shown} has the same content as {twin.source.file} ({twin.source.id}) and was not added."
            return Outcome(file.shown, "duplicate", twin.source, (same,), reading.format, reading.words)
        earlier = old or new_entry(name, sha256, register.by_id)
        entry = described(earlier, sha256, reading, metadata, file.listed)
        register.put(entry)
        became, news = _news(old, entry)
        if became in ("kept", "duplicate") and self._original(entry.source) is None:
            became, news = "replaced", (f"{name} was missing or damaged in the library and has been put back.",)
        if became in ("added", "replaced"):
            with self._disk():
                disk.write(self._aside(sha256), file.data)
        return Outcome(file.shown, became, entry.source, news + reading.warnings, reading.format, reading.words)


def _unpacked(given: Given | Refusal, read: Read) -> Iterator[Opened | Refusal]:
    return iter((given,)) if isinstance(given, Refusal) else opened(given, read)


def _usable_name(name: str) -> str:
    """The name itself. DocumentRefused when nothing can be kept under it."""
    shown = name.encode(errors="replace").decode()
    if shown != name or name != Path(name).name or name.startswith(".") or name == _REGISTER:
        raise DocumentRefused(f"`{shown}` cannot be the name of a document in the library. Rename the file.")
    return name


def _news(old: Entry | None, new: Entry) -> tuple[Became, tuple[str, ...]]:
    file = new.source.file
    if old is None:
        return "added", ()
    if old.source.sha256 != new.source.sha256:
        return "replaced", (f"{file} replaces the earlier file of that name.",)
    known = f"{file} is in the library already"
    changed = [field for field in Source.model_fields if getattr(old.source, field) != getattr(new.source, field)]
    if changed:
        return "kept", (f"{known}; what is known about it has changed: {', '.join(changed)}.",)
    return "duplicate", (f"{known}, as {new.source.id}, and was not added again.",)
