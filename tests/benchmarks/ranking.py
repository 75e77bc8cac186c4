"""Compare what is found and answered with what plain retrieval finds, side by side on public questions.

python -m tests.benchmarks.ranking [--tuning]

On the Wikipedia questions of the half that nothing was tuned on (with `--tuning`: of the other), and on privacy
policies, each question within one policy. All rows see the same passages and the same texts; each text is encoded once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from bot.assistant import Assistant
from index.build import build
from index.encoder import SentenceTransformersEncoder
from index.types import Encoder, Encoding, Floats
from knowledge.text import stems
from knowledge.types import Document, Passage, Span
from tests.benchmarks import policies, wikipedia
from tests.benchmarks.wikipedia import Case, right

DEEPEST = 10
"""Passages looked at for the mean reciprocal rank."""
FUSION = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009)."""
RIGHT_ENOUGH = 0.9
"""Share of the answers given that shall be right."""


class Remembering:
    """An encoder that encodes each text once, however often it is asked for."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Encoding] = {}
        self.model, self.fingerprint, self.backend = encoder.model, encoder.fingerprint, encoder.backend
        self.dimension = encoder.dimension

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode each text, in the order given."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return [self._known[text] for text in texts]

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Of whole texts, unit length, shape (texts, dimension)."""
        return np.array([encoding.vector for encoding in self.encode(texts)], np.float32).reshape(-1, self.dimension)


@dataclass(frozen=True, slots=True)
class Found:
    """What one row of the tables finds for a question."""

    passages: Sequence[Passage]
    """The best first."""
    sentences: Sequence[tuple[str, Span]]
    """With their documents, the best first."""
    score: float
    """What it would decide by whether to answer."""


class Pool:
    """Documents to ask about, indexed for all rows.

    Args:
        documents: All there is to find.
        encoder: Knows each text's vectors already, or learns them here.
    """

    def __init__(self, documents: list[Document], encoder: Remembering) -> None:
        self.encoder = encoder
        self.index = build(documents, {}, encoder, datetime.now(UTC))
        self.assistant = Assistant(self.index, encoder)
        self.vectors = np.stack([self.index.stored(passage)[0] for passage in self.index.passages])
        encoder.encode([words for passage in self.index.passages for words in self.sentences(passage)])

    def sentences(self, passage: Passage) -> list[str]:
        """The sentences of a passage."""
        text = self.index.documents[passage.source].text
        return [span.of(text) for span in passage.sentences]

    def by_words(self, question: str) -> Floats:
        """BM25 of all passages."""
        return self.index.lexical.scores(stems(question))

    def by_meaning(self, question: str) -> Floats:
        """Cosine of all passages."""
        cosines: Floats = self.vectors @ self.encoder.vectors([question])[0]
        return cosines

    def overlaps(self, question: str, passage: Passage) -> Floats:
        """For each sentence, the sum of the idf of the question's words in it."""
        asked = set(stems(question))
        found = [asked & set(stems(words)) for words in self.sentences(passage)]
        return np.array([sum(map(self.index.lexical.idf, words)) for words in found], np.float32)

    def likenesses(self, question: str, passage: Passage) -> Floats:
        """The cosine of each sentence with the question."""
        cosines: Floats = self.encoder.vectors(self.sentences(passage)) @ self.encoder.vectors([question])[0]
        return cosines


def bm25(pool: Pool, question: str) -> Found:
    """Keywords alone: the best passage, and of it the sentence that shares the rarest words."""
    scores = pool.by_words(question)
    most = sum(map(pool.index.lexical.idf, stems(question)))
    return _found(pool, scores, lambda best: pool.overlaps(question, best), float(scores.max()) / (most or 1.0))


def minilm(pool: Pool, question: str) -> Found:
    """A plain retrieval bot: the nearest passage, and of it the nearest sentence."""
    scores = pool.by_meaning(question)
    return _found(pool, scores, lambda best: pool.likenesses(question, best), float(scores.max()))


def fused(pool: Pool, question: str) -> Found:
    """Both by reciprocal rank fusion, for passages and again for the sentences of the best one."""
    scores = fusion(pool.by_words(question), pool.by_meaning(question))

    def of_sentences(best: Passage) -> Floats:
        return fusion(pool.overlaps(question, best), pool.likenesses(question, best))

    return _found(pool, scores, of_sentences, float(scores.max()))


def ours(pool: Pool, question: str) -> Found:
    """The assistant: single sentences in the order in which it would answer with them, and their passages."""
    weighed = pool.assistant.weigh(question)
    chosen = [piece for piece in weighed.ranked if len(piece.spans) == 1]
    found = [piece.hit.passage for piece in chosen]
    found += [hit.passage for hit in pool.assistant.search(question, DEEPEST)]
    passages = list({passage.id: passage for passage in found}.values())
    return Found(passages, [(piece.document, piece.spans[0]) for piece in chosen], weighed.probability)


ROWS: dict[str, Callable[[Pool, str], Found]] = {
    "BM25 alone": bm25,
    "MiniLM alone": minilm,
    "both, fused by rank": fused,
    "ours": ours,
}


def _found(pool: Pool, scores: Floats, of_sentences: Callable[[Passage], Floats], confidence: float) -> Found:
    passages = [pool.index.passages[number] for number in descending(scores)[:DEEPEST]]
    best = passages[0]
    ordered = [best.sentences[number] for number in descending(of_sentences(best))]
    return Found(passages, [(best.source, span) for span in ordered], confidence)


def fusion(*scores: Floats) -> Floats:
    """Reciprocal rank fusion of several scores for the same things."""
    ranks = [np.argsort(descending(one)) + 1 for one in scores]
    total: Floats = np.sum([1 / (FUSION + rank) for rank in ranks], axis=0).astype(np.float32)
    return total


def descending(scores: Floats) -> NDArray[np.intp]:
    """Places from the greatest score to the smallest, equal ones in their order."""
    return np.argsort(-scores, kind="stable")


def ranks(found: Found, case: Case) -> tuple[int, int]:
    """Where the first right passage and the first right sentence stand, from 1; 0 if they are not there."""
    passages = [right(case, passage.source, passage.start, passage.end) for passage in found.passages[:DEEPEST]]
    sentences = [right(case, name, span.start, span.end) for name, span in found.sentences[:2]]
    return next((n for n, ok in enumerate(passages, 1) if ok), 0), next(
        (n for n, ok in enumerate(sentences, 1) if ok), 0
    )


def ranking(asked: Sequence[tuple[Pool, Case]]) -> Iterator[str]:
    """Rows of a table: what stands where."""
    yield "| | R@1 | R@5 | MRR@10 | Right sentence first | In the top two |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, row in ROWS.items():
        placed = np.array([ranks(row(pool, case.question), case) for pool, case in asked])
        passage, sentence = placed[:, 0], placed[:, 1]
        reciprocal = np.where(passage > 0, 1 / np.maximum(passage, 1), 0)
        shares = [passage == 1, (passage > 0) & (passage <= 5), reciprocal, sentence == 1, sentence > 0]
        yield f"| {name} | {' | '.join(f'{100 * share.mean():.1f}' for share in shares)} |"


def abstention(pool: Pool, groups: dict[str, list[Case]]) -> Iterator[str]:
    """Rows of a table: how well the score tells what can be answered, with as many questions that cannot."""
    kinds = ("document", "paragraph")
    heads = (f"{kind} missing: AUROC | answered at {RIGHT_ENOUGH:.0%} right" for kind in kinds)
    yield f"| | {' | '.join(heads)} |"
    yield "| --- | --- | --- | --- | --- |"
    for name, row in ROWS.items():
        cells = []
        scored = {kind: [_scored(row(pool, case.question), case) for case in cases] for kind, cases in groups.items()}
        for kind in kinds:
            many = min(len(scored[kind]), len(scored["nothing"]))
            mix = np.array([*scored["nothing"][:many], *scored[kind][:many]])
            answerable = np.arange(2 * many) < many
            cells.append(f"{roc_auc_score(answerable, mix[:, 0]):.3f}")
            cells.append(f"{100 * answered(mix[:, 0], mix[:, 1] > 0, answerable):.1f}")
        yield f"| {name} | {' | '.join(cells)} |"


def _scored(found: Found, case: Case) -> tuple[float, bool]:
    return found.score, ranks(found, case)[1] == 1


def answered(scores: Floats, correct: NDArray[np.bool_], answerable: NDArray[np.bool_]) -> float:
    """Share of the answerable that one threshold can answer while enough of all it lets through are right."""
    order = descending(scores)
    let_through = np.arange(1, len(order) + 1)
    enough = np.cumsum(correct[order]) >= RIGHT_ENOUGH * let_through
    last_of_equals = np.append(scores[order][1:] < scores[order][:-1], True)
    possible = np.flatnonzero(enough & last_of_equals)
    return float(answerable[order][: possible[-1] + 1].sum() / answerable.sum()) if len(possible) else 0.0


def on_wikipedia(tuning: bool, encoder: Remembering) -> Iterator[str]:
    """Both tables for one half of the Wikipedia questions."""
    documents, cases = wikipedia.load(tuning)
    encoder.encode([case.question for case in cases])
    pool = Pool(documents, encoder)
    half = "tuning half" if tuning else "half not tuned on"
    yield f"Wikipedia, {half}: {len(documents)} articles, {len(pool.index.passages)} passages, {len(cases)} questions"
    yield from ("", *ranking([(pool, case) for case in cases]), "")
    rest = wikipedia.reduced(documents)
    groups: dict[str, list[Case]] = {"nothing": [], "document": [], "paragraph": []}
    for case in cases:
        groups[rest.missing(case)].append(case)
    smaller = Pool(rest.documents, encoder)
    counts = ", ".join(f"{kind} missing {len(group)}" for kind, group in groups.items())
    yield f"With {len(rest.gone)} articles and {len(rest.cut)} paragraphs left out: {counts} questions"
    yield from ("", *abstention(smaller, groups), "")


def on_policies(encoder: Remembering) -> Iterator[str]:
    """The first table for questions on privacy policies."""
    asked = []
    for document, cases in policies.load():
        encoder.encode([case.question for case in cases])
        pool = Pool([document], encoder)
        asked += [(pool, case) for case in cases]
    passages = sum(len(pool.index.passages) for pool in {id(pool): pool for pool, _ in asked}.values())
    yield f"Privacy policies, each by itself: {passages} passages, {len(asked)} questions"
    yield from ("", *ranking(asked))


def main() -> None:
    """Print the tables."""
    began = time.perf_counter()
    encoder = Remembering(SentenceTransformersEncoder())
    for line in on_wikipedia("--tuning" in sys.argv, encoder):
        print(line, flush=True)
    for line in on_policies(encoder):
        print(line, flush=True)
    print(f"\n{(time.perf_counter() - began) / 60:.1f} minutes", file=sys.stderr)


if __name__ == "__main__":
    main()
