"""Questions that had no answer, like ones together: what the library lacks, the most asked for first.

Wordings are alike as far as the model says so, but never if each insists on something that the other does not have, a
name, a number or a point of the compass: to a model "the chair of Medway" and "the chair of Swale" are all but one.
They are joined by average linkage, so that a group takes in only what is like all of it, and no chain of small
differences makes one group of everything.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from bot.answer.numbers import numbers, words_of
from bot.answer.question import MOST_CHARS, cleaned
from bot.answer.timeline import MONTHS
from bot.answer.types import Asks, Question, QuestionRefused
from index.types import Encoder
from knowledge.text import tokens

ALIKE_AT = 0.8
"""Mean likeness, at most 1, from which wordings are together: the best of `tests/benchmarks/grouping.py`."""
SAYS_MORE = 0.05
"""Taken off the cosine where only one of two wordings has a name or a number: it may be left out, or matter."""
ASKS_OTHERWISE = 0.1
"""Taken off where two wordings want different kinds of answers, as "when" and "why" do."""
MOST_WORDINGS = 10
"""Of a group that are given."""

_COMPASS = frozenset("north south east west northern southern eastern western central".split())
Likeness = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that had no answer."""

    text: str
    """As it was asked."""
    asker: str
    """A hash that stands for who asked; it is counted and never shown."""
    asked_at: datetime
    reason: str
    """Why there was no answer, as the asker was told."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that want the same thing."""

    wording: str
    """The one nearest to the middle of all that was asked."""
    questions: int
    askers: int
    """Different people among those who asked."""
    wordings: tuple[str, ...]
    """Each once, that nearest to the middle first, then those asked most often; only so many are kept."""
    latest: datetime
    """When one of them was asked last."""
    reason: str
    """The most frequent one."""


@dataclass(frozen=True, slots=True)
class _Wording:
    """What one wording asks for."""

    text: str
    """With its spelling put right and its abbreviations written out."""
    asks: Asks = Asks.OTHER
    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    compass: frozenset[str] = frozenset()


def grouped(
    questions: Sequence[Unanswered],
    read: Callable[[str], Question],
    encoder: Encoder,
    alike_at: float = ALIKE_AT,
    most_wordings: int = MOST_WORDINGS,
) -> tuple[Group, ...]:
    """Put like questions together; in whatever order they come, the groups are the same.

    Args:
        questions: What had no answer.
        read: Understands a question: `Assistant.understood`.
        encoder: The model.
        alike_at: Mean likeness from which wordings are together.
        most_wordings: Of a group that are given, at least 1.

    Returns:
        The groups, the largest first.
    """
    asked: dict[str, list[Unanswered]] = defaultdict(list)
    for question in questions:
        asked[cleaned(question.text)].append(question)
    texts = sorted(asked)
    if not texts:
        return ()
    wordings = [_understood(text, read) for text in texts]
    vectors = np.array([encoding.vector for encoding in encoder.encode([each.text for each in wordings])], np.float64)
    groups = [
        _group([texts[number] for number in together], vectors[together], asked, most_wordings)
        for together in linked(_likeness(wordings, vectors), alike_at)
    ]
    return tuple(sorted(groups, key=lambda group: (-group.questions, -group.askers, group.wording)))


def _understood(text: str, read: Callable[[str], Question]) -> _Wording:
    try:
        question = read(text)
    except QuestionRefused:
        return _Wording(text[:MOST_CHARS])
    written = question.text
    words = {written[token.start : token.end].lower() for token in tokens(written) if not token.stop}
    values = {number.value for number in numbers(words_of(written)) if not number.spoken}
    return _Wording(
        text=written,
        asks=question.asks,
        names=question.names,
        numbers=frozenset(values | words & frozenset(MONTHS)),
        compass=_COMPASS & words,
    )


def _likeness(wordings: Sequence[_Wording], vectors: NDArray[np.float64]) -> Likeness:
    """Of each wording with each; minus infinity where two must not be together."""
    likeness: Likeness = vectors @ vectors.T
    apart = np.zeros(likeness.shape, bool)
    more = np.zeros(likeness.shape, bool)
    for insisted in zip(*((each.names, each.numbers, each.compass) for each in wordings), strict=True):
        lacking = _lacking(insisted)
        apart |= lacking & lacking.T
        more |= lacking | lacking.T
    kinds = np.array([each.asks.value for each in wordings])
    said = kinds != Asks.OTHER.value
    otherwise = (kinds[:, None] != kinds[None]) & said[:, None] & said[None]
    likeness -= SAYS_MORE * more + ASKS_OTHERWISE * otherwise
    likeness[apart] = -np.inf
    return np.asarray((likeness + likeness.T) / 2)


def _lacking(insisted: Sequence[frozenset[str]]) -> NDArray[np.bool_]:
    """Whether the first of two wordings insists on something that the second does not have."""
    columns = {name: column for column, name in enumerate(sorted(frozenset().union(*insisted)))}
    has = np.zeros((len(insisted), len(columns)))
    for row, names in enumerate(insisted):
        has[row, [columns[name] for name in names]] = 1
    return np.asarray(has @ has.T < has.sum(axis=1)[:, None])


def linked(likeness: Likeness, alike_at: float) -> list[list[int]]:
    """Join by average linkage what is alike, by chains of nearest neighbours.

    Args:
        likeness: Of each with each, shape (n, n), the same both ways; minus infinity keeps two apart for good.
        alike_at: Groups whose mean likeness is at least this are joined.

    Returns:
        The groups, as numbers in order.
    """
    likeness = likeness.copy()
    np.fill_diagonal(likeness, -np.inf)
    members = {number: [number] for number in range(len(likeness))}
    done: list[list[int]] = []
    chain: list[int] = []
    while members:
        if not chain:
            chain.append(next(iter(members)))
        last = chain[-1]
        nearest = int(np.argmax(likeness[last]))
        if likeness[last, nearest] < alike_at:  # whatever others are joined, nothing comes nearer
            done.append(sorted(members.pop(last)))
            likeness[last] = likeness[:, last] = -np.inf
            chain.pop()
        elif len(chain) > 1 and likeness[last, chain[-2]] == likeness[last, nearest]:
            chain.pop()
            _join(likeness, members, chain.pop(), last)
        else:
            chain.append(nearest)
    return sorted(done)


def _join(likeness: Likeness, members: dict[int, list[int]], one: int, other: int) -> None:
    """Let one group take in the other; its likeness with the rest is the mean over all its members."""
    sizes = len(members[one]), len(members[other])
    mean = (sizes[0] * likeness[one] + sizes[1] * likeness[other]) / sum(sizes)
    members[one] += members.pop(other)
    likeness[one] = likeness[:, one] = mean
    likeness[one, one] = -np.inf
    likeness[other] = likeness[:, other] = -np.inf


def _group(
    texts: Sequence[str], vectors: NDArray[np.float64], asked: Mapping[str, Sequence[Unanswered]], most_wordings: int
) -> Group:
    counts = np.array([len(asked[text]) for text in texts])
    middle = texts[int(np.argmax(vectors @ (counts @ vectors)))]
    questions = [question for text in texts for question in asked[text]]
    others = sorted((text for text in texts if text != middle), key=lambda text: (-len(asked[text]), text))
    reasons = Counter(question.reason for question in questions)
    return Group(
        wording=middle,
        questions=len(questions),
        askers=len({question.asker for question in questions}),
        wordings=(middle, *others)[:most_wordings],
        latest=max(question.asked_at for question in questions),
        reason=min(reasons, key=lambda reason: (-reasons[reason], reason)),
    )
