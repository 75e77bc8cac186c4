"""The assistant itself: an index, an encoder, and the way from a question to a cited answer."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bot.answer import abbreviations, compose, confidence, spelling
from bot.answer.evidence import Evidence, evidence
from bot.answer.fit import must_suit
from bot.answer.question import cleaned, read
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
UNSUITED = 0.25
"""What is left of the probability where an answer must have a date, number or name and has none."""
ANSWER_AT = 0.11
"""Probability of being right from which an answer is given. It is where right answers given and wrong ones held back
balance on the known pairs; what is less sure than `answer.types.SURE` is shown with a warning."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The evidence for a question."""

    query: Query
    ranked: list[Evidence]
    """What suits the question, the best first."""
    features: dict[str, float]
    """Of the best; empty if there is no evidence."""
    probability: float
    """That the best is right, 0 to 1."""


class Assistant:
    """Answers questions from one index. Safe to share between threads; nothing in it changes.

    Args:
        index: What it knows.
        encoder: The model that the index was built with.
        answer_at: Probability of being right from which an answer is given.
    """

    def __init__(self, index: Index, encoder: Encoder, answer_at: float = ANSWER_AT) -> None:
        self.index = index
        self.encoder = encoder
        self._answer_at = answer_at
        texts = [document.text for document in index.documents.values()]
        self._abbreviations = abbreviations.collect(texts)
        self._vocabulary = spelling.words_of(texts)

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
        question = self._read(text, thread, today)
        weighed = self._weigh(question)
        said = compose.Said((), ())
        if weighed.probability >= self._answer_at and weighed.ranked:
            said = compose.say(question, weighed.ranked, self.index.documents)
        return Answer(
            id=secrets.token_hex(8),
            question=cleaned(text),
            abstained=not said.parts,
            reason="" if said.parts else compose.reason_not_answered(weighed.query, self.index.documents),
            confidence=round(weighed.probability, 4),
            as_of=said.as_of,
            text=said.text,
            parts=said.parts,
            citations=said.citations,
            closest=() if said.parts else compose.closest(weighed.query, weighed.ranked, self.index.documents),
            index_version=self.index.manifest.version,
            took_ms=round((time.perf_counter() - began) * 1000, 1),
        )

    def weigh(self, text: str, thread: Sequence[Turn | str] = ()) -> Weighed:
        """Find and weigh the evidence for a question without answering it.

        Raises:
            QuestionRefused: There is nothing to look up, or too much.
        """
        return self._weigh(self._read(text, thread, None))

    def _weigh(self, question: Question) -> Weighed:
        query = self._query(question)
        hits = self.index.search(query, HITS) if query.terms else ()
        ranked = compose.choose(question, evidence(self.index, query, question, hits[:READ]))
        described = confidence.features(query, hits, ranked) if ranked else {}
        probability = confidence.probability(described) if ranked else 0.0
        if ranked and must_suit(question) and not ranked[0].suits:
            probability *= UNSUITED
        return Weighed(query, ranked, described, probability)

    def search(self, text: str, k: int = 5) -> list[Hit]:
        """Find the `k` best passages for a question, the best first.

        Raises:
            QuestionRefused: There is nothing to look up, or too much.
        """
        question = self._read(text, (), None)
        return list(self.index.search(self._query(question), k))

    def _read(self, text: str, thread: Sequence[Turn | str], today: date | None) -> Question:
        turns = [turn if isinstance(turn, Turn) else Turn(question=turn) for turn in thread]
        question = read(text, turns, today or datetime.now(UTC).date())
        spelt = spelling.corrected(question.text, self._vocabulary, self.index.lexical.frequency)
        return question if spelt == question.text else read(spelt, turns, question.today)

    def _query(self, question: Question) -> Query:
        text, earlier = (
            abbreviations.expanded(words, self._abbreviations, self.index.lexical.frequency)
            for words in (question.text, question.earlier)
        )
        return read_query(self.index, self.encoder, text, earlier)


def _document(identity: str, title: str, text: str) -> Document:
    reading = read_file(text.encode(), f"{identity}.txt")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    source = Source(id=identity, file=f"{identity}.txt", sha256=sha256, title=title)
    return Document(source, reading.text, reading.blocks, reading.warnings)
