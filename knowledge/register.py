"""The register of the library: what is known about each document, and who said it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from itertools import count
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from knowledge.incoming import SOURCES
from knowledge.metadata import BY_ADMIN, merge
from knowledge.readers.dates import IN_ADDRESS, address_date, impossible_date_line
from knowledge.types import BlockKind, LibraryUnusable, Metadata, Reading, Source

ID_CHARS = 150
"""Longest id made from a file name; leaves room for a number below the limit of `Source.id`."""

BY_FILE = "stated in the file"
"""The evidence of a date for which a reader gave none, as of front matter."""

_NOT_IN_ID = re.compile(r"[^A-Za-z0-9._-]+")


class Entry(BaseModel):
    """One document in the register."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Source
    admin: Metadata = Metadata()
    """What was said when it was added, and set since."""
    listed: Metadata = Metadata()
    """What a `sources.yaml` said."""


_ENTRIES = TypeAdapter(tuple[Entry, ...])


class Register:
    """The entries, found by id, by file and by checksum."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.by_id: dict[str, Entry] = {}
        self.by_file: dict[str, Entry] = {}
        self.by_sha256: dict[str, Entry] = {}
        for entry in entries:
            self.put(entry)

    @classmethod
    def load(cls, path: Path) -> Register:
        """Read a register. LibraryUnusable when it is broken; OSError when it cannot be read."""
        try:
            entries = _ENTRIES.validate_json(path.read_bytes())
            files = [entry.source.file for entry in entries]
            why = next((f"{file!r} is not the name of a file" for file in files if Path(file).name != file), "")
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            why = " ".join((".".join(map(str, first["loc"])), first["msg"])).strip()
        if why:
            what = f"The register {path} cannot be used: {why}."
            raise LibraryUnusable(f"{what} Put back a copy of it, or remove it and add the documents again.")
        return cls(entries)

    def copy(self) -> Register:
        """Another one with the same entries, to change."""
        return Register(self.by_id.values())

    def put(self, entry: Entry) -> None:
        """Add an entry, or replace the one with its id."""
        self.drop(entry.source.id)
        self.by_id[entry.source.id] = entry
        self.by_file[entry.source.file] = entry
        self.by_sha256[entry.source.sha256] = entry

    def drop(self, document: str) -> None:
        """Forget an entry, if it is there."""
        old = self.by_id.pop(document, None)
        if old is not None:
            self.by_file.pop(old.source.file, None)
            self.by_sha256.pop(old.source.sha256, None)

    def in_place_of(self, source: Source) -> tuple[Entry | None, Entry | None, Entry | None]:
        """The entries with its id, its file name, and its bytes."""
        return self.by_id.get(source.id), self.by_file.get(source.file), self.by_sha256.get(source.sha256)

    def content(self) -> bytes:
        """The register as it is kept on disk."""
        return _ENTRIES.dump_json(tuple(self.by_id.values()), indent=1, exclude_defaults=True)


def new_entry(file: str, sha256: str, taken: Container[str]) -> Entry:
    """The beginning of an entry for a file that is new, with an id of its own."""
    return Entry(source=Source(id=_free_id(file, taken), file=file, sha256=sha256, title=""))


def described(earlier: Entry, sha256: str, reading: Reading, metadata: Metadata, listed: Metadata) -> Entry:
    """A document as it is known now.

    Args:
        earlier: the entry so far; what an admin and a `sources.yaml` said before stays where nothing new is said.
        sha256: of the file's bytes.
        reading: what was read in them.
        metadata: what the admin says now.
        listed: what the `sources.yaml` says now.
    """
    old = earlier.source
    admin = merge(_dated(metadata, BY_ADMIN), earlier.admin)
    listed = earlier.listed if listed == Metadata() else _dated(listed, SOURCES)
    headings = (block.of(reading.text) for block in reading.blocks if block.kind is BlockKind.HEADING)
    title = " ".join(next(headings, "").split()) or _readable(Path(old.file).stem)
    itself = _dated(reading.metadata, BY_FILE)
    known = merge(admin, listed, itself, Metadata(title=title, evidence=_why_undated(reading)))
    source = Source.model_validate({"id": old.id, "file": old.file, "sha256": sha256, **_known(known)})
    return Entry(source=_dated_by_address(source), admin=admin, listed=listed)


def corrected(entry: Entry, metadata: Metadata) -> Entry:
    """The entry after an admin has said something about it."""
    if metadata.evidence is not None and metadata.published is None:
        metadata = metadata.model_copy(update={"published": entry.source.published})
    said = _dated(metadata, BY_ADMIN)
    source = _dated_by_address(entry.source.model_copy(update=_known(said)))
    return entry.model_copy(update={"source": source, "admin": merge(said, entry.admin)})


def _dated(said: Metadata, by: str) -> Metadata:
    """With where the date comes from, if there is a date and nothing is said about that."""
    if said.published is None or said.evidence is not None:
        return said
    return said.model_copy(update={"evidence": by})


def _dated_by_address(source: Source) -> Source:
    """With the date in the address, where there is no better one."""
    found = address_date(source.url)
    if found is None or (source.published and source.evidence != IN_ADDRESS) or source.evidence == BY_ADMIN:
        return source
    return source.model_copy(update={"published": found, "evidence": IN_ADDRESS})


def _why_undated(reading: Reading) -> str | None:
    """What to tell who asks for the date of a document that gives one which cannot be."""
    written = impossible_date_line(reading.text, reading.blocks)
    return f"the text states {written!r}, which is not a date with the day first" if written else None


def _known(said: Metadata) -> dict[str, object]:
    known = {field: value for field, value in said if value is not None}
    return {**known, "published": known["published"] or None} if "published" in known else known


def _readable(stem: str) -> str:
    words = re.sub(r"[\s_-]+", " ", stem).strip()
    return words[:1].upper() + words[1:] or stem


def _free_id(file: str, taken: Container[str]) -> str:
    """The file's stem as an id; its full name, and then a number, if another document has it."""
    for name in (Path(file).stem, file):
        document = _NOT_IN_ID.sub("-", name).strip("._-")[:ID_CHARS] or "document"
        if document not in taken:
            return document
    return next(numbered for number in count(2) if (numbered := f"{document}-{number}") not in taken)
