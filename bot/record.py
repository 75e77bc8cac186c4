"""The record of what was done to the index: one JSON object a line, only ever added to.

It says who published what, when and, where the known pairs spoke against it, why. It names documents and known pairs by
their ids and holds no words of either.
"""

from __future__ import annotations

import getpass
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from index.types import StoreUnusable
from knowledge import disk

LATEST = 5
"""Updates that the time of the next is judged by: older ones may be from another machine."""


class Entry(BaseModel):
    """One thing that was done, or was not published."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # a newer version of the program may have written more

    when: AwareDatetime
    who: str
    """As the system names the user and the machine: `ann@harbour`; or as `Record.by` says."""
    what: Literal["update", "rollback", "purge"]
    version: str = ""
    """Of the snapshot; empty if none was kept."""
    published: bool = False
    forced: bool = False
    """It was published although the known pairs failed."""
    because: str = ""
    """Why, in the words of who forced it."""
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    """Ids of documents that could not be read."""
    answerable: int = 0
    """Known pairs that were asked and can be answered."""
    right: int = 0
    """Of those."""
    unanswerable: int = 0
    """Known pairs that were asked and cannot be answered."""
    declined: int = 0
    """Of those."""
    failed: tuple[str, ...] = ()
    """Ids of the known pairs that were not right."""
    seconds: float = 0.0
    read_bytes: int = 0
    """Of the files that were read."""
    build_seconds: float = 0.0
    """To read, cut and encode them."""
    ask_seconds: float = 0.0
    """To ask the known pairs."""


class Record:
    """The file of the record. Lines that are not whole, as a crash leaves them, are passed over.

    Args:
        path: Of the file.
        by: On whose behalf everything is done that is added from now on; if nobody is named, entries stay as they are.
    """

    def __init__(self, path: Path, by: str = "") -> None:
        self.path = path
        self.by = by

    def add(self, entry: Entry) -> None:
        """Write one entry at the end and force it to the disk.

        Raises:
            StoreUnusable: it cannot be written; what was there before is whole.
        """
        entry = entry.model_copy(update={"who": self.by}) if self.by else entry
        line = entry.model_dump_json(exclude_defaults=True).encode() + b"\n"
        try:
            # Without a buffer, which would write the rest of a line that failed when it is closed.
            with self.path.open("a+b", buffering=0) as file:
                size = file.seek(0, os.SEEK_END)
                if size:
                    file.seek(size - 1)
                    line = line if file.read(1) == b"\n" else b"\n" + line
                try:
                    while line:
                        line = line[file.write(line) :]
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(size)
                    raise
        except OSError as error:
            raise StoreUnusable(f"The record {self.path} cannot be written: {disk.reason(error)}") from error

    def entries(self) -> tuple[Entry, ...]:
        """All entries, the oldest first. Raises StoreUnusable when the file cannot be read."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StoreUnusable(f"The record {self.path} cannot be read: {disk.reason(error)}") from error
        return tuple(entry for line in lines if (entry := _entry(line)) is not None)


def _entry(line: bytes) -> Entry | None:
    try:
        return Entry.model_validate_json(line)
    except ValidationError:
        return None


def who() -> str:
    """The user and the machine; a user without a name, as in some containers, by number."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = str(os.getuid())
    return f"{user}@{platform.node()}"


def expected_seconds(entries: Sequence[Entry], new_bytes: int, pairs: int) -> float | None:
    """How long an update may take, by the latest ones; None where nothing is known.

    Args:
        entries: The record, the oldest first.
        new_bytes: Of the files that have to be read.
        pairs: Known pairs that will be asked.
    """
    updates = [entry for entry in entries if entry.what == "update"]
    builds = [entry for entry in updates if entry.read_bytes][-LATEST:]
    checks = [entry for entry in updates if entry.answerable + entry.unanswerable][-LATEST:]
    if (new_bytes and not builds) or (pairs and not checks):
        return None
    read = sum(entry.read_bytes for entry in builds)
    asked = sum(entry.answerable + entry.unanswerable for entry in checks)
    building = new_bytes * sum(entry.build_seconds for entry in builds) / read if new_bytes else 0.0
    return building + (pairs * sum(entry.ask_seconds for entry in checks) / asked if pairs else 0.0)
