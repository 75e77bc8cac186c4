"""Fit the weights of `bot/answer/confidence.json` and print how well they tell right answers from wrong ones.

python -m tests.benchmarks.fit_confidence [--write]

Fitted on the tuning half of the Wikipedia questions (as they are, and in other words), with 30 % of the articles and
20 % of the other paragraphs left out, and on half of the known pairs, with their sources and without. The tables are
for the halves that were not fitted on.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot import evaluate
from bot.answer import confidence
from bot.answer.types import Turn
from bot.assistant import Assistant
from index.build import build
from index.encoder import SentenceTransformersEncoder
from index.search import Index
from knowledge.types import Document
from tests.benchmarks.briefings import briefings
from tests.benchmarks.paraphrase import paraphrase, stand_ins
from tests.benchmarks.wikipedia import Case, load, without

QUESTIONS = 900
"""Of each half of the Wikipedia questions, in the order of a hash of their ids."""
PAIR_WEIGHT = 3.0
"""Of a known pair beside a Wikipedia question: there are few of them, and they are how staff ask."""
THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)


@dataclass(frozen=True, slots=True)
class Example:
    """An answer's features, whether it was right, and what the question was asked under."""

    features: list[float]
    right: bool
    group: str
    """`plain` or `other words`, or `pairs`; then what was missing."""

    @property
    def answerable(self) -> bool:
        """Nothing was missing."""
        return self.group.endswith("nothing missing")


def by_hash(text: str, of: int) -> int:
    """A number from 0 to `of` - 1 that a text always gets."""
    return int(hashlib.md5(text.encode()).hexdigest(), 16) % of


def wikipedia(tuning: bool, encoder: SentenceTransformersEncoder) -> Iterator[Example]:
    """Ask the questions of one half."""
    documents, cases = load(tuning)
    full = build(documents, {}, encoder, datetime.now(UTC))
    gone = {document.source.id for document in documents if by_hash(document.source.id, 10) < 3}
    cut = {
        (document.source.id, number)
        for document in documents
        for number in range(len(document.blocks))
        if by_hash(f"{document.source.id}{number}", 10) < 2
    }
    partial = build(without(documents, gone, cut), {}, encoder, datetime.now(UTC), live=full)
    knows_all, knows_part = Assistant(full, encoder), Assistant(partial, encoder)
    others, chance = stand_ins(documents, encoder), random.Random(1)
    for case in cases[:QUESTIONS]:
        missing = "document" if case.document in gone else "nothing"
        if missing == "nothing" and (case.document, case.paragraph) in cut:
            missing = "paragraph"
        assistant = knows_all if missing == "nothing" else knows_part
        for name, text in (("plain", case.question), ("other words", paraphrase(case.question, others, chance))):
            if example := _asked(assistant, text, case, f"{name}, {missing} missing"):
                yield example


def _asked(assistant: Assistant, text: str, case: Case, group: str) -> Example | None:
    weighed = assistant.weigh(text)
    if not weighed.ranked:
        return None
    best = weighed.ranked[0]
    right = best.document == case.document and any(
        best.spans[0].start < end and start < best.spans[-1].end for start, end in case.answers
    )
    return Example([weighed.features[name] for name in confidence.FEATURES], right, group)


def known_pairs(half: int, encoder: SentenceTransformersEncoder) -> Iterator[Example]:
    """Ask one half of the known pairs, and the answerable ones again with their sources left out."""
    documents, pairs = briefings()
    full = build(documents, {}, encoder, datetime.now(UTC))
    turns: dict[str, tuple[Turn, ...]] = {}
    for pair in pairs:
        thread = turns.get(pair.follows, ())
        turns[pair.id] = (*thread, Turn(question=pair.question))
        if by_hash(pair.id, 2) != half:
            continue
        missing = "nothing missing" if pair.answerable else "answer missing"
        yield from _pair(full, encoder, pair, thread, f"pairs, {missing}")
        if pair.answerable:
            rest = [document for document in documents if document.source.id not in pair.sources]
            yield from _pair(_index(rest, encoder, full), encoder, pair, thread, "pairs, answer missing")


def _index(documents: list[Document], encoder: SentenceTransformersEncoder, live: Index) -> Index:
    return build(documents, {}, encoder, datetime.now(UTC), live=live)


def _pair(
    index: Index, encoder: SentenceTransformersEncoder, pair: evaluate.Pair, thread: tuple[Turn, ...], group: str
) -> Iterator[Example]:
    assistant = Assistant(index, encoder, answer_at=0.0)
    weighed = assistant.weigh(pair.question, thread)
    if weighed.ranked:
        answer = assistant.ask(pair.question, thread, pair.today)
        right = pair.answerable and not evaluate.problem_with(pair, answer)
        yield Example([weighed.features[name] for name in confidence.FEATURES], right, group)


def fit(examples: list[Example]) -> dict[str, float]:
    """Weights by logistic regression, for features as they are."""
    rows = np.array([example.features for example in examples])
    mean, deviation = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    importance = [PAIR_WEIGHT if example.group.startswith("pairs") else 1.0 for example in examples]
    model = LogisticRegression(max_iter=2000).fit(
        (rows - mean) / deviation, [example.right for example in examples], sample_weight=importance
    )
    scaled = model.coef_[0] / deviation
    weights = {"bias": float(model.intercept_[0] - scaled @ mean)}
    weights.update(zip(confidence.FEATURES, map(float, scaled), strict=True))
    return {name: round(weight, 4) for name, weight in weights.items()}


def table(name: str, examples: list[Example], weights: dict[str, float]) -> None:
    """Print how well the weights separate, and what each threshold would do."""
    rows = np.array([example.features for example in examples])
    predicted = 1 / (1 + np.exp(-(weights["bias"] + rows @ [weights[feature] for feature in confidence.FEATURES])))
    right = np.array([example.right for example in examples])
    answerable = np.array([example.answerable for example in examples])
    print(f"\n{name}: {answerable.sum()} answerable, right with no threshold {right[answerable].mean():.1%}")
    for group in sorted({example.group for example in examples if not example.answerable}):
        chosen = answerable | np.array([example.group == group for example in examples])
        auroc = roc_auc_score(answerable[chosen], predicted[chosen])
        print(f"  {group}: AUROC answerable or not {auroc:.3f} ({(chosen & ~answerable).sum()} questions)")
    print("  threshold   right  wrong   of the answerable   declined of the others")
    for threshold in THRESHOLDS:
        said: NDArray[np.bool_] = predicted >= threshold
        shares = [(said & right)[answerable].mean(), (said & ~right)[answerable].mean(), (~said)[~answerable].mean()]
        print(f"  {threshold:9}  {shares[0]:6.1%} {shares[1]:6.1%}   {shares[2]:37.1%}")


def main() -> None:
    """Fit, print the tables, and write the weights if asked to."""
    encoder = SentenceTransformersEncoder()
    weights = fit([*wikipedia(True, encoder), *known_pairs(0, encoder)])
    print(json.dumps(weights, indent=2))
    if "--write" in sys.argv:
        file = Path(confidence.__file__).with_name("confidence.json")
        file.write_text(json.dumps(weights, indent=2) + "\n", encoding="utf-8")
    other_half = list(wikipedia(False, encoder))
    for words in ("plain", "other words"):
        table(f"Wikipedia, {words}", [example for example in other_half if example.group.startswith(words)], weights)
    table("Known pairs", list(known_pairs(1, encoder)), weights)


if __name__ == "__main__":
    main()
