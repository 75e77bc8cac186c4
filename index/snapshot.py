"""The files of one snapshot: an array `vectors` is kept as `vectors.npy`, bytes under their own name.

`manifest.json` holds their checksums, and `manifest.sha256` its own, in the form that `sha256sum -c` understands. A
file may be shared with other snapshots (a hard link): removing one of them leaves it to the others.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from index.types import FORMAT, Kept, Manifest
from knowledge import disk

Parts = Mapping[str, NDArray[Any] | bytes | Kept]
"""What a snapshot consists of: arrays by name without suffix, bytes by file name, and so what another one has."""
Loaded = dict[str, NDArray[Any] | bytes | mmap]
"""The same, read again."""
Seen = dict[str, tuple[int, int, int]]
"""Identity, size and time of files by name: if they are the same, its bytes need not be read again."""

MANIFEST = "manifest.json"
MANIFEST_SUM = "manifest.sha256"
PUBLISHED = "published"
"""An empty file in each snapshot that is or was live."""
COMPARED = "compared.json"
"""What the files looked like when their checksums were compared for the last time."""
ARRAY = ".npy"
MAPPED_FROM_BYTES = 1_000_000
"""Smaller files are read: one that is mapped stays open, and a process may have only so many files open."""

_OUTDATED = "was written by another version of this program"
_TAKEN = (MANIFEST, MANIFEST_SUM, PUBLISHED, COMPARED)


class Fault(Exception):
    """What is wrong with a snapshot, as the end of a sentence that begins with its version."""


def file_names(parts: Parts) -> dict[str, NDArray[Any] | bytes | Kept]:
    """The parts by the name of their file. ValueError for a name that cannot be used."""
    for name, part in parts.items():
        hidden, path = name.startswith("."), not name or Path(name).name != name
        if hidden or path or name in _TAKEN or (isinstance(part, bytes) and name.endswith(ARRAY)):
            raise ValueError(f"{name!r} cannot be the name of a part of a snapshot")
    return {name + ARRAY if isinstance(part, np.ndarray) else name: part for name, part in parts.items()}


def write(folder: Path, manifest: Manifest, parts: Parts) -> Manifest:
    """Fill a new folder, the manifest last, and force everything to the disk.

    Returns:
        The manifest as it was written, with the checksums. Those of files that are taken over are not worked out anew.

    Raises:
        Fault: A file shall be taken over from a snapshot that cannot be read.
    """
    files = file_names(parts)
    others = {part.version: folder.parent / part.version for part in files.values() if isinstance(part, Kept)}
    try:
        known = {version: read_manifest(other).checksums for version, other in others.items()}
    except Fault as fault:
        raise Fault(f"cannot be written: {', '.join(others)}, whose files it was to share, {fault}") from None
    checksums = {}
    for name, part in files.items():
        if isinstance(part, Kept):
            _take_over(others[part.version] / name, folder / name)
            checksums[name] = known[part.version][name]
        else:
            checksums[name] = _write_part(folder / name, part)
    written = manifest.model_copy(update={"checksums": checksums, "format": FORMAT})
    content = written.model_dump_json(indent=1).encode()
    disk.write(folder / MANIFEST_SUM, _sum_line(content))
    disk.write(folder / MANIFEST, content)
    disk.sync_folder(folder)
    return written


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot. Fault when it is missing or damaged."""
    try:
        content, expected = (folder / MANIFEST).read_bytes(), (folder / MANIFEST_SUM).read_bytes()
    except FileNotFoundError as error:
        raise Fault(f"is damaged: its file {Path(error.filename).name} is missing") from None
    if expected != _sum_line(content):
        raise Fault(f"is damaged: its file {MANIFEST} does not match {MANIFEST_SUM}")
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError:
        raise Fault(_OUTDATED) from None
    if manifest.format != FORMAT:
        raise Fault(_OUTDATED)
    if manifest.version != folder.name:
        raise Fault(f"is damaged: its file {MANIFEST} belongs to {manifest.version}")
    return manifest


def may_hold(folder: Path, source: str) -> bool:
    """Whether a document is in a snapshot, by its id; True if nobody can tell."""
    try:
        return source in read_manifest(folder).sources
    except Fault:
        return True


def look(folder: Path, manifest: Manifest) -> Seen:
    """What the files look like from outside. Fault when one is missing."""
    seen = {}
    for name in manifest.checksums:
        try:
            stat = (folder / name).stat()
        except FileNotFoundError:
            raise Fault(f"is damaged: its file {name} is missing") from None
        seen[name] = stat.st_ino, stat.st_size, stat.st_mtime_ns
    return seen


def compare(folder: Path, manifest: Manifest, names: Iterable[str]) -> None:
    """Read files and compare their checksums. Fault when one differs or is missing."""
    for name in names:
        try:
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            raise Fault(f"is damaged: its file {name} is missing") from None
        if found != manifest.checksums[name]:
            raise Fault(f"is damaged: its file {name} has changed since it was written")


def record(folder: Path, seen: Seen) -> None:
    """Write down that the checksums of these files were compared."""
    disk.write(folder / COMPARED, json.dumps(seen).encode())


def recorded(folder: Path) -> Seen:
    """Read what `record` wrote; nothing if it never did or not to its end."""
    try:
        return {
            name: (ino, size, time) for name, (ino, size, time) in json.loads((folder / COMPARED).read_bytes()).items()
        }
    except (OSError, ValueError):
        return {}


def read_parts(folder: Path, manifest: Manifest) -> Loaded:
    """The parts by name; what is large is mapped from the disk. None can be written. Fault when a file is missing."""
    parts: Loaded = {}
    for name in manifest.checksums:
        try:
            large = (folder / name).stat().st_size >= MAPPED_FROM_BYTES
            if name.endswith(ARRAY):
                loaded = np.load(folder / name, mmap_mode="r" if large else None, allow_pickle=False)
                loaded.setflags(write=False)
                parts[name.removesuffix(ARRAY)] = np.asarray(loaded)  # slices of a memmap are slow to make
            else:
                parts[name] = _mapped(folder / name) if large else (folder / name).read_bytes()
        except FileNotFoundError:
            raise Fault(f"is damaged: its file {name} is missing") from None
    return parts


def _mapped(path: Path) -> mmap:
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def _take_over(source: Path, target: Path) -> None:
    """Give a file of another snapshot a second name, or copy it where the file system cannot do that."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        with target.open("rb") as file:
            os.fsync(file.fileno())


class _Hashed:
    """A file that knows the SHA-256 of what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.sha256 = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self.sha256.update(content)
        return self.file.write(content)


def _write_part(path: Path, part: NDArray[Any] | bytes) -> str:
    """Write one file; its checksum is that of the bytes meant, not of those that reached the disk."""
    with path.open("wb") as file:
        hashed = _Hashed(file)
        if isinstance(part, bytes):
            hashed.write(part)
        else:
            np.lib.format.write_array(hashed, part, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return hashed.sha256.hexdigest()


def _sum_line(content: bytes) -> bytes:
    return f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n".encode()
