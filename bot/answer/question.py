"""Read a question: what kind of answer it wants, and whether it leans on the question before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.answer.types import Asks, Question, QuestionRefused, Turn
from knowledge.text import single_spaced, stems, tokens

MOST_CHARS = 2000
"""A longer text is no question; it is most likely a document pasted by mistake."""
FEWEST_WORDS_ALONE = 2
"""A question with fewer content words than this leans on the one before, if there is one."""

_LEANS = re.compile(
    r"(?:and|but|so|or|also|what about|how about)\b"
    r"|.*\b(?:he|she|his|her|him|they|them|their|it|its|that|this|those|these|there|then|one|ones|same)\b"
    r"|(?:why|when|where|who|how|how many|since when|until when|what else|anyone else)\W*$",
    re.IGNORECASE,
)
_SUBSTITUTES = re.compile(r"(?:and|or|what about|how about)\b", re.IGNORECASE)
"""Such a question puts another name in the place of the one before: that one must not be looked for any longer."""
_NAME = re.compile(r"(?<=\s)[A-Z][a-z][\w’'-]*")
_PLURAL = r"(?:(?!(?:was|has|does|its)\b)\w{2,}[^siu\W]s|GPs|people|criteria)"
# Tried in this order; the first that matches decides.
_KINDS = (
    (Asks.HOW_MANY, r"\bhow (?:many|much)\b|\bnumber of\b|\b(?:what|which) (?:percentage|proportion|share)\b"),
    (Asks.WHEN, r"\b(?:when|what (?:date|day|month|year|time)|which (?:date|day|month|year)|how long|how soon)\b"),
    (Asks.WHY, r"\b(?:why|what for|reasons?|how come)\b"),
    (
        Asks.LIST,
        r"\b(?:lists?|all the|all of the|name (?:the|all)|every|everything|each of)\b"
        rf"|\b(?:what|which)(?: are| were| other| new| main| key)*(?: the| our| its| their| those| these)?"
        rf"(?: \w+){{0,3}}? {_PLURAL}\b",
    ),
    (Asks.WHO, r"\b(?:who|whom|whose)\b"),
    (Asks.WHERE, r"\bwhere\b"),
    (
        Asks.WHAT_IS,
        r"\bwhat(?: is|'s|’s| does| do| are)\b|\bwhats\b|\bmeaning\b|\bstands? for\b|\bdefine\b|\bdefinition\b",
    ),
    (Asks.YES_NO, r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)\b"),
)
_FRAGMENT_WORDS = 6
"""Words of a question that is only a heading: "approval conditions"."""
_VERB = re.compile(
    r"\b(?:what|which|who|whose|when|where|why|how|is|are|was|were|be|do|does|did|has|have|had|can|could|will|would|should|"
    r"may|might|must|tell|explain)\b",
    re.IGNORECASE,
)
_PLURAL_NOUN = re.compile(rf"\b{_PLURAL}\b", re.IGNORECASE)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)


def read(text: str, thread: Sequence[Turn], today: date) -> Question:
    """Read a question in its conversation.

    Args:
        text: As it was asked.
        thread: Earlier turns, the oldest first.
        today: The day on which it is asked.

    Raises:
        QuestionRefused: There is no word in it, or it is longer than `MOST_CHARS`.
    """
    asked = cleaned(text)
    if not asked:
        raise QuestionRefused("There is no question. Ask something like: When does the single CCG start?")
    if len(asked) > MOST_CHARS:
        raise QuestionRefused(
            f"The question has {len(asked):,} characters; at most {MOST_CHARS:,} can be looked up. Ask for one thing."
        )
    words = tokens(asked)
    if not words:
        raise QuestionRefused("There is no word in the question. Ask something like: When does the single CCG start?")
    content = sum(not word.stop for word in words)
    leans = bool(thread) and (content < FEWEST_WORDS_ALONE or _LEANS.match(asked) is not None)
    earlier = _earlier(thread) if leans else ""
    asks = _asks(asked)
    if asks is Asks.OTHER and earlier:
        asks = _asks(earlier)
    if content and _SUBSTITUTES.match(asked):
        earlier = _NAME.sub(" ", earlier)
    return Question(text=asked, earlier=single_spaced(earlier), asks=asks, listed=_listed(asked), today=today)


def cleaned(text: str) -> str:
    """White space made single, and half a character (as broken JSON or another encoding leaves it) replaced."""
    return single_spaced(text.encode("utf-8", "replace").decode())


def _asks(text: str) -> Asks:
    found = next((kind for kind, pattern in _COMPILED if pattern.search(text)), Asks.OTHER)
    heading = len(text.split()) <= _FRAGMENT_WORDS and not _VERB.search(text)
    return Asks.LIST if found is Asks.OTHER and heading and _PLURAL_NOUN.search(text) else found


def _listed(text: str) -> frozenset[str]:
    nouns = " ".join(match.group() for match in _PLURAL_NOUN.finditer(text))
    return frozenset(stems(nouns))


def _earlier(thread: Sequence[Turn]) -> str:
    """The latest question that stands on its own, or the latest one if none does."""
    for turn in reversed(thread):
        if not _LEANS.match(turn.question):
            return cleaned(turn.question)[:MOST_CHARS]
    return cleaned(thread[-1].question)[:MOST_CHARS]
