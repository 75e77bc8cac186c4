"""What the known pairs say of a new index beside the live one.

How each pair fared is kept with the snapshot, without a word of question or answer, so that the live index need only be
asked again where the new one does otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.evaluate import Outcome, Pair, Report, skipped
from knowledge.audience import Audience

OUTCOMES = "outcomes.json"
"""Name of the file in a snapshot."""


class Kind(StrEnum):
    """How an outcome differs."""

    WRONG = "newly wrong"
    RIGHT = "newly right"
    SOURCES = "right, from other documents"


@dataclass(frozen=True, slots=True)
class Difference:
    """A known pair that fares otherwise than it did on the live index."""

    kind: Kind
    before: Outcome
    now: Outcome


class Fared(BaseModel):
    """How a pair fared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    right: bool
    cited: tuple[str, ...]
    """Ids of documents, sorted."""


_FARED = TypeAdapter(dict[str, Fared])


def kept(report: Report) -> bytes:
    """How the pairs fared, to be kept with a snapshot; those that were skipped are left out."""
    keys = _keys([outcome.pair for outcome in report.outcomes])
    return _FARED.dump_json({keys[each.pair.id]: _fared(each) for each in report.outcomes if not each.skipped})


def known(content: Any) -> Mapping[str, Fared]:  # noqa: ANN401 (bytes, or the same mapped from the disk)
    """What `kept` wrote; nothing if it is not there or is of another version of the program."""
    try:
        return _FARED.validate_json(b"{}" if content is None else bytes(content))
    except ValidationError:
        return {}


def differences(
    now: Report, fared: Mapping[str, Fared], ask_live: Callable[[Sequence[Pair]], Report]
) -> tuple[Difference, ...]:
    """Compare a new index with the live one.

    Args:
        now: The pairs, asked of the new index; what was skipped is not compared.
        fared: How they fared on the live one, as far as it is known.
        ask_live: Asks pairs of the live one.
    """
    pairs = [outcome.pair for outcome in now.outcomes]
    keys = _keys(pairs)
    asked = [each for each in now.outcomes if not each.skipped]
    doubtful = {each.pair.id for each in asked if _fared(each) != fared.get(keys[each.pair.id])}
    before = {outcome.pair.id: outcome for outcome in ask_live(_with_turns_before(pairs, doubtful)).outcomes}
    compared = ((before[each.pair.id], each) for each in asked if each.pair.id in doubtful)
    return tuple(Difference(kind, old, new) for old, new in compared if (kind := _kind(old, new)) is not None)


def unasked(pairs: Sequence[Pair], fared: Mapping[str, Fared], documents: Callable[[Audience], Container[str]]) -> int:
    """How many pairs the live index was not asked as they are now: they are new, or have been changed.

    Args:
        pairs: All of them; those that would be skipped do not count.
        fared: How they fared on the live index; if nothing is known of that, none is counted.
        documents: Gives the ids of those of its documents that somebody may read.
    """
    keys = _keys(pairs)
    left_out = skipped(pairs, documents)
    return sum(pair.id not in left_out and keys[pair.id] not in fared for pair in pairs) if fared else 0


def _kind(before: Outcome, now: Outcome) -> Kind | None:
    """None if nothing differs. A pair that was skipped is newly wrong or right."""
    if not now.right:
        return Kind.WRONG if before.right or before.skipped else None
    if not before.right:
        return Kind.RIGHT
    return Kind.SOURCES if _fared(before).cited != _fared(now).cited else None


def _fared(outcome: Outcome) -> Fared:
    cited = {citation.document for citation in outcome.answer.citations} if outcome.answer else ()
    return Fared(right=outcome.right, cited=tuple(sorted(cited)))


def _with_turns_before(pairs: Sequence[Pair], ids: set[str]) -> list[Pair]:
    """The pairs of these ids, and those whose turns they follow, in order."""
    wanted = set(ids)
    for pair in reversed(pairs):  # what is followed stands before
        if pair.id in wanted and pair.follows:
            wanted.add(pair.follows)
    return [pair for pair in pairs if pair.id in wanted]


def _keys(pairs: Sequence[Pair]) -> dict[str, str]:
    """Of each pair's id, a hash of all that its outcome rests on but for the index: itself and the turns before it."""
    keys = {"": ""}
    for pair in pairs:
        beside = {"id", "category", "follows"} | (set() if pair.audience else {"audience"})
        content = pair.model_dump_json(exclude=beside) + keys[pair.follows]
        keys[pair.id] = hashlib.sha256(content.encode()).hexdigest()
    return keys
