"""Questions that only look answerable: a name or year of a real one is exchanged for another of the same article."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence

from tests.benchmarks.wikipedia import Case

NAMES_SHARE = 0.8
"""Of the questions with a name whose name is exchanged; in the others it is a year, if they have one."""

_NAME = re.compile(r"(?<=\s)(?:[A-Z][\w’'-]+)(?: [A-Z][\w’'-]+)*")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def near_misses(cases: Sequence[Case], chance: random.Random) -> dict[str, str]:
    """Make a near miss of each question that has something to exchange, by the question's id."""
    names: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        names[case.document].update(_NAME.findall(case.question))
    made = ((case.id, _exchanged(case.question, names[case.document], chance)) for case in cases)
    return {case_id: question for case_id, question in made if question}


def _exchanged(question: str, names: set[str], chance: random.Random) -> str:
    places, years = list(_NAME.finditer(question)), list(_YEAR.finditer(question))
    if places and chance.random() < NAMES_SHARE:
        place = chance.choice(places)
        others = [
            name for name in sorted(names) if name not in question and not set(name.split()) & set(place[0].split())
        ]
        return question[: place.start()] + chance.choice(others) + question[place.end() :] if others else ""
    if years:
        place = chance.choice(years)
        year = int(place[0]) + chance.choice([-7, -3, -1, 1, 2, 5])
        return f"{question[: place.start()]}{year}{question[place.end() :]}"
    return ""
