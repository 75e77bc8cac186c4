"""The assistant itself: an index, an encoder, and the way from a question to a cited answer."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bot.answer import abbreviations, compose, confidence
from bot.answer.evidence import Evidence, evidence
from bot.answer.question import read
from bot.answer.types import Answer, Question, Turn
from index.build import build
from index.encoder import SentenceTransformersEncoder
from index.search import Index, read_query
from index.types import Encoder, Hit, Query
from knowledge.readers import read as read_file
from knowledge.types import Document, Source

HITS = 30
"""Passages found for a question."""
READ = 10
"""Of them, the best that are read sentence by sentence."""
ANSWER_AT = 0.5
"""Probability of being right from which an answer is given."""


class Assistant:
    """Answers questions from one index. Safe to share between threads; nothing in it changes.

    Args:
        index: What it knows.
        encoder: The model that the index was built with.
    """

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self.index = index
        self.encoder = encoder
        self._abbreviations = abbreviations.collect(document.text for document in index.documents.values())

    @classmethod
    def open(cls, home: Path | str) -> Assistant:
        """Open the assistant of a home folder, building its index first if it has none.

        Raises:
            KnowledgeError, IndexProblem: The home, its documents or its index cannot be used; the message says why.
        """
        from bot.service import Service

        return Service(Path(home)).assistant()

    @classmethod
    def of(cls, documents: Iterable[Document | tuple[str, str, str]], encoder: Encoder | None = None) -> Assistant:
        """Build an assistant in memory.

        Args:
            documents: Documents, or (id, title, plain text) triples.
            encoder: The default model if none is given.
        """
        chosen = [entry if isinstance(entry, Document) else _document(*entry) for entry in documents]
        model = encoder or SentenceTransformersEncoder()
        digests = {document.source.id: document.source.sha256 for document in chosen}
        return cls(build(chosen, digests, model, created=datetime.now(UTC)), model)

    def ask(self, text: str, thread: Sequence[Turn | str] = (), today: date | None = None) -> Answer:
        """Answer a question in the sources' own words, or say why not.

        Args:
            text: The question.
            thread: Earlier turns of the conversation, the oldest first; a string is a question.
            today: The day on which it is asked; now if it is not given.

        Raises:
            QuestionRefused: There is nothing to look up, or too much.
        """
        began = time.perf_counter()
        turns = [turn if isinstance(turn, Turn) else Turn(question=turn) for turn in thread]
        question = read(text, turns, today or datetime.now(UTC).date())
        query = self._query(question)
        ranked, probability = self._weigh(question, query)
        said = compose.Said((), ())
        if probability >= ANSWER_AT:
            said = compose.say(question, ranked, self.index.documents)
        return Answer(
            id=secrets.token_hex(8),
            question=question.text,
            abstained=not said.parts,
            reason="" if said.parts else compose.reason_not_answered(query, self.index.documents),
            confidence=round(probability, 4),
            as_of=said.as_of,
            text=said.text,
            parts=said.parts,
            citations=said.citations,
            closest=() if said.parts else compose.closest(ranked, self.index.documents),
            index_version=self.index.manifest.version,
            took_ms=round((time.perf_counter() - began) * 1000, 1),
        )

    def _weigh(self, question: Question, query: Query) -> tuple[list[Evidence], float]:
        """Evidence that suits the question, the best first, and the probability that the best answers it."""
        hits = self.index.search(query, HITS) if query.terms else ()
        ranked = compose.choose(question, evidence(self.index, query, question.asks, hits[:READ]))
        if not ranked:
            return [], 0.0
        return ranked, confidence.probability(confidence.features(query, hits, ranked))

    def search(self, text: str, k: int = 5) -> list[Hit]:
        """Find the `k` best passages for a question, the best first.

        Raises:
            QuestionRefused: There is nothing to look up, or too much.
        """
        question = read(text, (), datetime.now(UTC).date())
        return list(self.index.search(self._query(question), k))

    def _query(self, question: Question) -> Query:
        frequency = self.index.lexical.frequency
        text, earlier = (
            abbreviations.expanded(words, self._abbreviations, frequency) for words in (question.text, question.earlier)
        )
        return read_query(self.index, self.encoder, text, earlier)


def _document(identity: str, title: str, text: str) -> Document:
    reading = read_file(text.encode(), f"{identity}.txt")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    source = Source(id=identity, file=f"{identity}.txt", sha256=sha256, title=title)
    return Document(source, reading.text, reading.blocks, reading.warnings)
