"""Values kept as lines of JSON, each read only when it is asked for.

However many there are, opening them costs nothing, and what is quoted from one is what was written: its checksum is
compared whenever it is read, so that a disk that changes a letter is noticed before anybody reads it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from mmap import mmap
from typing import Any, Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from index.types import SnapshotDamaged

Content = bytes | mmap
"""Bytes in memory, or mapped from a file."""

LINE = np.dtype([("end", np.int64), ("sum", np.uint32)])
"""Where a line ends in the content, in bytes, and its CRC-32."""

T = TypeVar("T")


class Lines(Sequence[T], Generic[T]):
    """Values of one type, by number. Safe to share between threads; equal numbers give equal values.

    Args:
        content: The lines, one after the other.
        lines: For each of them its end and checksum, of the type `LINE`.
        adapter: What they are read and written by.
        remembered: How many values stay in memory once they were read.
    """

    def __init__(self, content: Content, lines: NDArray[Any], adapter: TypeAdapter[T], remembered: int) -> None:
        self.content = content
        self.lines = lines
        self._adapter = adapter
        self._remembered = lru_cache(remembered)(self._read)

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, number: int) -> T: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[T]: ...
    def __getitem__(self, number: int | slice) -> T | Sequence[T]:
        """Raises SnapshotDamaged when a line has changed since it was written, or was written in another form."""
        if isinstance(number, slice):
            return tuple(self[each] for each in range(*number.indices(len(self))))
        return self._remembered(range(len(self))[number])

    def start(self, number: int) -> int:
        """Where a line begins in the content; of the number after the last, where the content ends."""
        return int(self.lines["end"][number - 1]) if number else 0

    def _read(self, number: int) -> T:
        line = self.content[self.start(number) : self.start(number + 1)]
        if zlib.crc32(line) != self.lines["sum"][number]:
            raise SnapshotDamaged(
                "A document of the index has changed on the disk since it was written. Check the disk, then run "
                "`merger-bot index list` and go back to a sound snapshot with `merger-bot index rollback`."
            )
        try:
            return self._adapter.validate_json(line)
        except ValidationError:
            raise SnapshotDamaged(
                "The index was written by another version of this program. Run `merger-bot index update` to build it "
                "anew."
            ) from None


def written(values: Iterable[T], adapter: TypeAdapter[T]) -> tuple[bytes, NDArray[Any]]:
    """Write values as lines: the content, and the end and checksum of each."""
    made = [adapter.dump_json(value) + b"\n" for value in values]
    lines = np.zeros(len(made), LINE)
    lines["end"] = np.cumsum([len(line) for line in made], dtype=np.int64)
    lines["sum"] = [zlib.crc32(line) for line in made]
    return b"".join(made), lines


def copied(pieces: Iterable[tuple[Lines[T], int, int]]) -> tuple[bytes, NDArray[Any]]:
    """Put lines one after the other without reading them: of each piece those from a number to before another."""
    content, lines, size = [], [np.zeros(0, LINE)], 0
    for source, first, last in pieces:
        start, end = source.start(first), source.start(last)
        content.append(bytes(source.content[start:end]))
        moved = source.lines[first:last].copy()
        moved["end"] += size - start
        lines.append(moved)
        size += end - start
    return b"".join(content), np.concatenate(lines)
