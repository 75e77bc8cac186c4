"""What somebody may be quoted of an index, by the library as it is now and not as it was when the index was built.

An index outlives what was true of its documents: one of them is given an audience, withdrawn or removed, or an older
index is made live again. So nothing is quoted from it that the register of the moment does not allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from index.search import Index, only
from knowledge.audience import Audience, may_read
from knowledge.library import Library
from knowledge.types import Source


@dataclass(frozen=True, slots=True)
class Access:
    """Who may be quoted which documents of an index."""

    gone: frozenset[str]
    """Ids of those that nobody may: they have been removed or withdrawn."""
    limited: Mapping[str, tuple[Source, ...]]
    """Ids of those that not everybody may, with what must all be readable to whoever may."""

    def hidden(self, audience: Audience) -> frozenset[str]:
        """The ids of the documents that somebody of these audiences may not be quoted."""
        unread = (name for name, known in self.limited.items() if not all(may_read(each, audience) for each in known))
        return self.gone.union(unread)


def quotable(source: Source) -> bool:
    """Whether a document may be quoted to anybody."""
    return source.status != "withdrawn"


def access(index: Index, known: Iterable[Source]) -> Access:
    """Find out who may be quoted what.

    A document whose file was replaced is another one than the index has, perhaps only by its name: the edition in the
    index is for those who may read both.

    Args:
        index: With all its documents.
        known: All documents of the library, as it is now.
    """
    registered = {source.id: source for source in known if quotable(source)}
    limited = {}
    for name, digest in index.manifest.sources.items():
        if (source := registered.get(name)) is not None:
            unchanged = Library.digest(source) == digest or index.sources[name].sha256 == source.sha256
            editions = (source,) if unchanged else (source, index.sources[name])
            if any(edition.audience for edition in editions):
                limited[name] = editions
    return Access(frozenset(index.manifest.sources.keys() - registered.keys()), limited)


def without(index: Index, hidden: AbstractSet[str]) -> Index:
    """The index without some documents; the very same if it has none of them."""
    left = index.manifest.sources.keys() - hidden
    return index if len(left) == len(index.manifest.sources) else only(index, left)
