"""From what an admin hands in to single files that were read: archives are opened, e-mails give their attachments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from knowledge.incoming import SOURCES, Given, Refusal
from knowledge.metadata import parse_sources
from knowledge.readers.attached import name_with_outer
from knowledge.readers.guard import MAX_BYTES, MAX_MEMBERS, MAX_UNPACKED_BYTES, Format
from knowledge.types import BadMetadata, BlockKind, DocumentRefused, Metadata, Reading

MAX_DEPTH = 3
"""Archives and e-mails within each other; deeper ones hide something."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was read, and where it comes from."""

    shown: str
    """Its path, for people; of a member of an archive with the archive's path in front."""
    name: str
    """Its own name, under which it is kept; what came with an e-mail has the e-mail's name in front."""
    data: bytes
    listed: Metadata
    """What a `sources.yaml` beside it says."""
    reading: Reading


Read = Callable[[str, bytes, Metadata], Reading]
"""Reads a file: its name, its bytes, and what is listed about it."""


@dataclass(slots=True)
class _Left:
    """What may still be unpacked from one file that was handed in."""

    files: int
    bytes: int


def opened(
    given: Given, read: Read, most_files: int = MAX_MEMBERS, most_bytes: int = MAX_UNPACKED_BYTES
) -> Iterator[Opened | Refusal]:
    """Read a file, and all files in it, each only when it is asked for.

    Args:
        given: The file.
        read: Reads it; raises DocumentRefused or BadMetadata.
        most_files: That may be in it, those in archives within it counted, too.
        most_bytes: The same for their size.
    """
    try:
        data = _content(given)
    except DocumentRefused as refused:
        yield Refusal(given.path, str(refused))
        return
    shown = str(given.path).encode(errors="replace").decode()
    file = Opened(shown, given.path.name, data, given.listed, _UNREAD)
    yield from _opened(file, read, _Left(most_files, most_bytes))


_UNREAD = Reading("", "", (), Metadata())


def _opened(
    file: Opened, read: Read, left: _Left, depth: int = 0, from_sender: bool = False
) -> Iterator[Opened | Refusal]:
    try:
        reading = read(file.name, file.data, file.listed)
    except (BadMetadata, DocumentRefused) as refused:
        yield _refusal(file.shown, f"In {file.shown.rpartition('/')[0]}: {refused}" if depth else str(refused))
        return
    has_text = any(block.kind is not BlockKind.FURNITURE for block in reading.blocks)
    if has_text:
        yield Opened(file.shown, file.name, file.data, file.listed, reading)
    else:
        yield from (_refusal(file.shown, warning) for warning in reading.warnings)
    if not reading.attachments:
        return
    if depth == MAX_DEPTH:
        what = f"`{file.name}` holds files more than {MAX_DEPTH} archives deep; they were not taken"
        yield _refusal(file.shown, f"{what}. Add them by themselves.")
        return
    left.files -= len(reading.attachments)
    left.bytes -= sum(len(attachment.data) for attachment in reading.attachments)
    if min(left.files, left.bytes) < 0:
        yield _refusal(file.shown, f"`{file.name}` holds too much, archives within it counted. Unpack it, or split it.")
        return
    from_sender = from_sender or reading.format in (Format.EMAIL, Format.OUTLOOK)
    for member in _members(file, reading, from_sender):
        yield from [member] if isinstance(member, Refusal) else _opened(member, read, left, depth + 1, from_sender)


def _members(file: Opened, reading: Reading, from_sender: bool) -> Iterator[Opened | Refusal]:
    """The files in a file, with what a `sources.yaml` among them says; a broken one leaves its folder out.

    What came by e-mail is not believed about itself: anybody may write one.
    """
    listed: dict[PurePosixPath, dict[str, Metadata] | None] = {}
    for attachment in reading.attachments:
        path = PurePosixPath(attachment.name)
        if path.name != SOURCES:
            continue
        shown = f"{file.shown}/{path}"
        if from_sender:
            yield _refusal(shown, f"`{shown}` came by e-mail and was not followed. Say what is true of the documents.")
            continue
        try:
            listed[path.parent] = parse_sources(attachment.data.decode("utf-8-sig"), shown)
        except (BadMetadata, UnicodeDecodeError) as error:
            why = str(error) if isinstance(error, BadMetadata) else f"`{shown}` is not UTF-8 text. Save it as UTF-8."
            listed[path.parent] = None
            yield _refusal(shown, f"{why} Nothing beside it was added.")
    for attachment in reading.attachments:
        path = PurePosixPath(attachment.name)
        beside = listed.get(path.parent, {})
        if path.name == SOURCES or beside is None:
            continue
        # Two e-mails may each bring an agenda.docx; an archive added anew shall replace what came from it.
        name = name_with_outer(PurePosixPath(file.name).stem, path.name) if reading.blocks else path.name
        said = beside.get(path.name, Metadata())
        yield Opened(f"{file.shown}/{path}", name, attachment.data, said, _UNREAD)


def _refusal(shown: str, why: str) -> Refusal:
    return Refusal(PurePosixPath(shown), why)


def _content(given: Given) -> bytes:
    """The content of a file of usable size. DocumentRefused for anything else."""
    path = given.path
    try:
        if not path.is_file():
            raise DocumentRefused(f"{path} is not a file.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            limit = f"the limit is {MAX_BYTES / 1e6:.0f} MB. Split it into smaller documents."
            raise DocumentRefused(f"{path} has {size / 1e6:.1f} MB; {limit}")
        return path.read_bytes()
    except OSError as error:
        raise DocumentRefused(f"{path} cannot be read: {error.strerror or error}.") from error
