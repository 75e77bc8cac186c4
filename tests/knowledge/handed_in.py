"""Small documents, and what became of them in a library."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx

from knowledge.library import Library, Outcome

PLAN = "# The plan\n\nThe eight groups plan to become one in April.\n"
NEW_PLAN = "# The plan\n\nThe eight groups became one in April, as they had planned to.\n"
NOTES = "# Notes\n\nThe board met twice and agreed the plan.\n"


def text_of(markdown: str) -> str:
    """What a reader makes of the Markdown of these tests."""
    return markdown.replace("# ", "").rstrip("\n")


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def word_file(*paragraphs: str) -> bytes:
    """A Word document."""
    made, buffer = docx.Document(), BytesIO()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    made.save(buffer)
    return buffer.getvalue()


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive of these files, by their names."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def became(outcomes: tuple[Outcome, ...]) -> list[tuple[str, str, str | None]]:
    return [(Path(it.file).name, it.status, it.source.id if it.source else None) for it in outcomes]


def only(outcomes: tuple[Outcome, ...]) -> Outcome:
    (outcome,) = outcomes
    return outcome


def kept_files(library: Library) -> list[str]:
    return sorted(entry.name for entry in library.folder.iterdir() if entry.name not in (".lock", "register.json"))
