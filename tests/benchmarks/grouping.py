"""How well like questions are put together: wordings of the known pairs that expect the same answer belong together.

python -m tests.benchmarks.grouping [-v]

The pairs that expect the same words from the same documents are one group of each half, by a hash of what they expect;
the thresholds are chosen on the one half, and the other one judges. With -v, the groups of the half that chose are
printed, too; those of the other half never are.

A pair of wordings is right if both expect the same. This is a hard measure: "Who is Ann Example?" and "Who is the
director?" expect the same and are two questions, and so they count as missed; "list of benefits" and "benefits" may
expect words that differ a little, and then they count as wrong. So two more figures are printed: of the wordings that
belong together and name nothing different, how many are together; and of those wrongly together, how many expect
nothing in common.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import combinations

from bot import Assistant
from bot.evaluate import Pair
from bot.unanswered import ALIKE_AT, Group, Unanswered, grouped
from index.encoder import SentenceTransformersEncoder
from index.types import Encoder, Encoding
from tests.benchmarks.libraries import TUNING, libraries
from tests.benchmarks.wikipedia import by_hash

THRESHOLDS = [number / 100 for number in range(50, 96, 2)]
MANY = 1000
"""Questions whose grouping is timed."""
_NOW = datetime(2026, 1, 1, tzinfo=UTC)

Figures = tuple[int, int, int]
"""Pairs of wordings that are rightly together, wrongly together, and belong together."""


def asked(texts: Sequence[str]) -> list[Unanswered]:
    """As if each had been asked once."""
    return [Unanswered(text, "somebody", _NOW, "") for text in texts]


def together(groups: Sequence[Group], pairs: Sequence[Pair]) -> Iterator[tuple[Pair, Pair]]:
    """All pairs of wordings that are in one group."""
    by_text = {" ".join(pair.question.split()): pair for pair in pairs}
    for group in groups:
        yield from combinations([by_text[text] for text in group.wordings], 2)


def same(one: Pair, other: Pair) -> bool:
    """Whether two wordings expect the same answer."""
    return (one.must_contain, one.sources) == (other.must_contain, other.sources)


def figures(groups: Sequence[Group], pairs: Sequence[Pair]) -> Figures:
    """Count the pairs of wordings."""
    right = [same(*two) for two in together(groups, pairs)]
    return sum(right), len(right) - sum(right), sum(same(*two) for two in combinations(pairs, 2))


def f_measure(counted: Figures) -> float:
    """Harmonic mean of precision and recall."""
    right, wrong, belong = counted
    return 2 * right / (right + wrong + belong)


def said(counted: Figures) -> str:
    """Figures in words."""
    right, wrong, belong = counted
    precision, recall = right / max(right + wrong, 1), right / belong
    return f"precision {precision:.2f} ({right} of {right + wrong}), recall {recall:.2f} ({right} of {belong})"


class Remembering:
    """The encoder, which is asked for each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Encoding] = {}
        self.model, self.fingerprint = encoder.model, encoder.fingerprint
        self.backend, self.dimension = encoder.backend, encoder.dimension

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode each text, in the order given."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return [self._known[text] for text in texts]


def main() -> None:
    """Choose on one half, and print the figures of both."""
    bundled = next(library for library in libraries() if library.name == "bundled")
    encoder = Remembering(SentenceTransformersEncoder())
    assistant = Assistant.of(bundled.documents, encoder)
    pairs = [pair for pair in bundled.pairs if pair.answerable and not pair.follows]
    for half, name in ((TUNING, "half that chose"), (1 - TUNING, "half that judges")):
        part = [pair for pair in pairs if by_hash(repr((pair.must_contain, pair.sources)), 2) == half]
        questions = asked([pair.question for pair in part])
        groups = {
            at: grouped(questions, assistant.understood, encoder, at, most_wordings=len(part))
            for at in (*THRESHOLDS, ALIKE_AT)
        }
        print(f"{name}: {len(part)} questions; at {ALIKE_AT}, {said(figures(groups[ALIKE_AT], part))}")
        wrong = [two for two in together(groups[ALIKE_AT], part) if not same(*two)]
        unlike = sum(not set(one.must_contain) & set(other.must_contain) for one, other in wrong)
        alike = [two for two in combinations(part, 2) if same(*two) and not _apart(assistant, encoder, *two)]
        found = sum(same(*two) for two in together(groups[ALIKE_AT], part))
        print(f"  that name nothing different: {found} of {len(alike)}; wrong and with nothing in common: {unlike}")
        if half == TUNING:
            for at in THRESHOLDS:
                print(f"  {at:.2f}: {said(figures(groups[at], part))}, F {f_measure(figures(groups[at], part)):.3f}")
        if half == TUNING and "-v" in sys.argv:
            for group in groups[ALIKE_AT]:
                if group.questions > 1:
                    print("    " + "\n      ".join(group.wordings))
    _time(assistant, encoder, [pair.question for pair in pairs])


def _apart(assistant: Assistant, encoder: Encoder, one: Pair, other: Pair) -> bool:
    """Whether two wordings are kept apart however alike they are."""
    return len(grouped(asked([one.question, other.question]), assistant.understood, encoder, alike_at=-2.0)) == 2


def _time(assistant: Assistant, encoder: Encoder, texts: Sequence[str]) -> None:
    """Print the seconds that many questions take besides being encoded."""
    many = asked([f"{text} {number}" for number in range(MANY // len(texts) + 1) for text in texts][:MANY])
    encoder.encode([assistant.understood(question.text).text for question in many])
    began = time.perf_counter()
    grouped(many, assistant.understood, encoder)
    print(f"{MANY} questions: {time.perf_counter() - began:.1f} s besides encoding them")


if __name__ == "__main__":
    main()
