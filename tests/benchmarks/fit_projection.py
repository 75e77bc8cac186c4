"""Fit `index/projection.npz`, which makes word vectors shorter, and print what it keeps and what it costs.

python -m tests.benchmarks.fit_projection [--write]

Principal components of the token vectors of the Wikipedia paragraphs in the tuning half. They are taken about the
origin or about the mean, whichever keeps the cosines between tokens better; nothing is subtracted when projecting,
since that alone would change them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import index.projection
from bot.assistant import Assistant
from index.build import build
from index.encoder import SentenceTransformersEncoder
from index.projection import named
from index.search import Index
from index.types import Encoding, Floats, Kept
from knowledge.passages import cut
from tests.benchmarks.wikipedia import load, right

DIMENSION = 128
"""Of a projected vector: a third of the original's 384, which find the right sentence hardly more often."""
PAIRS = 200_000
"""Pairs of tokens whose cosine is compared before and after."""


class Whole:
    """The encoder under a name of its own, so that its word vectors are kept whole."""

    def __init__(self, encoder: SentenceTransformersEncoder) -> None:
        self._encoder = encoder
        self.model = encoder.model
        self.fingerprint = f"{encoder.fingerprint}-whole"
        self.dimension, self.backend = encoder.dimension, encoder.backend

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode each text, in the order given."""
        return self._encoder.encode(texts)


def components(tokens: Floats, centred: bool) -> Floats:
    """The directions in which token vectors spread most, about their mean or the origin, as columns."""
    mean = tokens.mean(axis=0) if centred else np.zeros(tokens.shape[1], np.float32)
    about = (tokens - mean).astype(np.float64)
    _, directions = np.linalg.eigh(about.T @ about)
    chosen: Floats = directions[:, ::-1][:, :DIMENSION].astype(np.float32)
    return chosen


def error(tokens: Floats, matrix: Floats) -> float:
    """Root mean square difference that a projection makes to the cosine of two tokens."""
    chance = np.random.default_rng(1)
    one, other = chance.integers(len(tokens), size=(2, PAIRS))
    projected = named(matrix).of(tokens)
    before = (tokens[one] * tokens[other]).sum(axis=1)
    after = (projected[one] * projected[other]).sum(axis=1)
    return float(np.sqrt(np.mean((before - after) ** 2)))


def fitted(encoder: SentenceTransformersEncoder) -> Floats:
    """Fit both ways, print what each does to cosines, and return the better."""
    documents, _ = load(tuning=True)
    passages = [passage.embedded for document in documents for passage in cut(document)]
    tokens = np.concatenate([encoding.tokens for encoding in encoder.encode(passages)])
    print(f"{len(tokens)} tokens of {len(passages)} passages, {tokens.shape[1]} to {DIMENSION} dimensions")
    found = []
    for name, centred in (("the origin", False), ("the mean", True)):
        matrix = components(tokens, centred)
        found.append((error(tokens, matrix), matrix))
        print(f"  components about {name}: cosines change by {found[-1][0]:.4f} (root mean square)")
    return min(found, key=lambda pair: pair[0])[1]


def compare(encoder: SentenceTransformersEncoder) -> None:
    """Print what whole and projected vectors find on the tuning half, and what they take."""
    documents, cases = load(tuning=True)
    print(f"\n{len(cases)} questions\n\n| Token vectors | Right sentence first | In the top two | kB a passage |")
    print("| --- | --- | --- | --- |")
    for name, chosen in (("whole", Whole(encoder)), ("projected", encoder)):
        made = build(documents, {}, chosen, datetime.now(UTC))
        assistant = Assistant(made, chosen)
        first = second = 0
        for case in cases:
            ranked = assistant.weigh(case.question).ranked[:2]
            found = [right(case, piece.document, piece.spans[0].start, piece.spans[-1].end) for piece in ranked]
            first += any(found[:1])
            second += any(found)
        shares = f"{first / len(cases):.1%} | {second / len(cases):.1%}"
        width = made.stored(made.passages[0])[1].shape[1]
        print(f"| {name}, {width} bytes a token | {shares} | {_bytes(made) / len(made.passages) / 1000:.1f} |")


def _bytes(made: Index) -> int:
    """Of all that a snapshot of an index that was built at once keeps, but for its manifest."""
    parts = [part for part in made.parts().values() if not isinstance(part, Kept)]
    return sum(len(part) if isinstance(part, bytes) else part.nbytes for part in parts)


def main() -> None:
    """Fit, write the file if asked to, and compare what is shipped with whole vectors."""
    encoder = SentenceTransformersEncoder()
    if "--write" in sys.argv:
        matrix = fitted(encoder)
        file = Path(index.projection.__file__).with_name(index.projection.FILE)
        np.savez(file, fingerprint=np.array(encoder.fingerprint), matrix=matrix.astype(np.float16))
        print(f"Written: projection {named(matrix).name}")
    compare(encoder)


if __name__ == "__main__":
    main()
