"""Which words are names: of people, and of everything else. Learned from the documents themselves, without a list.

A word that documents write with a capital letter in the middle of a sentence, and hardly ever without, is a name. Two
or three such words in a row are a person, unless one of them is also the name of a place: places follow "in" or
"across", people do not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.answer.timeline import MONTHS
from knowledge.text import STOP_WORDS, rarity, stem, stems, tokens

LOWER_CASE_SHARE = 0.1
"""Of a word's occurrences that may be in lower case if it is to be a name."""
_DATE_WORDS = frozenset(
    (*MONTHS, *"monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter".split())
)
TITLE = "Dr|Mr|Mrs|Ms|Miss|Mx|Prof|Professor|Sir|Dame|Cllr|Councillor|Lord|Lady"
"""Pattern of a title before a name, without its point."""
_TITLES = frozenset(TITLE.lower().split("|"))
# Words that stand in the names of offices, bodies, plans and laws; with one of them, capitals do not make a person.
_OFFICE_WORDS = frozenset(
    "act advisory agency agreement assessment association authority board bureau centre chair chief college "
    "commission committee company conservative constitution council county department deputy development digital "
    "director district executive finance framework fund government group head health hospital house impact "
    "improvement institute level liberal library local long manager mayor medical member minister ministry national "
    "network office officer parliament partnership party plan policy president programme project protection public "
    "review school secretary senate service services social society staff strategy street student study team term "
    "treasury trust union university update".split()
)
_HOLDERS = frozenset(
    "chair chief deputy director head manager mayor member minister officer president secretary".split()
)
"""Of them, those that may follow a person's name: "Ann Example Chair"; after other ones it is a body's."""
_MOST_NAMES = 3
"""Words of a person's name, without initials and particles."""
_SHORT_NAME = 3
"""Letters from which a first name may be the beginning of another: "Jon" and "Jonathan"."""
_PARTICLE_WORDS = frozenset("van von der den de da di du del la le al bin ibn".split())
_OPENERS = frozenset("although however meanwhile despite following yesterday today unlike whereas dear".split())
_NEVER_IN_A_NAME = _DATE_WORDS | _TITLES | _OFFICE_WORDS | _OPENERS | STOP_WORDS
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_POSSESSIVE = re.compile(r"[’']s?$")
_SENTENCE_START = re.compile(r"(?:^\W*|\n\W*|[.!?:•\t“\"‘(]|\s['*–—-])\s*$")
_AFTER_PLACE_WORD = re.compile(r"\b(?:in|across|throughout|near|around|at|outside|within)\s(?:the\s)?$", re.IGNORECASE)
_LATIN = [chr(code) for code in range(0x250)]
_UPPER = "".join(filter(str.isupper, _LATIN))
_LOWER = "".join(filter(str.islower, _LATIN))
_SIMPLE = rf"[{_UPPER}][{_LOWER}]{{1,40}}"
_NAME_WORD = rf"(?:(?:Mc|Mac|[ODL][’'])?{_SIMPLE}(?:[’'-][{_UPPER}]?[{_LOWER}]{{1,40}}){{0,3}})"
_CAPITALISED = re.compile(_NAME_WORD)
_TITLE = rf"(?P<title>(?:{TITLE})\.?[ \u00a0])"
_INITIALS = rf"(?:[{_UPPER}]\.?[ \u00a0]?)"
_PARTICLES = rf"(?:(?:{'|'.join(sorted(_PARTICLE_WORDS))})[ \u00a0]){{0,2}}"
_BEGINS = r"(?<![\w’'-])"
_RUN = re.compile(
    rf"{_BEGINS}{_TITLE}?(?P<name>{_NAME_WORD}(?:[ \u00a0]{_INITIALS}{{0,2}}{_PARTICLES}{_NAME_WORD}){{1,12}})\b"
)
_TITLED = re.compile(rf"{_BEGINS}{_TITLE}(?P<name>{_INITIALS}{{0,3}}{_PARTICLES}{_NAME_WORD})\b")


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
    _by_last_name: Mapping[str, Sequence[int]] = field(init=False, repr=False, compare=False)
    """Where in `people` those of each last name stand: a library may name thousands."""

    def __post_init__(self) -> None:
        found: dict[str, list[int]] = {}
        for number, person in enumerate(self.people):
            found.setdefault(_last(person), []).append(number)
        object.__setattr__(self, "_by_last_name", found)

    def persons(self, text: str) -> list[str]:
        """Find the people named in a text, without their titles, in order and each once.

        They are named with two or three words, or with a title and a last name. The latter is completed if only one
        person of that name is known, and keeps its title if none or several are.
        """
        found: list[tuple[int, str]] = []
        for match in _RUN.finditer(text):
            found += [(match.start(), person) for person in self._persons_of_run(match)]
        whole = {start for start, _ in found}
        for match in _TITLED.finditer(text):
            rest = text[match.end() : match.end() + 2]
            followed = rest[:1] in (" ", "\u00a0") and rest[1:].isupper()
            if not (followed and match.start() in whole):
                found.append((match.start(), self._completed(match)))
        return list(dict.fromkeys(person for _, person in sorted(found) if person))

    def _persons_of_run(self, match: re.Match[str]) -> list[str]:
        """Cut a run of capitalised words where words are no names: "Ferry Director Ann Example"."""
        words = _POSSESSIVE.sub("", match["name"]).split()
        titled = match["title"] is not None
        persons = []
        place = 0
        while place < len(words):
            end = place
            while end < len(words) and not self._is_no_name(words[end], titled):
                end += 1
            names = [word for word in words[place:end] if len(word.strip(".")) > 1 and word not in _PARTICLE_WORDS]
            if 1 < len(names) <= _MOST_NAMES and names[-1] != "Bill" and not _is_body(words[end:]):
                persons.append(" ".join(words[place:end]))
            titled = False
            place = end + 1
        return persons

    def _completed(self, match: re.Match[str]) -> str:
        words = _POSSESSIVE.sub("", match["name"]).split()
        if words[-1].lower() in _NEVER_IN_A_NAME:
            return ""
        called = (self.people[number] for number in self._by_last_name.get(_last(words[-1]), ()))
        known = [person for person in called if person.split()[0].strip(".").lower() not in _TITLES]
        return known[0] if len(known) == 1 else f"{match['title'].strip()} {' '.join(words)}"

    def person_in(self, question: str) -> str:
        """Find the person a question is about, by the last name, in upper or lower case; empty if it names none.

        A last name that is a common English word is one only with a capital letter or with the first name: "price".
        """
        written = {_POSSESSIVE.sub("", match.group()) for match in _WORD.finditer(question)}
        words = {_last(word) for word in written}
        capitals = {_last(word) for word in written if word[0].isupper()}
        called = (
            self.people[number] for number in sorted(n for word in words for n in self._by_last_name.get(word, ()))
        )
        asked = self.persons(question)
        mentioned = [
            person
            for person in called
            if ((last := _last(person)) in capitals or rarity(stem(last)) == 1 or person.split()[0].lower() in words)
            and not _is_another(asked, [person])
        ]
        return max(mentioned, key=lambda person: len(words & set(person.lower().split())), default="")

    def is_other_person(self, question: str, text: str) -> bool:
        """Whether a text names people of a last name in the question, but none with the first name in the question."""
        asked = self.persons(question)
        return bool(asked) and _is_another(asked, self.persons(text))

    def _is_no_name(self, word: str, titled: bool = False) -> bool:
        lower = _POSSESSIVE.sub("", word.lower())
        if word in _PARTICLE_WORDS or len(word.strip(".")) == 1:
            return False
        return lower in _NEVER_IN_A_NAME or (not titled and (lower in self.ordinary or lower in self.places))


def _last(name: str) -> str:
    """The last name, in lower case and with a straight apostrophe."""
    return name.split()[-1].lower().replace("’", "'")


def _is_another(asked: Sequence[str], there: Sequence[str]) -> bool:
    """Whether somebody asked for has only namesakes among the people there."""
    for person in asked:
        same = [other for other in there if _last(other) == _last(person)]
        if same and not any(_may_be(person.split()[0], other.split()[0]) for other in same):
            return True
    return False


def _is_body(following: list[str]) -> bool:
    """Whether the capitalised words after a name make it the name of a body: "Ann Example Primary School"."""
    lower = [word.lower() for word in following]
    return bool(lower) and lower[0] in _OFFICE_WORDS and not _HOLDERS & set(lower)


def _may_be(first: str, other: str) -> bool:
    """Whether two first names may be one person's: the same, a title, an initial, or one short for the other."""
    one, two = (name.strip(".").lower() for name in (first, other))
    if one == two or one in _TITLES or two in _TITLES:
        return True
    shorter, longer = sorted((one, two), key=len)
    return longer.startswith(shorter) and (len(shorter) == 1 or len(shorter) >= _SHORT_NAME)


@dataclass(frozen=True, slots=True)
class Usage:
    """How one document writes its words: all that names are learned from."""

    lower: Mapping[str, int]
    """How often a word stands there in lower case."""
    upper: Mapping[str, int]
    """How often, by the word in lower case, with a capital letter in the middle of a sentence."""
    places: frozenset[str]
    """Capitalised words after "in", "across" and the like, in lower case."""
    mentions: tuple[str, ...]
    """Each run of words that may hold a person's name, once, in the order of the text."""


def usage(text: str) -> Usage:
    """Count how a document writes its words."""
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    places: set[str] = set()
    run_is_place = False
    end = -2
    for match in _WORD.finditer(text):
        word = match.group()
        adjacent = match.start() == end + 1
        end = match.end()
        if word.islower():
            lower[_POSSESSIVE.sub("", word)] += 1
            run_is_place = False
            continue
        before = text[max(0, match.start() - 20) : match.start()]
        if not _CAPITALISED.fullmatch(_POSSESSIVE.sub("", word)) or _SENTENCE_START.search(before):
            run_is_place = False
            continue
        upper[_POSSESSIVE.sub("", word.lower())] += 1
        run_is_place = (run_is_place and adjacent) or _AFTER_PLACE_WORD.search(before) is not None
        if run_is_place:
            places.add(_POSSESSIVE.sub("", word.lower()))
    return Usage(lower, upper, frozenset(places), tuple(dict.fromkeys(_mentions(text))))


def _mentions(text: str) -> Iterator[str]:
    """The stretches in which `Names.persons` finds people, each with what it looks at behind it."""
    found = [match.span() for pattern in (_RUN, _TITLED) for match in pattern.finditer(text)]
    last = -1
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if end > last:  # a title and a last name within a run are seen there
            last = end
            yield text[start : end + 2]


def learn(usages: Iterable[Usage]) -> Names:
    """Learn the names of a library from how its documents, in their order, write their words."""
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    places: set[str] = set()
    mentions: dict[str, None] = {}
    for one in usages:
        lower.update(one.lower)
        upper.update(one.upper)
        places |= one.places
        mentions |= dict.fromkeys(one.mentions)
    called = {word for word, count in upper.items() if lower[word] <= LOWER_CASE_SHARE * (count + lower[word])}
    called -= _DATE_WORDS | _TITLES | STOP_WORDS
    names = Names(
        words=frozenset(part for word in called for part in stems(word)),
        places=frozenset(places - _DATE_WORDS),
        ordinary=frozenset(word for word in lower if word not in called),
    )
    for _ in range(2):  # the second time, "Dr Example" is completed
        people = dict.fromkeys(person for mention in mentions for person in names.persons(mention))
        names = replace(names, people=tuple(people))
    return names


def collect(texts: Iterable[str]) -> Names:
    """Learn the names that texts use."""
    return learn(map(usage, texts))


NONE = Names(frozenset(), frozenset(), frozenset())
"""Of texts without a name."""


def named(question: str, names: Names) -> frozenset[str]:
    """Stems of the names in a question, however it is written."""
    found = set()
    for token in tokens(question):
        word = question[token.start : token.end]
        if token.stop or word.lower() in _DATE_WORDS:
            continue
        bare = _POSSESSIVE.sub("", word)
        capital = token.start > 0 and _CAPITALISED.fullmatch(bare) and bare.lower() not in names.ordinary
        if token.stem in names.words or capital:
            found.add(token.stem)
    return frozenset(found)
