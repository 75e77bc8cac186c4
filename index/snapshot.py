"""The files of one snapshot: an array `vectors` is kept as `vectors.npy`, bytes under their own name.

`manifest.json` holds their checksums, and `manifest.sha256` its own, in the form that `sha256sum -c` understands.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from index.types import Manifest
from knowledge import disk

Parts = Mapping[str, NDArray[Any] | bytes]
"""What a snapshot consists of: arrays by name without suffix, bytes by file name."""

Seen = tuple[tuple[int, int, int], ...]
"""Identity, size and time of each file: if they are the same, its bytes need not be read again."""

MANIFEST = "manifest.json"
MANIFEST_SUM = "manifest.sha256"
ARRAY = ".npy"


class Fault(Exception):
    """What is wrong with a snapshot, as the end of a sentence."""


def file_names(parts: Parts) -> dict[str, NDArray[Any] | bytes]:
    """The parts by the name of their file. ValueError for a name that cannot be used."""
    for name, part in parts.items():
        hidden, path = name.startswith("."), not name or Path(name).name != name
        if hidden or path or name in (MANIFEST, MANIFEST_SUM) or (isinstance(part, bytes) and name.endswith(ARRAY)):
            raise ValueError(f"{name!r} cannot be the name of a part of a snapshot")
    return {name if isinstance(part, bytes) else name + ARRAY: part for name, part in parts.items()}


def write(folder: Path, manifest: Manifest, parts: Parts) -> Manifest:
    """Fill a new folder, the manifest last, and force everything to the disk.

    Returns:
        The manifest as it was written, with the checksums.
    """
    checksums = {name: _write_part(folder / name, part) for name, part in file_names(parts).items()}
    written = manifest.model_copy(update={"checksums": checksums})
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
        raise Fault(f"its file {Path(error.filename).name} is missing") from None
    if expected != _sum_line(content):
        raise Fault(f"its file {MANIFEST} does not match {MANIFEST_SUM}")
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError:
        raise Fault(f"its file {MANIFEST} was written by another version of this program") from None
    if manifest.version != folder.name:
        raise Fault(f"its file {MANIFEST} belongs to {manifest.version}")
    return manifest


def look(folder: Path, manifest: Manifest) -> Seen:
    """What the files look like from outside. Fault when one is missing."""
    seen = []
    for name in manifest.checksums:
        try:
            stat = (folder / name).stat()
        except FileNotFoundError:
            raise Fault(f"its file {name} is missing") from None
        seen.append((stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return tuple(seen)


def compare(folder: Path, manifest: Manifest) -> None:
    """Read every file and compare its checksum. Fault when one differs or is missing."""
    for name, checksum in manifest.checksums.items():
        try:
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            raise Fault(f"its file {name} is missing") from None
        if found != checksum:
            raise Fault(f"its file {name} has changed since it was written")


def read_parts(folder: Path, manifest: Manifest) -> dict[str, NDArray[Any] | bytes]:
    """The parts by name. Arrays are mapped from the disk and cannot be written. Fault when a file is missing."""
    parts: dict[str, NDArray[Any] | bytes] = {}
    for name in manifest.checksums:
        try:
            if name.endswith(ARRAY):
                parts[name.removesuffix(ARRAY)] = np.load(folder / name, mmap_mode="r", allow_pickle=False)
            else:
                parts[name] = (folder / name).read_bytes()
        except FileNotFoundError:
            raise Fault(f"its file {name} is missing") from None
    return parts


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
