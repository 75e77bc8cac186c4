"""The files within a file: which are there to be read, and names for them that can lie in a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath, PurePosixPath

from knowledge.types import Attachment

MAX_NAME_BYTES = 180
"""Of one name, in UTF-8: file systems take 255, and the name of what it came with may be put before it."""
MAX_FILE_NAME_BYTES = 250
"""Of such a name with the other before it."""
TINY_PICTURE_BYTES = 20_000
"""A smaller picture is a logo or a button."""

_NO_DOCUMENT = frozenset(
    "application/pkcs7-signature application/x-pkcs7-signature application/pgp-signature application/pgp-keys "
    "application/pgp-encrypted application/ics text/calendar text/vcard text/x-vcard text/directory "
    "application/applefile text/rfc822-headers message/delivery-status message/disposition-notification".split()
)
_NO_DOCUMENT_ENDINGS = frozenset((".p7s", ".p7m", ".ics", ".vcf", ".asc", ".sig"))
_PICTURE_ENDINGS = frozenset(
    (".bmp", ".emf", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp", ".wmf", ".wmz")
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ENDINGS = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/vnd.ms-outlook": ".msg",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}presentationml.presentation": ".pptx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
    "message/rfc822": ".eml",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
_HAS_ENDING = re.compile(r"\.[A-Za-z]\w{1,9}\Z")
_DRIVES = re.compile(r"\A(?:[A-Za-z]: ?)+")


def inner_path(raw: str) -> str:
    """A path without anything that leads out of a folder: no root, drive or `..`; parted by `/`; may be empty."""
    shown = "".join(char for char in raw if char.isprintable() or char.isspace())  # nothing that hides or turns text
    parts = " ".join(shown.split()).replace("\\", "/").split("/")
    parts = [_short(_DRIVES.sub("", part.strip())).strip() for part in parts]
    return "/".join(part for part in parts if part.strip(". "))


def file_name(raw: str, otherwise: str) -> str:
    """The last part of a path, not hidden.

    Args:
        raw: What was written.
        otherwise: What to call it when that leaves nothing.
    """
    name = inner_path(raw).rpartition("/")[2].lstrip(".").strip()
    return name or otherwise


def with_own_names(files: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """The files, with a number in the name of each that has the name of one before it: `plan (2).pdf`."""
    taken: set[str] = set()
    counted: dict[str, int] = {}
    named: list[Attachment] = []
    for file in files:
        name, path, key = file.name, PurePosixPath(file.name), file.name.casefold()
        while name.casefold() in taken:
            counted[key] = counted.get(key, 1) + 1
            name = str(path.with_name(f"{path.stem} ({counted[key]}){path.suffix}"))
        taken.add(name.casefold())
        named.append(Attachment(name, file.data))
    return tuple(named)


def attachment_name(raw: str, media_type: str) -> str:
    """A name for an attachment: its own, and an ending that fits its kind if it has none."""
    name = file_name(raw, "attachment")
    return name if _HAS_ENDING.search(name) else name + _ENDINGS.get(media_type, "")


def is_document(name: str, media_type: str, size: int, inline: bool) -> bool:
    """Whether an attachment may be there to be read; pictures in the text, signatures and calendar entries are not.

    Args:
        name: Of the file.
        media_type: Such as `application/pdf`, in lower case.
        size: In bytes.
        inline: The body shows it.
    """
    ending = PurePath(name).suffix.lower()
    if media_type in _NO_DOCUMENT or ending in _NO_DOCUMENT_ENDINGS:
        return False
    picture = media_type.startswith("image/") or ending in _PICTURE_ENDINGS
    return not (picture and (inline or size < TINY_PICTURE_BYTES))


def name_with_outer(outer: str, name: str) -> str:
    """A name that says what a file came with, no longer than file systems take: `Minutes agenda.docx`."""
    return f"{_short(outer, MAX_FILE_NAME_BYTES - len(f' {name}'.encode()))} {name}"


def _short(name: str, limit: int = MAX_NAME_BYTES) -> str:
    if len(name.encode(errors="replace")) <= limit:
        return name
    suffix = PurePosixPath(name).suffix
    kept = limit - len(suffix.encode(errors="replace"))
    if kept <= 0:
        kept, suffix = limit, ""
    return name.encode(errors="replace")[:kept].decode(errors="ignore") + suffix
