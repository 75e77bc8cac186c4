"""What an admin hands in: files and folders, and what their `sources.yaml` says of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from knowledge.metadata import parse_sources
from knowledge.types import BadMetadata, Metadata

SOURCES = "sources.yaml"
"""What a folder says about its files; not a document itself."""

_LEFT_BEHIND = (".", "~$")
"""What the names of hidden files begin with, and of the locks that Office leaves beside open files."""
_OF_WINDOWS = frozenset({"desktop.ini", "thumbs.db"})


@dataclass(frozen=True, slots=True)
class Given:
    """A file to read, and what the `sources.yaml` beside it says."""

    path: Path
    listed: Metadata


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file or folder that cannot be taken, and why, in whole sentences."""

    path: PurePath
    why: str


def find(paths: Sequence[Path]) -> Iterator[Given | Refusal]:
    """Find the files to read: those named, and all in the folders named, folders within folders too, sorted by name.

    Hidden files and folders are left out, and so are files that Windows and Office leave behind. In a folder with a
    `sources.yaml` that cannot be used nothing is taken: its documents would lose their dates. A link out of a folder is
    refused.
    """
    with_files = {path.parent for path in paths if path.name != SOURCES}
    for path in paths:
        try:
            if path.is_dir():
                yield from _in_folder(path)
            elif not path.exists():
                yield Refusal(path, f"No such file: {path}.")
            elif path.name != SOURCES:
                yield Given(path, _listed(path.parent).get(path.name, Metadata()))
            elif path.parent not in with_files:
                yield Refusal(path, f"{path} describes the files beside it and is no document itself. Add its folder.")
        except BadMetadata as error:
            yield Refusal(path, str(error))
        except OSError as error:
            yield Refusal(path, f"{path} cannot be read: {error.strerror or error}.")


def _in_folder(folder: Path) -> Iterator[Given | Refusal]:
    empty = True
    inside = folder.resolve()
    unreadable: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for taken in _in_place(Path(place), [*folders, *sorted(names)], inside):
            empty = False
            yield taken
    for error in unreadable:
        empty = False
        yield Refusal(Path(error.filename), f"{error.filename} cannot be read: {error.strerror}.")
    if empty:
        yield Refusal(folder, f"There is no document in the folder {folder}.")


def _in_place(place: Path, names: Sequence[str], inside: Path) -> Iterator[Given | Refusal]:
    try:
        listed = _listed(place)
    except BadMetadata as error:
        yield Refusal(place / SOURCES, f"{error} Nothing in {place} was added.")
        return
    for name in sorted({*listed} - {*names}):
        yield Refusal(place / name, f"{place / SOURCES} lists {name}, but there is no such file in that folder.")
    for name in names:
        path = place / name
        if name.startswith(_LEFT_BEHIND) or name.lower() in _OF_WINDOWS or name == SOURCES:
            continue
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            yield Refusal(path, f"{path} is a link to something outside the folder. Add what it points to by its name.")
        elif path.is_symlink() and path.is_dir():
            continue
        elif not path.is_dir():
            yield Given(path, listed.get(name, Metadata()))


def _listed(folder: Path) -> dict[str, Metadata]:
    path = folder / SOURCES
    try:
        return parse_sources(path.read_bytes().decode("utf-8-sig"), str(path))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise BadMetadata(f"`{path}` is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from None
    except OSError as error:
        raise BadMetadata(f"`{path}` cannot be read: {error.strerror}.") from None
