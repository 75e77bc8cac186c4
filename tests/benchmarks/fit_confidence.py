"""Fit the weights of `bot/answer/confidence.json` and print how well they tell right answers from wrong ones.

python -m tests.benchmarks.fit_confidence [--write | --judge]

The weights for large libraries are fitted on the tuning half of the Wikipedia questions: as they are, with their
document or paragraph missing, and as near misses (a name or year exchanged). Those for small ones are fitted on the
tuning half of the known pairs of three libraries, with their sources and without. The tables are for the same halves,
cross-validated; `--judge` prints them for the other halves, by the weights that ship.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from bot import evaluate
from bot.answer import confidence
from bot.answer.types import Turn
from bot.assistant import ANSWER_AT, Assistant, Weighed
from index.build import build
from index.encoder import SentenceTransformersEncoder
from tests.benchmarks.libraries import TUNING, Pairs, half_of, libraries
from tests.benchmarks.near_misses import near_misses
from tests.benchmarks.wikipedia import load, reduced, right

QUESTIONS = 1500
"""Of a half of the Wikipedia questions, in the order of a hash of their ids."""
WEIGHT_OF = {"bundled": 1.0, "originals": 1.5, "elsewhere": 1.5}
"""Of the pairs of a library beside the others': the bundled ones are the most, and the nearest to their texts."""
WEIGHT_MISSING = 0.5
"""Of a pair asked without its sources, beside the pair itself."""
STRENGTH = {"small": 0.1, "large": 0.3}
"""Inverse of the regularisation; smaller for the pairs, because there are few."""
FOLDS = 8
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


@dataclass(frozen=True, slots=True)
class Example:
    """An answer's features, and whether it was right."""

    group: str
    """Its library, or `Wikipedia`."""
    id: str
    missing: str
    """What the library lacks for it: `nothing`, `document`, `paragraph`, `answer`; or `near miss`."""
    answerable: bool
    right: bool
    features: list[float]
    demands: int
    """How many things that the question insists on the evidence lacks."""
    passages: int
    """How many the index has."""

    @property
    def size(self) -> str:
        """Which weights it is for."""
        return "large" if self.group == "Wikipedia" else "small"

    @property
    def weight(self) -> float:
        """How much it counts in the fit."""
        return WEIGHT_OF.get(self.group, 1.0) * (WEIGHT_MISSING if self.missing == "document" else 1.0)


def wikipedia(tuning: bool, encoder: SentenceTransformersEncoder) -> Iterator[Example]:
    """Ask the questions of one half, and near misses of those that are not to lack anything."""
    documents, cases = load(tuning)
    part = reduced(documents)
    full = build(documents, {}, encoder, datetime.now(UTC))
    knows_all = Assistant(full, encoder)
    knows_part = Assistant(build(part.documents, {}, encoder, datetime.now(UTC), live=full), encoder)
    cases = cases[:QUESTIONS]
    missed = near_misses(cases, random.Random(1))
    for case in cases:
        missing = part.missing(case)
        weighed = (knows_all if missing == "nothing" else knows_part).weigh(case.question)
        if weighed.ranked:
            best = weighed.ranked[0]
            correct = right(case, best.document, best.spans[0].start, best.spans[-1].end)
            yield _example("Wikipedia", case.id, missing, missing == "nothing", correct, weighed, len(full.passages))
        if missing == "nothing" and case.id in missed:
            weighed = knows_all.weigh(missed[case.id])
            if weighed.ranked:
                yield _example("Wikipedia", case.id, "near miss", False, False, weighed, len(full.passages))


def _example(
    group: str, case: str, missing: str, answerable: bool, correct: bool, weighed: Weighed, passages: int
) -> Example:
    features = [weighed.features[name] for name in confidence.FEATURES]
    demands = len(weighed.ranked[0].missing)
    return Example(group, case, missing, answerable, correct and answerable, features, demands, passages)


def known_pairs(library: Pairs, half: int, encoder: SentenceTransformersEncoder) -> Iterator[Example]:
    """Ask one half of the pairs of a library, and the answerable ones again with their sources left out."""
    index = build(library.documents, {}, encoder, datetime.now(UTC))
    assistant = Assistant(index, encoder, answer_at=0.0)
    without: dict[frozenset[str], Assistant] = {}
    turns: dict[str, tuple[Turn, ...]] = {}
    for pair in library.pairs:
        thread = turns.get(pair.follows, ())
        answer = assistant.ask(pair.question, thread, pair.today)
        turns[pair.id] = (*thread, Turn(question=answer.question, answer=answer.text))
        if half_of(pair) != half:
            continue
        weighed = assistant.weigh(pair.question, thread, pair.today)
        missing = "nothing" if pair.answerable else "answer"
        if weighed.ranked:
            correct = pair.answerable and not evaluate.problem_with(pair, answer)
            yield _example(library.name, pair.id, missing, pair.answerable, correct, weighed, len(index.passages))
        if pair.answerable and not pair.follows:
            gone = frozenset(pair.sources)
            if gone not in without:
                rest = [document for document in library.documents if document.source.id not in gone]
                without[gone] = Assistant(build(rest, {}, encoder, datetime.now(UTC), live=index), encoder)
            weighed = without[gone].weigh(pair.question, thread, pair.today)
            if weighed.ranked:
                yield _example(library.name, pair.id, "document", False, False, weighed, len(index.passages))


def fit(examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Weights by logistic regression, for features as they are, for libraries of each size."""
    return {size: _fitted(size, [example for example in examples if example.size == size]) for size in STRENGTH}


def _fitted(size: str, examples: Sequence[Example]) -> dict[str, float]:
    used = [name for name in confidence.FEATURES if size == "large" or name not in confidence.WORDED_OTHERWISE]
    rows = np.array([[example.features[confidence.FEATURES.index(name)] for name in used] for example in examples])
    mean, deviation = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    model = LogisticRegression(C=STRENGTH[size], max_iter=3000).fit(
        (rows - mean) / deviation,
        [example.right for example in examples],
        sample_weight=[example.weight for example in examples],
    )
    scaled = model.coef_[0] / deviation
    weights = dict.fromkeys(("bias", *confidence.FEATURES), 0.0)
    weights["bias"] = round(float(model.intercept_[0] - scaled @ mean), 4)
    weights.update((name, round(float(weight), 4)) for name, weight in zip(used, scaled, strict=True))
    return weights


def predicted(weights: dict[str, dict[str, float]], examples: Sequence[Example]) -> NDArray[np.float64]:
    """P(right) of each example."""
    return np.array(
        [
            confidence.probability(
                dict(zip(confidence.FEATURES, example.features, strict=True)),
                example.demands,
                example.passages,
                weights,
            )
            for example in examples
        ]
    )


def cross_validated(examples: Sequence[Example]) -> NDArray[np.float64]:
    """P(right) of each example by weights fitted without it and the others of its question."""
    probabilities = np.zeros(len(examples))
    for train, test in GroupKFold(FOLDS).split(examples, groups=[example.id for example in examples]):
        weights = fit([examples[number] for number in train])
        probabilities[test] = predicted(weights, [examples[number] for number in test])
    return probabilities


def table(group: str, examples: Sequence[Example], probabilities: NDArray[np.float64]) -> None:
    """Print how well the probabilities separate in one group, and what each threshold would do."""
    here = np.array([example.group == group for example in examples])
    correct = np.array([example.right for example in examples]) & here
    answerable = np.array([example.answerable for example in examples]) & here
    print(f"\n{group}: {answerable.sum()} answerable, right with no threshold {correct.sum() / answerable.sum():.1%}")
    for missing in dict.fromkeys(e.missing for e in examples if e.group == group and not e.answerable):
        chosen = here & np.array([example.missing == missing for example in examples]) & ~answerable
        both = chosen | answerable
        auroc = roc_auc_score(answerable[both], probabilities[both])
        shares = ", ".join(f"{(probabilities[chosen] < threshold).mean():.0%}" for threshold in THRESHOLDS)
        what = missing if missing == "near miss" else f"{missing} missing"
        print(f"  {what:17} {chosen.sum():4}  AUROC {auroc:.3f}  declined {shares}")
    right_at = ", ".join(f"{(probabilities[correct] >= t).sum() / answerable.sum():.0%}" for t in THRESHOLDS)
    wrong = answerable & ~correct
    wrong_at = ", ".join(f"{(probabilities[wrong] >= t).sum() / answerable.sum():.0%}" for t in THRESHOLDS)
    print(f"  at P(right) from {', '.join(map(str, THRESHOLDS))}: right {right_at}; wrong {wrong_at}")


def main() -> None:
    """Fit, print the tables, and write the weights if asked to."""
    encoder = SentenceTransformersEncoder()
    judging = "--judge" in sys.argv
    half = 1 - TUNING if judging else TUNING
    examples = [*wikipedia(not judging, encoder)]
    for library in libraries():
        examples += known_pairs(library, half, encoder)
    if judging:
        weights = json.loads(Path(confidence.__file__).with_name("confidence.json").read_text("utf-8"))
        probabilities = predicted(weights, examples)
    else:
        weights = fit(examples)
        probabilities = cross_validated(examples)
    print(json.dumps(weights, indent=2))
    print(f"Answers are given from {ANSWER_AT}.")
    if "--write" in sys.argv:
        file = Path(confidence.__file__).with_name("confidence.json")
        file.write_text(json.dumps(weights, indent=2) + "\n", encoding="utf-8")
    for group in dict.fromkeys(example.group for example in examples):
        table(group, examples, probabilities)


if __name__ == "__main__":
    main()
