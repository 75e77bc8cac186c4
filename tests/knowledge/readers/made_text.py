"""Invented documents of a harbour board, as what a reader should find in them: made into files of several kinds."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

NOUNS = (
    "harbour ferry quay island pilot pier lighthouse engine captain crane timetable ticket workshop dredger buoy "
    "slipway warehouse passenger breakwater anchorage boatyard customs-house co-design fishmonger chandler navigation"
).split()
VERBS = (
    "repairs inspects carries welcomes considers finances measures describes postpones strengthens remembers".split()
)
ADJECTIVES = (
    "northern reliable temporary long-standing unexpected seasonal comfortable independent maritime wooden".split()
)
ADVERBS = ("quietly", "every winter", "twice a month", "without delay", "at low tide", "before Easter", "at once")
FIRST_NAMES = "Ann Bob Cy Dora Ed Fay Gus Hetty Ivo Joan".split()
LAST_NAMES = "Wood Lee Fox Marsh Hill Brook Stone Field Reed Vale".split()


@dataclass(frozen=True, slots=True)
class Part:
    """A block of a document: its kind (`h1`, `h2`, `p`, `list`, `table`) and what it says."""

    kind: str
    text: str = ""
    items: tuple[tuple[int, str], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    ordered: bool = False


def sentence(chance: random.Random, words: int = 12) -> str:
    """A sentence of about so many words that begins with a capital and ends with a full stop."""
    said = ["The"]
    while len(said) < words:
        said += [chance.choice(ADJECTIVES), chance.choice(NOUNS), chance.choice(VERBS), "the", chance.choice(NOUNS)]
        said.append(chance.choice(("and the", "while the", "although the", chance.choice(ADVERBS))))
    return " ".join(said[:-1]) + "."


def paragraph(chance: random.Random, sentences: int = 4) -> str:
    """Some sentences."""
    return " ".join(sentence(chance, chance.randint(8, 20)) for _ in range(sentences))


def name(chance: random.Random) -> str:
    """Of a person."""
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"


def parts(seed: int, sections: int, sentences: int = 4) -> Iterator[Part]:
    """A document of sections, each with a heading, two paragraphs and a nested list behind a lead-in."""
    chance = random.Random(seed)
    yield Part("h1", "Minutes of the harbour board")
    for number in range(1, sections + 1):
        yield Part("h2", f"{number}. {chance.choice(ADJECTIVES).capitalize()} {chance.choice(NOUNS)}")
        yield Part("p", paragraph(chance, sentences))
        yield Part("p", f"{paragraph(chance, sentences)} The board will:")
        yield Part(
            "list",
            items=tuple((level, sentence(chance, chance.choice((4, 18)))) for level in (1, 2, 2, 1, 1)),
            ordered=number % 3 == 0,
        )


def posts(seed: int, count: int, words: int) -> tuple[tuple[str, ...], ...]:
    """Rows of a table of posts, under a header."""
    chance = random.Random(seed)
    rows = (
        (f"{n}. {name(chance)}", sentence(chance, words), str(chance.randint(100, 999))) for n in range(1, count + 1)
    )
    return (("Name", "Role at the harbour", "Fee"), *rows)


def words(found: Sequence[Part]) -> list[str]:
    """All words of a document."""
    said: list[str] = []
    for part in found:
        said += part.text.split()
        for _, text in part.items:
            said += text.split()
        for row in part.rows:
            said += " ".join(row).split()
    return said
