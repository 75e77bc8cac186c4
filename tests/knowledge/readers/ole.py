"""Writes the container of Outlook messages: a file system of sectors in one file. Only what the tests need."""

from __future__ import annotations

import struct
from collections.abc import Mapping

Tree = Mapping[str, "bytes | Tree"]

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
STRING, STRING8, BINARY, INTEGER, TIME = 0x1F, 0x1E, 0x102, 0x3, 0x40

Values = Mapping[int, "str | bytes | int | tuple[int, bytes]"]


def message(values: Values, header: int = 32, parts: Tree | None = None) -> Tree:
    """The streams of a message or attachment: text, bytes and numbers by the ids of their properties.

    Args:
        values: A pair gives the type and the bytes.
        header: Bytes before the properties: 32, 24 for a message within a message, 8 for an attachment.
        parts: Streams and folders beside them.
    """
    streams: dict[str, bytes | Tree] = {}
    entries = b"\0" * header
    for pid, value in values.items():
        if isinstance(value, int):
            kind = TIME if value > 0xFFFFFFFF else INTEGER
            entries += struct.pack("<HHIQ", kind, pid, 6, value)
            continue
        if isinstance(value, tuple):
            kind, data = value
        else:
            kind, data = (STRING, value.encode("utf-16-le")) if isinstance(value, str) else (BINARY, value)
        entries += struct.pack("<HHIII", kind, pid, 6, len(data), 0)
        streams[f"__substg1.0_{pid:04X}{kind:04X}"] = data
    return {"__properties_version1.0": entries, **streams, **(parts or {})}


def attachments(*parts: Tree) -> Tree:
    """The folders of what came with a message."""
    return {f"__attach_version1.0_#{n:08X}": part for n, part in enumerate(parts)}


def compound(tree: Tree) -> bytes:
    """The bytes of the file."""
    sectors: list[bytes] = []
    table: list[int] = []
    small: list[bytes] = []
    small_table: list[int] = []

    def put(data: bytes, size: int, chunks: list[bytes], chain: list[int]) -> int:
        first = len(chunks)
        chunks += [data[at : at + size].ljust(size, b"\0") for at in range(0, len(data), size)]
        chain += [*range(first + 1, len(chunks)), END][: len(chunks) - first]
        return first if data else END

    entries: list[list[object]] = []  # name, type, next beside it, first within, sector, size

    def add(name: str, content: bytes | Tree, kind: int = 1) -> int:
        number = len(entries)
        entries.append([name, kind, FREE, FREE, 0, 0])
        if isinstance(content, bytes):
            large = len(content) >= CUTOFF
            where = (SECTOR, sectors, table) if large else (MINI, small, small_table)
            entries[number] = [name, 2, FREE, FREE, put(content, *where), len(content)]
            return number
        last = FREE
        for inner in reversed(list(content)):
            child = add(inner, content[inner])
            entries[child][2], last = last, child
        entries[number][3] = last
        return number

    add("Root Entry", tree, 5)
    entries[0][4:] = put(b"".join(small), SECTOR, sectors, table), len(small) * MINI
    directory = put(b"".join(map(_entry, entries)), SECTOR, sectors, table)
    small_start = put(struct.pack(f"<{len(small_table)}I", *small_table), SECTOR, sectors, table)
    small_count = -(-len(small_table) * 4 // SECTOR)
    fats = 1
    while fats * SECTOR // 4 < len(sectors) + fats:
        fats += 1
    start = len(sectors)
    table += [FAT] * fats + [FREE] * (fats * SECTOR // 4 - start - fats)
    places = [*range(start, start + fats)] + [FREE] * (109 - fats)
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII109I",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, fats, directory, 0, CUTOFF),
        *(small_start, small_count, END, 0, *places),
    )
    return head + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


def _entry(entry: list[object]) -> bytes:
    name, kind, beside, within, sector, size = entry
    encoded = str(name).encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIII", encoded, len(encoded) + 2, kind, 1, FREE, beside, within, sector, size, 0)
