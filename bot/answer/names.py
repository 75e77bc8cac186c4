"""Which words are names: of people, and of everything else. Learned from the documents themselves, without a list.

A word that documents write with a capital letter in the middle of a sentence, and hardly ever without, is a name. Two
or three such words in a row are a person, unless one of them is also the name of a place: places follow "in" or
"across", people do not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from knowledge.text import STOP_WORDS, stem, tokens

LOWER_CASE_SHARE = 0.1
"""Of a word's occurrences that may be in lower case if it is to be a name."""
_DATE_WORDS = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday spring summer autumn winter".split()
)
_TITLES = frozenset("dr mr mrs ms miss mx prof professor sir dame cllr councillor lord lady".split())
# Words that stand in the names of offices, bodies, plans and laws; with one of them, capitals do not make a person.
_OFFICE_WORDS = frozenset(
    "act advisory agency agreement assessment association authority bill board bureau centre chair chief college commission "
    "committee company conservative constitution council county department deputy development digital director district "
    "executive finance framework fund government group head health hospital house impact improvement institute level "
    "liberal library local long manager medical member ministry national network office officer parliament partnership "
    "party plan policy president programme project protection public review school secretary senate service services "
    "social society staff strategy street student study team term treasury trust union university update".split()
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:•\n\t“\"‘(]|^\W+)\s*$")
_AFTER_PLACE_WORD = re.compile(r"\b(?:in|across|throughout|near|around|at|from|outside|within)\s(?:the\s)?$")
_NEVER_IN_A_NAME = _DATE_WORDS | _TITLES | _OFFICE_WORDS | STOP_WORDS
_TITLE = r"(?:(?:Dr|Mr|Mrs|Ms|Miss|Mx|Prof|Professor|Sir|Dame|Cllr|Councillor|Lord|Lady)\.? )?"
_NAME_WORD = r"[A-Z][a-zà-ÿ]+(?:[’'-][A-Z]?[a-zà-ÿ]+)*|Mc[A-Z][a-z]+|O[’'][A-Z][a-z]+"
_RUN = re.compile(rf"\b{_TITLE}(?P<name>(?:{_NAME_WORD})(?: (?:[A-Z]\.? )?(?:{_NAME_WORD})){{1,2}})\b")


@dataclass(frozen=True, slots=True)
class Names:
    """What a library calls by name."""

    words: frozenset[str]
    """Stems of the words that are names, or parts of one."""
    places: frozenset[str]
    """Of them, those of places and organisations, in lower case."""
    ordinary: frozenset[str]
    """Words that also occur without a capital letter, in lower case."""
    people: tuple[str, ...] = ()
    """First and last names of all people named, each once."""

    def persons(self, text: str) -> list[str]:
        """Find the people named with two or three words, without their titles, in order and each once."""
        found: dict[str, None] = {}
        for match in _RUN.finditer(text):
            words = match["name"].split()
            while words and self._is_no_name(words[0]):  # "Although Hazel Smith"
                words = words[1:]
            while words and self._is_no_name(words[-1]):
                words = words[:-1]
            if len(words) > 1 and not any(self._is_no_name(word) for word in words):
                found.setdefault(" ".join(words))
        return list(found)

    def person_in(self, question: str) -> str:
        """Find the person a question is about, by the last name, in upper or lower case; empty if it names none."""
        words = {
            question[token.start : token.end].lower().removesuffix("'s").removesuffix("’s")
            for token in tokens(question)
        }
        mentioned = [person for person in self.people if person.split()[-1].lower() in words]
        return max(mentioned, key=lambda person: len(words & set(person.lower().split())), default="")

    def _is_no_name(self, word: str) -> bool:
        lower = word.lower()
        return any(lower in group for group in (self.ordinary, self.places, _NEVER_IN_A_NAME))


def collect(texts: Iterable[str]) -> Names:
    """Learn the names that texts use."""
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    places: set[str] = set()
    known = list(texts)
    for text in known:
        run_is_place = False
        end = -2
        for match in _WORD.finditer(text):
            word = match.group()
            adjacent = match.start() == end + 1
            end = match.end()
            if word.islower():
                lower[word] += 1
                run_is_place = False
                continue
            before = text[max(0, match.start() - 20) : match.start()]
            if not word[1:].islower() or _SENTENCE_START.search(before):
                run_is_place = False
                continue
            upper[word.lower()] += 1
            run_is_place = (run_is_place and adjacent) or _AFTER_PLACE_WORD.search(before) is not None
            if run_is_place:
                places.add(word.lower())
    named = {word for word, count in upper.items() if lower[word] <= LOWER_CASE_SHARE * (count + lower[word])}
    named -= _DATE_WORDS | STOP_WORDS
    names = Names(
        words=frozenset(stem(word) for word in named),
        places=frozenset(places - _DATE_WORDS),
        ordinary=frozenset(word for word in lower if word not in named),
    )
    return replace(names, people=tuple(dict.fromkeys(person for text in known for person in names.persons(text))))


NONE = Names(frozenset(), frozenset(), frozenset())
"""Of texts without a name."""


def named(question: str, names: Names) -> frozenset[str]:
    """Stems of the names in a question, however it is written."""
    found = set()
    for token in tokens(question):
        word = question[token.start : token.end]
        if token.stop or word.lower() in _DATE_WORDS:
            continue
        capital = token.start > 0 and word[0].isupper() and word[1:].islower() and word.lower() not in names.ordinary
        if token.stem in names.words or capital:
            found.add(token.stem)
    return frozenset(found)
