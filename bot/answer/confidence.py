"""The probability that the best evidence answers the question, by logistic regression over a few features of it.

Raw scores tell poorly whether the one paragraph with the answer is missing; a learned combination tells better. The
weights in `confidence.json` are fitted by `tests/benchmarks/fit_confidence.py`, which prints how well they separate.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from bot.answer.evidence import Evidence
from index.types import Hit, Query
from knowledge.text import tokens

FEATURES = (
    "score",
    "gap",
    "gap_to_other_passage",
    "stands_out",
    "passage_match",
    "match",
    "similarity",
    "weakest",
    "covered",
    "names_found",
    "unknown",
    "dense",
    "lexical",
    "words",
    "suits",
)
WORDED_OTHERWISE = ("score", "similarity", "covered", "names_found", "dense", "words")
"""Features that mislead in a small library, where the asker's words are seldom those of the passage that answers."""
SMALL_LIBRARY, LARGE_LIBRARY = 50, 800
"""Passages. Up to the first the weights for small libraries hold, from the second on those for large ones, and between
them a mixture: the more passages there are, the more it tells that words of the question are missing."""
UNMET = {"small": 0.25, "large": 0.5}
"""What is left of the probability for each thing that the question insists on and the best evidence lacks."""
MOST_WORDS = 10
"""Content words past which a longer question says nothing more about its answer."""
SAME_SAID = 0.75
"""Cosine from which another piece says the same, so that it is no rival of the best but confirms it."""


def features(query: Query, hits: Sequence[Hit], ranked: Sequence[Evidence]) -> dict[str, float]:
    """Describe the best evidence for a question, and how far it stands out.

    Args:
        query: The question; it has at least one term.
        hits: All passages found, the best first; not empty.
        ranked: All evidence, the best first; not empty.
    """
    best = ranked[0]
    alike = np.stack([piece.vector for piece in ranked]) @ best.vector
    rivals = [piece for piece, likeness in zip(ranked[1:], alike[1:].tolist(), strict=True) if likeness < SAME_SAID]
    others = [piece.score for piece in rivals if not piece.overlaps(best)]
    elsewhere = [piece.score for piece in rivals if piece.hit.passage.id != best.hit.passage.id]
    total = sum(term.weight for term in query.terms) or 1.0
    there = {token.stem for token in tokens(best.hit.passage.embedded)}
    names = [term for term in query.terms if not term.word.islower()]
    return {
        "score": best.score,
        "gap": best.score - (others[0] if others else 0.0),
        "gap_to_other_passage": best.score - (elsewhere[0] if elsewhere else 0.0),
        "stands_out": _standard_score([piece.score for piece in ranked]),
        "passage_match": best.traits["passage_match"],
        "match": best.traits["match"],
        "similarity": best.traits["similarity"],
        "weakest": min(best.met),
        "covered": sum(term.weight for term in query.terms if term.stem in there) / total,
        "names_found": sum(term.stem in there for term in names) / len(names) if names else 1.0,
        "unknown": sum(term.weight for term in query.terms if not term.known) / total,
        "dense": max(hit.dense for hit in hits),
        "lexical": max(hit.lexical for hit in hits) / (query.idf or 1.0),
        "words": min(len(query.terms), MOST_WORDS) / MOST_WORDS,
        "suits": float(best.suits),
    }


def _standard_score(scores: Sequence[float]) -> float:
    """Standard deviations between the first score and the mean of all."""
    if max(scores) == min(scores):  # else rounding would make a deviation
        return 0.0
    return (scores[0] - float(np.mean(scores))) / float(np.std(scores))


Weights = Mapping[str, Mapping[str, float]]
"""For a small and for a large library: the bias and the weight of each feature."""


def probability(described: Mapping[str, float], missing: int, passages: int, weights: Weights | None = None) -> float:
    """Probability, 0 to 1, that an answer is right.

    Args:
        described: From `features`.
        missing: How many things the question insists on that the evidence lacks.
        passages: How many the index has.
        weights: Those that ship if none are given.
    """
    chosen = weights or _weights()
    span = math.log(LARGE_LIBRARY / SMALL_LIBRARY)
    large = min(max(math.log(max(passages, 1) / SMALL_LIBRARY) / span, 0.0), 1.0)
    return (1 - large) * _by("small", chosen, described, missing) + large * _by("large", chosen, described, missing)


def _by(size: str, weights: Weights, described: Mapping[str, float], missing: int) -> float:
    total = weights[size]["bias"] + sum(weights[size][name] * described[name] for name in FEATURES)
    return UNMET[size] ** missing / (1 + math.exp(-total))


@cache
def _weights() -> Weights:
    weights: Weights = json.loads((files("bot.answer") / "confidence.json").read_text("utf-8"))
    return weights
