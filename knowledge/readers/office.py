"""What Word, PowerPoint and Excel files share: their parts, what they say of themselves, and how they are refused."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Protocol
from xml.etree import ElementTree

from knowledge.types import DocumentRefused, KnowledgeError

CHUNK_BYTES = 1 << 20
"""Of a part, unpacked at a time."""

_DOCUMENT_TYPE = b"<!DOCTYPE"
_CORE = "docProps/core.xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NO_TITLE = re.compile(
    r"(?:microsoft (?:office )?\w+( -.*)?|(?:word |new |untitled )?(?:document|presentation|workbook|book|sheet) ?\d*"
    r"|powerpoint presentation|untitled|title|slide \d+|template|draft|.*\.\w{3,4})",
    re.I | re.S,
)
"""What programs write where people wrote no title."""


@contextmanager
def refusing(content: bytes, name: str, format: str) -> Iterator[None]:
    """Turn whatever a parser raises on a broken file into a refusal. Running out of memory stays what it is."""
    try:
        _check_parts(content)
        yield
    except (KnowledgeError, MemoryError):
        raise
    except Exception as error:  # parsers of broken files raise anything
        article = "an" if format[0] in "AEIOU" else "a"
        what = f"`{name}` is damaged: it cannot be read as {article} {format} file"
        raise DocumentRefused(f"{what}. Open it in {format}, save it anew and add it again.") from error


def _check_parts(content: bytes) -> None:
    """Office writes no document type; in its place stand entities that blow up, or that parsers leave out."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for member in archive.namelist():
            if member.endswith((".xml", ".rels")):
                with archive.open(member) as part:
                    if _has_document_type(part):
                        raise ValueError(f"{member} has a document type")


def _has_document_type(part: IO[bytes]) -> bool:
    """Whether there is a document type anywhere in a part: a comment before it may be of any length."""
    end = b""
    while chunk := part.read(CHUNK_BYTES):
        seen = end + chunk.replace(b"\x00", b"")  # also in UTF-16
        if _DOCUMENT_TYPE in seen:
            return True
        end = seen[-len(_DOCUMENT_TYPE) :]
    return False


def title_said(content: bytes) -> str | None:
    """The title in a file's properties, unless it is one that programs fill in by themselves."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if _CORE not in archive.namelist():
            return None
        root = ElementTree.fromstring(archive.read(_CORE))
    title = " ".join((root.findtext(_TITLE) or "").split())
    return title if title and not _NO_TITLE.fullmatch(title) else None


def sheet_count(content: bytes) -> int:
    """How many sheets a workbook names; the library passes over those whose part is missing."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return sum(local(element.tag) == "sheet" for element in root.iter())


class Node(Protocol):
    """An element of XML, whichever library made it."""

    @property
    def tag(self) -> object:
        """Its name with the namespace."""

    @property
    def text(self) -> str | None:
        """The text before its first child."""

    def get(self, key: str, /) -> str | None:
        """An attribute."""

    def iter(self) -> Iterator[Node]:
        """It and all that is in it."""

    def __iter__(self) -> Iterator[Node]:
        """Its children."""


def local(tag: object) -> str:
    """The name of an XML tag without its namespace."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(node: Node | None, *path: str) -> Node | None:
    """The first element under a node by its local names, or None."""
    for name in path:
        node = next((part for part in node if local(part.tag) == name), None) if node is not None else None
    return node


def children(node: Node | None, *path: str) -> Sequence[Node]:
    """What stands in the first element under a node by its local names."""
    found = child(node, *path)
    return () if found is None else tuple(found)


def attribute(node: Node | None, name: str) -> str:
    """An attribute without its namespace, or nothing."""
    return (node.get(name) or node.get(f"{{{_RELATIONSHIPS}}}{name}") or "") if node is not None else ""


def diagram_texts(data: bytes) -> list[str]:
    """The texts of a SmartArt diagram, by its data part, in the order of the file."""
    texts: list[str] = []
    for point in ElementTree.fromstring(data).iter():
        if local(point.tag) != "pt" or (point.get("type") or "node") not in ("node", "asst"):
            continue
        paragraphs = (part for part in point.iter() if local(part.tag) == "p")
        for paragraph in paragraphs:
            texts.append("".join(run.text or "" for run in paragraph.iter() if local(run.tag) == "t").strip())
    return [text for text in texts if text]


def counted(number: int, thing: str) -> str:
    """A number with its noun: `1 row`, `2 rows`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def listed(numbers: list[int]) -> str:
    """Numbers in a sentence: `3`, `3 and 5`, `3, 5 and 7`."""
    words = [str(number) for number in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
