"""What a question insists on, and whether a piece of evidence with its context meets it.

The right topic with another person, place, number or outcome than the one asked about is the commonest wrong answer.
What is checked here is plain and strict: a when needs a date, how many a number of the very thing, a role a person, a
where a place; the names, numbers and offices of the question must stand in the passage, which must speak of the time
asked about; what a question takes for granted ("why was it rejected") must be said there, too; when something begins is
not when it is talked of; and the outcome of something is not its announcement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.answer.counting import counting
from bot.answer.names import Names
from bot.answer.numbers import NUMBER_WORD, numbers, words_of
from bot.answer.phrases import any_of, phrases
from bot.answer.question import ROLE
from bot.answer.timeline import MONTHS, dates, is_of
from bot.answer.types import Asks, Question
from knowledge.text import rarity, stems
from knowledge.types import Source

_OFFICE = phrases(
    "chair(?:s|ed|man|woman|person)?|president|head of|headteacher|principal",
    "chief|officer|director|manager|secretary|deputy|boss|ao|md|ceo",
    "mayor|minister|governor|captain|treasurer|superintendent|coordinator",
    "in charge",
    r"(?:got|has|gets|have) the (?:\w+ )?(?:job|post|role)",
)
_OFFICES = ("chair", "president", "director", "officer", "manager", "secretary", "deputy", "mayor", "treasurer")
_NEW_ONE = "new|single|merged|combined|unified"
_OF_THE_NEW = re.compile(rf"\b(?:of|for|at|in) (?:the |our )?(?:\w+ ){{0,2}}?(?:{_NEW_ONE})\b", re.IGNORECASE)
"""Somebody of a body that is still to come, whose like of the bodies that are there is somebody else."""
_IS_NEW = phrases(_NEW_ONE)
_NATIONAL = phrases("national(?:ly)?|nationwide|(?:whole|entire) country|(?:in|across) (?:england|the country|the uk)")
_OURS = phrases(_NEW_ONE, "our|local")
_WHEREABOUTS = re.compile(r"^where(?:['’]?s| can| do| does| is| are| will| should| could| would)\b", re.IGNORECASE)
_A_PLACE = phrases(
    "building|rooms?|streets?|roads?|floors?|offices?|desks?|campus|hub|reception|headquarters|address",
    "website|web ?page|intranet|online|pages?|link|reports?|folder|e-?mail",
)
_NO_PLACE = "|".join((*(month[:3].title() for month in MONTHS), *"Mon Tue Wed Thu Fri Sat Sun".split()))
_AT_A_PLACE = re.compile(
    rf"\b(?:in|at|near|on|opposite)(?: the)? (?!(?:{_NO_PLACE})[a-z]*\b)(?P<place>[A-Z][\w’'-]{{1,40}})"
)
_BEGINS_ASKED = phrases(
    "starts?|started|begins?|began|launch(?:es|ed)?|opens?|opened|commences?|take effect|go(?:es)? live"
)
_CODE = re.compile(r"(?=[^\W\d]*\d)(?=\d*[^\W\d])(?!\d+(?:st|nd|rd|th|s|am|pm)$)\w+")
_MONTH = rf"{any_of(*(month[:3] for month in MONTHS))}[a-z]{{0,6}}"
_BEGINS = phrases(
    "start(?:s|ed|ing)?|begins?|began|begun|beginning|launch(?:es|ed)?|open(?:s|ed|ing)?|establish(?:ed)?|set up",
    rf"(?:from|since) (?:(?:the|early|mid|late) )?(?:\d+|{_MONTH})",
    "effect|live|creat(?:e|es|ed)|becom(?:e|es)|became|merg(?:e|es|ed|ing)|form(?:s|ed)?|follows?",
    "introduc(?:e|es|ed)|due|takes? place|took place|run(?:s|ning)?|ran|underway|in place|as of|will be|during",
)
_DATE_OR_YEAR = re.compile(
    rf"\b(?:19|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?\b|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b",
    re.IGNORECASE,
)
_LENGTH_OF_TIME = "years?|months?|weeks?|days?|hours?|minutes?|seconds?|terms?|decades?|centur(?:y|ies)|fortnights?"
_MEASURE = "m|km|cm|mm|ft|feet|foot|inch(?:es)?|yards?|miles?|(?:kilo|centi|milli)?met(?:re|er)s?|pages?|words?"
_SPEED = "mph|kmh|kph|km/h|knots"
_DURATION = phrases(
    rf"(?:\d{{1,12}}|{NUMBER_WORD}|half|an?|few|several)\W{{1,3}}(?:\w{{1,20}}\W{{1,3}})?(?:{_LENGTH_OF_TIME})",
    rf"(?:\d{{1,12}}|{NUMBER_WORD})[\s-]?(?:{_MEASURE}|{_SPEED})",
    "until|till|always|since|forever",
    "once|twice|daily|weekly|fortnightly|monthly|yearly|annually|hourly|nightly|quarterly",
    rf"(?:every|each|per) (?:\w+ )?(?:{_LENGTH_OF_TIME})",
)
_DURATION_ASKED = phrases("how (?:long|fast|often)")
_LOOSE_TIME = phrases(
    "(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays?|weekends?",
    "spring|summer|autumn|winter|today|tomorrow|yesterday|midnight|noon|immediately|christmas|easter",
    "(?:next|last|this|coming|same) (?:week|month|year|term|decade|century)",
    r"\d{1,2}(?:[.:]\d\d)?\s?[ap]\.?m",
    r"(?:[01]?\d|2[0-3]):[0-5]\d|\w+ o[’']clock",
    r"1?\d\d0s|\w{2,12} centur(?:y|ies)|\d{1,4} (?:bc|ad|bce|ce)",
    rf"(?:with)?in (?:\d+|an?|{NUMBER_WORD}) (?:{_LENGTH_OF_TIME})",
    rf"(?:\d+|an?|{NUMBER_WORD}) (?:{_LENGTH_OF_TIME}) (?:ago|later|earlier|before|after)",
)
_REASON = phrases(
    "because|reasons?|since|therefore|owing to|due to|in response|as a result|as they|so that|so they",
    "idea|aims?|purpose|meant to|means that|in order to|it will",
    "to (?:give|make|help|allow|prepare|ensure|reduce|improve|avoid|save|keep|let|strengthen)",
)
_IN_NAME = r"[\w’'-]{1,40}(?![\w’'-])"
_NAME = re.compile(
    rf"(?<![\w’'-])(?:[A-Z]{_IN_NAME}(?: (?:(?:of|and|the|for) ){{0,3}}[A-Z](?:{_IN_NAME})?){{1,12}}"
    rf"|[A-Z]{{2,40}}(?:{_IN_NAME})?)"
)
_NAMES_ASKED = phrases(
    r"names? of (?:\w+ ){0,4}?"
    "(?:members?|people|persons?|staff|officers?|directors?|chairs?|managers?|candidates?|leads?)"
)
_OUTCOME_QUESTION = re.compile(r"^(?:so |and |but )?(?:what|which|how)\b", re.IGNORECASE)
_OUTCOME = phrases("findings?|results?|outcomes?|conclusions?|verdict|came out|turn(?:ed)? out|won")
_HAPPENED = phrases("did|has|have|was|were")
_DECIDING = phrases("find|found|conclude[sd]?|decided?|recommend(?:ed)?|chosen|choose")
_ANNOUNCED = phrases(
    "will|shall|must|would|is to|are to|to be|going to|planned?",
    "to (?:determine|decide|find|see|understand|consider)",
)
_TO_DO = re.compile(r"(?:review|consider|investigate|examine|assess|evaluate)\b", re.IGNORECASE)
_CAME_ABOUT = phrases("found|showed|decided|concluded|recommended|agreed|chose|voted|resulted|revealed|said")

_TURNED_DOWN = (
    r"against|reject\w*|oppos\w+|refus\w+|turn(?:ed)? down|veto\w*",
    r"cancel\w*|scrap\w*|abandon\w*|call(?:ed)? off|withdr[ae]w\w*",
    r"exclud\w+|left out|leave out",
    r"delay\w*|postpon\w*",
)
_GONE = (r"replac\w+|took over|take over|taken over", r"resign\w*|step(?:ped)? down|walk(?:ed)? out|sacked|quit")
# Pairs of what a question may take for granted and the words that must then be in the passage.
_PREMISES = (
    (
        phrases(*_TURNED_DOWN, "block(?:ed)?|dropped|fail(?:ed|ure|s)?"),
        phrases(*_TURNED_DOWN, r"block\w*|dropped?|fail\w*|omit\w*|except", r"not|no longer|never|\w{1,40}n[’']t"),
    ),
    (
        phrases(*_GONE, "succe(?:ed|eded|ssor)"),
        phrases(*_GONE, r"takes over|steps down|succe\w+|left|until|former|retir\w+"),
    ),
)


class Demand(StrEnum):
    """What a question may insist on, as the reason says it when it is missing."""

    PERSON = "name nobody for it"
    DATE = "give no date for it"
    NUMBER = "give no number for it"
    OUTCOME = "do not say what came of it"
    PREMISE = "do not say what the question takes for granted"
    NAMES = "do not say it of what the question names"
    NUMBERS = "do not have the number in the question"
    OFFICE = "speak of another office"
    PLACE = "name no place for it"
    TIME = "do not speak of that time"


Test = Callable[[str, Source], bool]
"""Whether a text of a source has something."""


@dataclass(frozen=True, slots=True)
class Insistence:
    """One thing that a question insists on."""

    demand: Demand
    test: Test
    anywhere: bool = False
    """It may stand anywhere in the passage, title and headings included, and not only in the words quoted."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What a question asks for and insists on, worked out once to be looked for in many pieces."""

    suits: Test
    """Whether words have what a question of this kind asks for: a date, a number of the thing counted, a person."""
    must_suit: Demand | None
    """What is missing where they do not; None if they may answer all the same."""
    insists: tuple[Insistence, ...]

    def within(self, context: str, source: Source) -> Sought:
        """The same for the pieces of one passage: what may stand anywhere in it is looked for once.

        Args:
            context: The passage, with title and headings.
            source: Where it stands.
        """
        missing = (one for one in self.insists if not (one.anywhere and one.test(context, source)))
        here = (replace(one, test=_nowhere) if one.anywhere else one for one in missing)
        return replace(self, insists=tuple(here))

    def unmet(self, words: str, source: Source, fits: bool) -> tuple[Demand, ...]:
        """Tell which demands are not met in a passage, for which this was made by `within`.

        Args:
            words: What would be quoted.
            source: Where it stands.
            fits: What `suits` says of them.
        """
        missing = [one.demand for one in self.insists if not one.test(words, source)]
        if self.must_suit and not fits:
            missing.insert(0, self.must_suit)
        return tuple(dict.fromkeys(missing))


def sought(question: Question, names: Names) -> Sought:
    """Work out what a question asks for and insists on.

    Args:
        question: What is asked.
        names: Those that the documents use.
    """
    return Sought(_suiting(question, names), _must_suit(question), tuple(_insistences(question, names)))


def _nowhere(_text: str, _source: Source) -> bool:
    return False


def _insistences(question: Question, names: Names) -> Iterator[Insistence]:
    """What a question insists on besides what suits it, the gravest first."""
    asked, who, when = question.text, question.asks is Asks.WHO, question.asks is Asks.WHEN
    rare = frozenset(name for name in question.names if rarity(name) == 1)
    insisted, offices = _insisted(asked), _offices(question.whole)
    every: tuple[tuple[object, Demand, Test, bool], ...] = (
        (_NAMES_ASKED.search(asked), Demand.PERSON, lambda words, _: bool(names.persons(words)), False),
        (_asks_outcome(asked), Demand.OUTCOME, _tells_outcome, False),
        (rare, Demand.NAMES, lambda context, _: rare.issubset(stems(context)), True),
        (
            names.persons(asked),
            Demand.NAMES,
            lambda context, _: not names.is_other_person(asked, context),
            True,
        ),
        (insisted, Demand.NUMBERS, lambda context, _: insisted <= _words_and_numbers(context), True),
        (who and offices, Demand.OFFICE, lambda context, _: offices <= _offices(context), True),
        (_asks_part(question), Demand.NUMBER, lambda words, _: _NATIONAL.search(words) is None, False),
        (who and _OF_THE_NEW.search(asked), Demand.OFFICE, _having(_IS_NEW), False),
        (
            question.asks is Asks.WHERE and _WHEREABOUTS.search(asked),
            Demand.PLACE,
            lambda words, _: _is_placed(asked, words),
            False,
        ),
        (question.days, Demand.TIME, lambda words, source: is_of(source, words, question.days), False),
        (when and _BEGINS_ASKED.search(asked), Demand.DATE, _having(_BEGINS), False),
        *((taken.search(asked), Demand.PREMISE, _having(told), True) for taken, told in _PREMISES),
    )
    return (Insistence(demand, test, anywhere) for applies, demand, test, anywhere in every if applies)


def _having(pattern: re.Pattern[str]) -> Test:
    return lambda text, _: pattern.search(text) is not None


def _tells_outcome(words: str, _source: Source) -> bool:
    """Whether words say what came of something, or at least do not announce it."""
    announced = _ANNOUNCED.search(words) is not None or _TO_DO.match(words) is not None
    return not announced or _CAME_ABOUT.search(words) is not None


def _words_and_numbers(context: str) -> frozenset[str]:
    """A passage's words as they are, and its numbers in digits."""
    words = words_of(context)
    return frozenset(words) | {number.value for number in numbers(words)}


def _asks_part(question: Question) -> bool:
    """Whether a number of one place or body is asked for, to which that of the whole country is no answer."""
    asked = question.text
    narrow = bool(question.names) or _OURS.search(asked) is not None
    return question.asks is Asks.HOW_MANY and narrow and _NATIONAL.search(asked) is None


def _asks_outcome(question: str) -> bool:
    """Whether a question is what came of something: what was found, which was chosen."""
    if not _OUTCOME_QUESTION.match(question):
        return False
    return _OUTCOME.search(question) is not None or (
        _HAPPENED.search(question) is not None and _DECIDING.search(question) is not None
    )


def _offices(text: str) -> frozenset[str]:
    """The offices a text speaks of: "chair" of chairman, chairs and chaired."""
    words = words_of(text)
    return frozenset(office for office in _OFFICES if any(word.startswith(office) for word in words))


def _is_placed(question: str, words: str) -> bool:
    """Whether words name a place that the question does not."""
    asked = frozenset(words_of(question))
    placed = (match["place"].lower() for match in _AT_A_PLACE.finditer(words))
    return _A_PLACE.search(words) is not None or any(place not in asked for place in placed)


def _insisted(question: str) -> set[str]:
    """Numbers of a question other than one, and words with a digit in them ("A3"), without days and years."""
    words = words_of(_DATE_OR_YEAR.sub(" ", question))
    insisted = {number.value for number in numbers(words) if not number.spoken}
    in_numbers = {place for number in numbers(words) for place in range(number.first, number.last + 1)}
    codes = {word for place, word in enumerate(words) if place not in in_numbers and _CODE.fullmatch(word)}
    return (insisted | codes) - {"1"}


def _must_suit(question: Question) -> Demand | None:
    """What words must have to be an answer at all: a when a date, a role a person."""
    if question.asks is Asks.WHO and _OFFICE.search(question.whole):
        return Demand.PERSON
    return {Asks.WHEN: Demand.DATE, Asks.HOW_MANY: Demand.NUMBER}.get(question.asks)


def _suiting(question: Question, names: Names) -> Test:
    """How to tell whether words have what a question of this kind asks for."""
    asked = frozenset(stems(question.text))
    match question.asks:
        case Asks.WHEN if _DURATION_ASKED.search(question.text):
            return lambda words, source: _DURATION.search(words) is not None or len(dates(words, source.published)) > 1
        case Asks.WHEN:
            return lambda words, source: bool(dates(words, source.published)) or _LOOSE_TIME.search(words) is not None
        case Asks.HOW_MANY:
            counts = counting(question.whole)
            return lambda words, _: counts(words)
        case Asks.WHY:
            return _having(_REASON)
        case Asks.WHO if ROLE.search(question.whole):
            return lambda words, _: any(asked.isdisjoint(stems(person)) for person in names.persons(words))
        case Asks.WHO:
            return lambda words, _: any(not asked.issuperset(stems(name.group())) for name in _NAME.finditer(words))
        case Asks.ROLE:
            surname = frozenset(stems(question.person)[-1:])
            return lambda words, _: surname.issubset(stems(words)) and ROLE.search(words) is not None
    return lambda words, _: True
