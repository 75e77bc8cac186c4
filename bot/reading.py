"""The documents that an update reads anew: one that cannot be read stops none of the others."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from bot.access import quotable
from knowledge.library import Library
from knowledge.types import Document, DocumentNotFound, KnowledgeError, Source


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that is new or has changed, and cannot be read."""

    id: str
    reason: str
    kept: bool
    """The version of it that the live index holds stays."""


def read(
    library: Library, names: Sequence[str], live: Container[str], progress: Callable[[int, int], None]
) -> tuple[list[Document], tuple[Unreadable, ...]]:
    """Read documents from their originals.

    Args:
        library: Where they are.
        names: Their ids.
        live: Ids of the documents of the live index.
        progress: Told how many are done, of how many.
    """
    documents: list[Document] = []
    unreadable: list[Unreadable] = []
    for done, name in enumerate(names, 1):
        try:
            document = library.document(name)
            documents += [document] if quotable(document.source) else []  # it may have been withdrawn since
        except DocumentNotFound:
            pass  # it has been removed since
        except KnowledgeError as problem:
            unreadable.append(Unreadable(name, str(problem), name in live))
        progress(done, len(names))
    return documents, tuple(unreadable)


def size_bytes(library: Library, source: Source) -> int:
    """Bytes of an original; 0 where it is missing, which is said when it cannot be read."""
    try:
        return (library.folder / source.file).stat().st_size
    except OSError:
        return 0
