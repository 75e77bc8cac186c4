"""The assistant itself: an index, an encoder, and the way from a question to a cited answer."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import reduce
from pathlib import Path

from bot.answer import abbreviations, compose, confidence, courtesy, reasons, spelling
from bot.answer.compose import Said
from bot.answer.evidence import Evidence, evidence
from bot.answer.gather import choose, gather
from bot.answer.learned import Learned, learned_from
from bot.answer.question import cleaned, parts, read
from bot.answer.types import Answer, Citation, Question, Turn
from bot.answer.verdict import verdict
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
ANSWER_AT = 0.35
"""Probability of being right from which an answer is given. Chosen on the tuning halves of the known pairs: a wrong
answer costs more trust than a passage that is only offered. Below `answer.types.SURE` it comes with a warning."""
ALONE_FROM = 0.5
"""Probability from which the best piece is said alone; with less, the next best is said, too."""
MAY_HELP_AT = 0.1
"""Probability from which, below `ANSWER_AT`, the closest passages are offered; with less, nothing comes near."""


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
        learned: From the words of its documents; learned now if it is not given.
    """

    def __init__(
        self, index: Index, encoder: Encoder, answer_at: float = ANSWER_AT, learned: Learned | None = None
    ) -> None:
        self.index = index
        self.encoder = encoder
        self._answer_at = answer_at
        self._known = learned or learned_from(index.documents.values())

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
        turns = _turns(thread)
        if occasion := courtesy.occasion(cleaned(text)):
            return self._courteous(text, courtesy.REPLIES[occasion], began)
        told: list[_Told] = []
        for asked, about in parts(courtesy.stripped(cleaned(text))):
            told.append(self._tell(self._read(asked, turns, today, about)))
            turns.append(Turn(question=asked, answer=told[-1].said.text))
        said = reduce(Said.then, (one.said for one in told))
        answered = [one for one in told if one.said.parts]
        return Answer(
            id=secrets.token_hex(8),
            question=cleaned(text),
            abstained=not answered,
            reason=_reasons(told),
            confidence=round(min(one.confidence for one in answered or told), 4),
            as_of=said.as_of,
            text=said.text,
            parts=said.parts,
            citations=said.citations,
            conflicts=said.conflicts,
            closest=() if answered else told[0].closest,
            index_version=self.index.manifest.version,
            took_ms=round((time.perf_counter() - began) * 1000, 1),
        )

    def _courteous(self, text: str, reply: str, began: float) -> Answer:
        """Reply to a greeting, thanks, an insult, an instruction or a request for advice."""
        return Answer(
            id=secrets.token_hex(8),
            question=cleaned(text),
            abstained=True,
            reason=reply,
            confidence=0.0,
            as_of=None,
            text="",
            parts=(),
            citations=(),
            index_version=self.index.manifest.version,
            took_ms=round((time.perf_counter() - began) * 1000, 1),
            courtesy=True,
        )

    def _tell(self, question: Question) -> _Told:
        """Answer one question, or find out why not."""
        weighed = self._weigh(question)
        documents = self.index.documents
        if weighed.ranked and weighed.probability >= self._answer_at:
            gathered = gather(question, weighed.ranked, documents, self._known.names, weighed.probability >= ALONE_FROM)
            settled = verdict(question, gathered.main[0])
            said = compose.say(gathered, documents, self._known.names, settled)
            if said.parts:
                return _Told(question, said, weighed.probability)
        why = reasons.reason(question, weighed.query, weighed.ranked, self._known.imprint)
        near = weighed.probability >= MAY_HELP_AT
        closest = reasons.closest(weighed.query, weighed.ranked, documents) if near else ()
        return _Told(question, Said(), weighed.probability, why, closest)

    def weigh(self, text: str, thread: Sequence[Turn | str] = (), today: date | None = None) -> Weighed:
        """Find and weigh the evidence for a question, the first if there are several, without answering it.

        Raises:
            QuestionRefused: There is nothing to look up, or too much.
        """
        turns = _turns(thread)
        asked, about = parts(courtesy.stripped(cleaned(text)))[0]
        return self._weigh(self._read(asked, turns, today, about))

    def _weigh(self, question: Question) -> Weighed:
        query = self._query(question)
        hits = self.index.search(query, HITS) if query.terms else ()
        ranked = choose(question, evidence(self.index, query, question, hits[:READ], self._known.names))
        described = confidence.features(query, hits, ranked) if ranked else {}
        probability = 0.0
        if ranked:
            probability = confidence.probability(described, len(ranked[0].missing), len(self.index.passages))
        return Weighed(query, ranked, described, probability)

    def search(self, text: str, k: int = 5) -> list[Hit]:
        """Find the `k` best passages for a question, the best first.

        Raises:
            QuestionRefused: There is nothing to look up, or too much.
        """
        question = self.understood(text)
        return list(self.index.search(self._query(question), k))

    def understood(self, text: str) -> Question:
        """A question by itself as it is looked up: spelling put right, abbreviations written out, its names found.

        Raises:
            QuestionRefused: There is nothing to look up, or too much.
        """
        return self._read(text, (), None)

    def spelt(self, text: str) -> str:
        """A question on one line, its typing errors put right by the words of the documents."""
        return spelling.corrected(cleaned(text), self._known.vocabulary, self.index.lexical.frequency)

    def _read(self, text: str, turns: Sequence[Turn], today: date | None, about: str = "") -> Question:
        question = read(self.spelt(text), turns, today or datetime.now(UTC).date(), self._known.names, about)
        return replace(
            question,
            text=self._spelt_out(question.text),
            about=self._spelt_out(question.about),
            earlier=self._spelt_out(question.earlier),
        )

    def _spelt_out(self, text: str) -> str:
        return abbreviations.expanded(text, self._known.abbreviations, self.index.lexical.frequency)

    def _query(self, question: Question) -> Query:
        text = f"{question.text} {question.about}".strip()
        return read_query(self.index, self.encoder, text, question.earlier)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said to one question."""

    question: Question
    said: Said
    confidence: float
    reason: str = ""
    closest: tuple[Citation, ...] = ()


def _turns(thread: Sequence[Turn | str]) -> list[Turn]:
    """The earlier turns, without greetings and thanks: a follow-up leans on none of these."""
    turns = [turn if isinstance(turn, Turn) else Turn(question=turn) for turn in thread]
    return [turn for turn in turns if courtesy.occasion(turn.question) is None]


def _reasons(told: Sequence[_Told]) -> str:
    """Why a question, or which part of one with an answer, has none."""
    if len(told) == 1:
        return told[0].reason
    return " ".join(f"“{one.question.text}”: {one.reason}" for one in told if one.reason)


def _document(identity: str, title: str, text: str) -> Document:
    reading = read_file(text.encode(), f"{identity}.txt")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    source = Source(id=identity, file=f"{identity}.txt", sha256=sha256, title=title)
    return Document(source, reading.text, reading.blocks, reading.warnings)
