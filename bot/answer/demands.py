"""What a question insists on, and whether a piece of evidence with its context meets it.

The right topic with another person, place, number or outcome than the one asked about is the commonest wrong answer. What
is checked here is plain and strict: a when needs a date, how many a number of the very thing, a role a person; the names
and numbers of the question must stand in the passage; what a question takes for granted ("why was it rejected") must be
said there, too; and the outcome of something is not its announcement.
"""

from __future__ import annotations

import re
from collections.abc import Set
from enum import StrEnum

from bot.answer.names import Names
from bot.answer.question import ROLE
from bot.answer.timeline import dates
from bot.answer.types import Asks, Question
from knowledge.text import rarity, stem, stems, tokens
from knowledge.types import Source

COUNTED_WITHIN = 5
"""Words between a number and the thing it counts."""

_NUMBER = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty|thirty|forty|fifty|sixty|"
    "seventy|eighty|ninety|dozen|hundred|thousand|million|billion|none|both|half|majority|third|quarter"
)
_IS_NUMBER = re.compile(rf"\d[\d,.]*(?:bn|m|k|%)?|(?:{_NUMBER})s?", re.IGNORECASE)
_MONEY = re.compile(r"[£$€]\s?\d|\b\d[\d,.]*\s?(?:p|pence|pounds?|euros?|dollars?)\b|\b(?:free|pence)\b", re.IGNORECASE)
_MONEY_ASKED = re.compile(
    r"\bhow much (?:money|is|does|do|did|will|would|are|was)\b.*\b(?:costs?|pay|paid|charged?|price|fee|page|worth|save[ds]?|spend|"
    r"spent)\b|\b(?:pounds?|£|salary|budget|earns?)",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(?:chair(?:s|ed|man|woman|person)?|head of|chief|officer|director|manager|president|secretary|ao|md|ceo|deputy|boss|in charge|"
    r"(?:got|has|gets|have) the \w*\s*(?:job|post|role))\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?=\w*\d)(?=\w*[^\W\d])(?!\d+(?:st|nd|rd|th)\b)\w+")
_DATE_OR_YEAR = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d{1,2}\b",
    re.IGNORECASE,
)
_IS_YEAR = re.compile(r"(?:19|20)\d\d")
_SHARE_ASKED = re.compile(r"\b(?:percentage|proportion|share|per ?cent)\b", re.IGNORECASE)
_SHARE = re.compile(
    r"%|\bper ?cent\b|\b(?:half|thirds?|quarters?|fifths?|tenths?|out of|majority|in ten|in five)\b", re.IGNORECASE
)
_COUNTED = re.compile(
    r"\b(?:how many|how much|number of)\s+(?:of\s+)?(?:(?:the|these|those|our|my|new)\s+)*(?P<noun>(?:(?!(?:is|are|was|were|will|would|do|"
    r"does|did|can|could|has|have|had|of|in|at|on|to|for|from|with|that|who|which|there|signed|agreed|voted)\b)[\w’'-]+\s*){1,4})",
    re.IGNORECASE,
)
_PEOPLE = frozenset(stem(word) for word in "people persons staff employees colleagues workers".split())
_DURATION = re.compile(
    rf"\b(?:\d+|{_NUMBER}|a|an|few|several)\W+(?:\w+\W+)?(?:year|month|week|day|hour|minute|term)s?\b|\b(?:until|till|always)\b",
    re.IGNORECASE,
)
_DURATION_ASKED = re.compile(r"\bhow (?:long|soon|fast|often)\b", re.IGNORECASE)
_LOOSE_TIME = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|spring|summer|autumn|winter|today|tomorrow|yesterday|weekdays?"
    r"|(?:next|last|this|coming|same) (?:week|month|year|term)|immediately|midnight|noon|\d{1,2}(?:[.:]\d\d)?\s?[ap]m)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|reasons?|so that|so they|in order to|due to|owing to|in response|therefore|as a result|as they|since|idea|aims?|"
    r"purpose|meant to|means that|to (?:give|make|help|allow|prepare|ensure|reduce|improve|avoid|save|keep|let|strengthen)|it will)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][\w’'-]+(?: (?:(?:of|and|the|for) )*[A-Z][\w’'-]*)+|\b[A-Z]{2,}\w*")
_NAMES_ASKED = re.compile(
    r"\bnames? of (?:\w+ ){0,4}?(?:members?|people|persons?|staff|officers?|directors?|chairs?|managers?|candidates?|leads?)\b",
    re.I,
)
_OUTCOME_ASKED = re.compile(
    r"^(?:so |and |but )?(?:what|which|how)\b.*\b(?:(?:findings?|results?|outcomes?|conclusions?|verdict|came out|turn(?:ed)? out|won)\b"
    r"|(?:did|has|have|was|were)\b.*\b(?:find|found|conclude[sd]?|decided?|recommend(?:ed)?|chosen|choose)\b)",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"\b(?:will|shall|must|would|is to|are to|to be|to (?:determine|decide|find|see|understand|consider)|going to|planned?)\b|^review\b",
    re.IGNORECASE,
)
_CAME_ABOUT = re.compile(
    r"\b(?:found|showed|decided|concluded|recommended|agreed|chose|voted|resulted|revealed|said)\b", re.IGNORECASE
)
# Pairs of what a question may take for granted and the words that must then be in the passage.
_PREMISES = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(said, re.IGNORECASE))
    for asked, said in (
        (
            r"\b(?:against|reject\w*|oppos\w+|refus\w+|turn(?:ed)? down|block(?:ed)?|veto\w*|cancel\w*|scrap\w*|abandon\w*"
            r"|call(?:ed)? off|dropped|exclud\w+|left out|leave out|withdr[ae]w\w*|fail(?:ed|ure|s)?|delay\w*|postpon\w*)\b",
            r"\b(?:against|reject\w*|oppos\w+|refus\w+|turn(?:ed)? down|block\w*|veto\w*|cancel\w*|scrap\w*|abandon\w*|called off"
            r"|dropped?|exclud\w+|left out|withdr[ae]w\w*|fail\w*|delay\w*|postpon\w*|not|no longer|never|\w+n[’']t)\b",
        ),
        (
            r"\b(?:replac(?:e|ed|es|ing)|took over|take over|taken over|succe(?:ed|eded|ssor)|resign\w*|stepp?(?:ed)? down|sacked|quit)\b",
            r"\b(?:replac\w+|took over|takes? over|taken over|succe\w+|resign\w*|step\w* down|sacked|quit|left|until|former|retir\w+)\b",
        ),
    )
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


def unmet(question: Question, words: str, context: str, names: Names, source: Source) -> tuple[Demand, ...]:
    """Tell which demands of a question are not met.

    Args:
        question: What is asked.
        words: What would be quoted.
        context: The passage it stands in, with title and headings.
        names: Those that the documents use.
        source: Where it stands.
    """
    asked = question.text
    found = frozenset(stems(context))
    numbers = _numbers_near(context, frozenset())
    checks = (
        (_must_suit(question), suits(question, words, names, source)),
        (Demand.PERSON if _NAMES_ASKED.search(asked) else None, bool(names.persons(words))),
        (
            Demand.OUTCOME if _OUTCOME_ASKED.search(asked) else None,
            not _ANNOUNCED.search(words) or _CAME_ABOUT.search(words) is not None,
        ),
        (Demand.NAMES, all(name in found for name in question.names if rarity(name) == 1)),
        (Demand.NUMBERS, _insisted(asked) <= numbers | found),
        *(
            (Demand.PREMISE if taken.search(asked) else None, said.search(context) is not None)
            for taken, said in _PREMISES
        ),
    )
    return tuple(dict.fromkeys(demand for demand, met in checks if demand and not met))


def _insisted(question: str) -> Set[str]:
    """Numbers of a question other than one, and words with a digit in them ("A3"); days and years are looked at apart."""
    undated = _DATE_OR_YEAR.sub(" ", question)
    words = (undated[token.start : token.end].lower() for token in tokens(undated))
    insisted = {_VALUES.get(word, word) for word in words if _IS_NUMBER.fullmatch(word) or _CODE.fullmatch(word)}
    return insisted - {"1", "both", "half", "none", "majority", "third", "quarter", "dozen"}


def _must_suit(question: Question) -> Demand | None:
    """What words must have to be an answer at all: a when a date, a role a person."""
    if question.asks is Asks.WHO and _OFFICE.search(question.whole):
        return Demand.PERSON
    return {Asks.WHEN: Demand.DATE, Asks.HOW_MANY: Demand.NUMBER}.get(question.asks)


def suits(question: Question, words: str, names: Names, source: Source) -> bool:
    """Whether words have what a question of this kind asks for: a date, a number of the thing counted, a person."""
    match question.asks:
        case Asks.WHEN if _DURATION_ASKED.search(question.text):
            return _DURATION.search(words) is not None
        case Asks.WHEN:
            return bool(dates(words, source.published)) or _LOOSE_TIME.search(words) is not None
        case Asks.HOW_MANY:
            return _counts(question.whole, words)
        case Asks.WHY:
            return _REASON.search(words) is not None
        case Asks.WHO if ROLE.search(question.whole):
            asked = frozenset(stems(question.text))
            return any(not frozenset(stems(person)) & asked for person in names.persons(words))
        case Asks.WHO:
            asked = frozenset(stems(question.text))
            return any(not frozenset(stems(name)) <= asked for name in _NAME.findall(words))
        case Asks.ROLE:
            return question.person.split()[-1] in words and ROLE.search(words) is not None
    return True


def _counts(question: str, words: str) -> bool:
    """Whether words have a number of what is counted: money, a share, or a number close to the noun of "how many"."""
    if _SHARE_ASKED.search(question):
        return _SHARE.search(words) is not None
    if _MONEY_ASKED.search(question):
        return _MONEY.search(words) is not None
    return any(not _IS_YEAR.fullmatch(number) for number in _numbers_near(words, _counted(question)))


def _counted(question: str) -> frozenset[str]:
    """Stems of the noun that "how many" counts; empty where it has none. People are people by any name."""
    asked = _COUNTED.search(question)
    if asked is None:
        return frozenset()
    words = stems(asked["noun"])
    return _PEOPLE if _PEOPLE & frozenset(words) else frozenset(words[-1:])


def _numbers_near(words: str, counted: frozenset[str]) -> frozenset[str]:
    """The numbers that stand close to a word with one of the stems, in digits where they are small; all if none is given."""
    found = tokens(words)
    numbers = set()
    for place, token in enumerate(found):
        word = words[token.start : token.end].lower()
        near = found[max(0, place - COUNTED_WITHIN) : place + COUNTED_WITHIN + 1]
        if _IS_NUMBER.fullmatch(word) and (not counted or any(other.stem in counted for other in near)):
            numbers.add(_VALUES.get(word, word))
    return frozenset(numbers)


_VALUES = {word: str(number) for number, word in enumerate(_NUMBER.split("|")[:15], 1)}


def numbers_of(question: Question, words: str) -> frozenset[str]:
    """The numbers that words have of what a question counts, in digits where they are small; years are none."""
    numbers = _numbers_near(words, _counted(question.whole) or frozenset(stems(question.whole)))
    return frozenset(number for number in numbers if not _IS_YEAR.fullmatch(number))
