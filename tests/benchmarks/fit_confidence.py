"""Fit the weights of `bot/answer/confidence.json` and print how well they tell right answers from wrong ones.

python -m tests.benchmarks.fit_confidence [--write]

Fitted on the tuning half of the Wikipedia questions, with 30 % of the articles and 20 % of the other paragraphs left out;
the table is for the other half.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot.answer import confidence
from bot.answer.evidence import evidence
from index.build import build
from index.encoder import SentenceTransformersEncoder
from index.search import Index, read_query
from tests.benchmarks.wikipedia import Case, load, without

QUESTIONS = 1500
HITS, READ = 30, 10


def describe(index: Index, encoder: SentenceTransformersEncoder, case: Case) -> tuple[dict[str, float], bool, bool]:
    """Features of a question, whether the best evidence holds the answer, and whether one of the best two does."""
    query = read_query(index, encoder, case.question)
    hits = index.search(query, HITS)
    ranked = evidence(index, query, hits[:READ])
    right = [
        piece.document == case.document
        and any(piece.spans[0].start < end and start < piece.spans[-1].end for start, end in case.answers)
        for piece in ranked[:2]
    ]
    return confidence.features(query, hits, ranked), right[0], any(right)


def one_half(tuning: bool, encoder: SentenceTransformersEncoder) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, whether right, and which of the three groups: 0 nothing missing, 1 document missing, 2 paragraph."""
    documents, cases = load(tuning)
    now = datetime.now(UTC)
    full = build(documents, {}, encoder, now, progress=lambda d, of: print(f"\rencoded {d} of {of}", end="", file=sys.stderr))
    chosen = [case for case in cases if any(t.idf for t in read_query(full, encoder, case.question).terms)][:QUESTIONS]
    gone = {d.source.id for d in documents if int(hashlib.md5(d.source.id.encode()).hexdigest(), 16) % 10 < 3}
    cut = {
        (d.source.id, n)
        for d in documents
        for n in range(len(d.blocks))
        if int(hashlib.md5(f"{d.source.id}{n}".encode()).hexdigest(), 16) % 10 < 2
    }
    partial = build(without(documents, gone, cut), {}, encoder, now, live=full)
    rows, right, groups = [], [], []
    first, second = 0, 0
    for case in chosen:
        described, hit, either = describe(full, encoder, case)
        first, second = first + hit, second + either
        missing = 1 if case.document in gone else 2 if (case.document, case.paragraph) in cut else 0
        if missing:
            described, hit, _ = describe(partial, encoder, case)
        rows.append([described[name] for name in confidence.FEATURES])
        right.append(hit)
        groups.append(missing)
    print(f"\n{'tuning' if tuning else 'other'} half: right sentence first {first / len(chosen):.1%}, in two {second / len(chosen):.1%} of {len(chosen)}")
    return np.array(rows), np.array(right), np.array(groups)


def main() -> None:
    encoder = SentenceTransformersEncoder()
    rows, right, _ = one_half(True, encoder)
    mean, deviation = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000).fit((rows - mean) / deviation, right)
    scaled = model.coef_[0] / deviation
    weights = {"bias": float(model.intercept_[0] - (scaled * mean).sum())}
    weights.update({name: round(float(w), 4) for name, w in zip(confidence.FEATURES, scaled, strict=True)})
    if "--write" in sys.argv:
        file = Path(confidence.__file__).with_name("confidence.json")
        file.write_text(json.dumps(weights, indent=2) + "\n", encoding="utf-8")
    rows, right, groups = one_half(False, encoder)
    predicted = 1 / (1 + np.exp(-(weights["bias"] + rows @ [weights[name] for name in confidence.FEATURES])))
    for group, name in ((1, "document"), (2, "paragraph")):
        chosen = (groups == 0) | (groups == group)
        print(f"{name} missing: AUROC answerable or not {roc_auc_score(groups[chosen] == 0, predicted[chosen]):.3f}")
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        said = predicted >= threshold
        print(
            f"threshold {threshold}: answerable answered {said[groups == 0].mean():.1%}, right among those "
            f"{right[said & (groups == 0)].mean():.1%}; document missing answered {said[groups == 1].mean():.1%}, "
            f"paragraph missing answered {said[groups == 2].mean():.1%}"
        )
    print(json.dumps(weights, indent=2))


if __name__ == "__main__":
    main()
