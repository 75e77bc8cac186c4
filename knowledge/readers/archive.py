"""ZIP archives: no text of their own, only the files in them. What unpacking may cost, the guard has checked."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO

from knowledge.incoming import SOURCES
from knowledge.readers.attached import inner_path, with_own_names
from knowledge.types import Attachment, DocumentRefused, EmptyDocument, Metadata, Reading

CHUNK_BYTES = 65_536
"""Unpacked at a time: a member is left as soon as it is larger than it says."""
SHOWN_PROBLEMS = 20
"""Members left out that are named; more are counted."""

_UTF8_NAME = 0x800  # flag of a member whose name is UTF-8
_NO_FILES = frozenset(("__macosx", "thumbs.db", "desktop.ini"))


def read(content: bytes, name: str) -> Reading:
    """Unpack an archive. The reading has no text; the members, by their paths, are its attachments.

    Folders, hidden files, links and what Windows and macOS put beside files are left out. A member that cannot be
    unpacked is left out with a warning.

    Raises:
        EmptyDocument: There is no file in it.
        DocumentRefused: No file in it can be unpacked.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = [(member, path) for member in archive.infolist() if (path := _path(member))]
            unpacked = [(path, _unpack(archive, member)) for member, path in members]
    except Exception as error:  # of a broken archive, each decompressor complains in its own class
        raise DocumentRefused(f"`{name}` is damaged: it cannot be unpacked. Save or download it anew.") from error
    if all(_is_sources(path) for path, _ in unpacked):
        raise EmptyDocument(f"`{name}` has no files in it. Add an archive with documents.")
    files = [Attachment(path, data) for path, data in unpacked if data is not None]
    if all(_is_sources(file.name) for file in files):
        raise DocumentRefused(f"`{name}` is damaged: none of its files can be unpacked. Save or download it anew.")
    broken = [path for path, data in unpacked if data is None]
    return Reading("ZIP archive", "", (), Metadata(), tuple(_warnings(name, broken)), attachments=with_own_names(files))


def _path(member: zipfile.ZipInfo) -> str:
    """Where a member is to lie; empty for what is no file of anybody's."""
    link = member.create_system == 3 and stat.S_ISLNK(member.external_attr >> 16)
    path = inner_path(_name(member))
    parts = path.lower().split("/")
    left_out = any(part.startswith((".", "~$")) or part in _NO_FILES for part in parts)
    return "" if link or left_out or member.is_dir() or member.filename.endswith("\\") else path


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member; many programs write UTF-8 and do not say so."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | None:
    """The content of a member; None if it is damaged."""
    data = bytearray()
    try:
        with archive.open(member) as packed:
            while chunk := packed.read(CHUNK_BYTES):
                data += chunk
    except Exception:  # as above
        return None
    return bytes(data) if len(data) == member.file_size else None


def _is_sources(path: str) -> bool:
    return path.rpartition("/")[2] == SOURCES


def _warnings(name: str, broken: Sequence[str]) -> Iterator[str]:
    for path in broken[:SHOWN_PROBLEMS]:
        yield f"`{name}`: the file `{path}` in it cannot be unpacked and was left out."
    if len(broken) > SHOWN_PROBLEMS:
        yield f"`{name}`: {len(broken) - SHOWN_PROBLEMS} more files in it cannot be unpacked and were left out."
