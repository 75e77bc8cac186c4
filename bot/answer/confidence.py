"""The probability that the best evidence answers the question, by logistic regression over a few features of it.

Raw scores tell poorly whether the one paragraph with the answer is missing; a learned combination tells better. The
weights in `confidence.json` are fitted by `tests/benchmarks/fit_confidence.py`, which prints how well they separate.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from bot.answer.evidence import Evidence
from index.types import Hit, Query

FEATURES = (
    "gap",
    "gap_to_other_passage",
    "stands_out",
    "passage_match",
    "match",
    "similarity",
    "weakest",
    "unknown",
    "lexical",
    "suits",
)
UNMET = 0.25
"""What is left of the probability for each thing that the question insists on and the best evidence lacks."""
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
    rivals = [piece for piece in ranked[1:] if float(piece.vector @ best.vector) < SAME_SAID]
    others = [piece.score for piece in rivals if not _overlap(piece, best)]
    elsewhere = [piece.score for piece in rivals if piece.hit.passage.id != best.hit.passage.id]
    total = sum(term.weight for term in query.terms) or 1.0
    return {
        "gap": best.score - (others[0] if others else 0.0),
        "gap_to_other_passage": best.score - (elsewhere[0] if elsewhere else 0.0),
        "stands_out": _standard_score([piece.score for piece in ranked]),
        "passage_match": best.traits["passage_match"],
        "match": best.traits["match"],
        "similarity": best.traits["similarity"],
        "weakest": min(best.met),
        "unknown": sum(term.weight for term in query.terms if not term.known) / total,
        "lexical": max(hit.lexical for hit in hits) / (query.idf or 1.0),
        "suits": float(best.suits),
    }


def _standard_score(scores: Sequence[float]) -> float:
    """Standard deviations between the first score and the mean of all."""
    deviation = statistics.pstdev(scores)
    return (scores[0] - statistics.fmean(scores)) / deviation if deviation else 0.0


def _overlap(one: Evidence, other: Evidence) -> bool:
    if one.document != other.document:
        return False
    return one.spans[0].start < other.spans[-1].end and other.spans[0].start < one.spans[-1].end


def probability(described: dict[str, float], missing: int) -> float:
    """Probability, 0 to 1, that an answer is right.

    Args:
        described: From `features`.
        missing: How many things the question insists on that the evidence lacks.
    """
    weights = _weights()
    total = weights["bias"] + sum(weights[name] * described[name] for name in FEATURES)
    return UNMET**missing / (1 + math.exp(-total))


@cache
def _weights() -> dict[str, float]:
    weights: dict[str, float] = json.loads((files("bot.answer") / "confidence.json").read_text("utf-8"))
    return weights
