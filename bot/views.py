"""The assistants over one index: one for each part of it that somebody may read.

Whoever may not read a document is answered as if it had never been written: neither its words nor how often they occur
have a share in what is found, in what a word can mean, or in the reason why nothing is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock

from bot.access import Access, access, without
from bot.answer.learned import learned_of
from bot.assistant import Assistant
from index.search import Index
from index.types import Encoder
from knowledge.audience import FOR_ALL, Audience
from knowledge.types import Source

VIEWS_KEPT = 32
"""A view shares the index with all others; its own are 20 bytes a passage, and what its documents taught."""


class Views:
    """Safe to share between threads: a question only waits for a view that is being made if it needs a new one.

    Args:
        index: With all its documents.
        encoder: The model that it was built with.
        parts: Of its snapshot, for what was learned from its documents.
    """

    def __init__(self, index: Index, encoder: Encoder, parts: Mapping[str, object]) -> None:
        self.index = index
        self._encoder = encoder
        self._parts = parts
        self._access: tuple[Sequence[Source], Access] | None = None
        self._kept: dict[frozenset[str], Assistant] = {}
        self._making = Lock()

    def assistant(self, known: Sequence[Source], audience: Audience = FOR_ALL) -> Assistant:
        """The assistant of all that somebody may read.

        Args:
            known: All documents of the library, as it is now; the same object as long as nothing changes.
            audience: Of who asks.
        """
        hidden = self._access_by(known).hidden(audience)
        made = self._kept.get(hidden)
        if made is None:
            with self._making:
                made = self._kept.get(hidden) or self._made(hidden)
                self._kept[hidden] = made
                for oldest in [*self._kept][:-VIEWS_KEPT]:
                    del self._kept[oldest]
        return made

    def _access_by(self, known: Sequence[Source]) -> Access:
        seen = self._access
        if seen is None or seen[0] is not known:
            self._access = seen = known, access(self.index, known)
        return seen[1]

    def _made(self, hidden: frozenset[str]) -> Assistant:
        index = without(self.index, hidden)
        return Assistant(index, self._encoder, learned=learned_of(index, self._parts))
