"""Read a question: what kind of answer it wants, of what time, of whom, and whether it leans on the question before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.answer import names as naming
from bot.answer.names import Names
from bot.answer.timeline import asked_days, looks_back
from bot.answer.types import Asks, Question, QuestionRefused, Turn
from knowledge.text import sentence_spans, single_spaced, stems, tokens

MOST_CHARS = 2000
"""A longer text is no question; it is most likely a document pasted by mistake."""
MOST_PARTS = 3
"""Questions answered one by one in one message; what is asked beyond them is read with the last."""
FEWEST_WORDS_ALONE = 2
"""A question with fewer content words than this leans on the one before, if there is one."""

_LEANS = re.compile(
    r"(?:and|but|so|or|also|what about|how about)\b"
    r"|.*\b(?:he|she|his|her|him|they|them|their|it|its|that|this|those|these|there|then|one|ones|same|else)\b"
    r"|(?:why|when|where|who|how|how many|since when|until when|what else|anyone else)\W*$",
    re.IGNORECASE,
)
_SUBSTITUTES = re.compile(r"(?:and|or|what about|how about)\b", re.IGNORECASE)
"""Such a question puts another name in the place of the one before: that one must not be looked for any longer."""
_MORE = re.compile(r"\b(?:else|others?|another|more|besides)\b", re.IGNORECASE)
"""Such a follow-up wants what was not said yet."""
_PRONOUN = re.compile(r"\b(?:(?P<whose>his|her(?= \w))|he|she|him|her)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=\s)[A-Z][a-z][\w’'-]*")
_PLURAL = r"(?:(?!(?:was|has|does|its)\b)\w{2,}[^siu\W]s|GPs|people|criteria)"
_ASKING = r"(?:who|whos|whom|whose|what|whats|when|whens|where|wheres|why|which|how|hows)\b"
_VERB_FIRST = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)\b"
# Tried in this order; the first that matches decides.
_KINDS = (
    (
        Asks.HOW_MANY,
        r"\bhow (?:many|much)\b|\bnumber of\b|\b(?:what|which) (?:percentage|proportion|share)\b"
        r"|^what(?: is|'s|’s|s| does| do| did| will)\b.*\b(?:salary|earn|cost|price|fee|budget|get paid)\b",
    ),
    (
        Asks.WHEN,
        r"^(?:\W*\w+){0,2}?\W*\bwhens?\b|\b(?:tell|told|know|say|says|sure|ask|idea|remember)(?: me| us)? when\b"
        r"|\b(?:what (?:date|day|month|year|time)|which (?:date|day|month|year)|how long|how soon)\b",
    ),
    (Asks.WHY, r"\b(?:why|what for|reasons?|how come)\b"),
    (
        Asks.LIST,
        r"\b(?:lists?|all the|all of the|name (?:the|all)|every|everything|each of)\b|\b(?:who|what) else\b"
        rf"|\b(?:what|which)(?: are| were| other| new| main| key)*(?: the| our| its| their| those| these)?"
        rf"(?: \w+){{0,3}}? {_PLURAL}\b",
    ),
    (Asks.WHO, r"\b(?:who|whos|whom|whose)\b"),
    (Asks.WHERE, r"\bwheres?\b"),
    (
        Asks.WHAT_IS,
        r"\bwhat(?: is|'s|’s| does| do| are)\b|\bwhats\b|\bmeaning\b|\bstands? for\b|\bdefine\b|\bdefinition\b",
    ),
    (Asks.YES_NO, rf"^(?:(?:so|and|but|or|ok|well),? )?{_VERB_FIRST}"),
)
_FRAGMENT_WORDS = 6
"""Words of a question that is only a heading: "approval conditions"."""
_VERB = re.compile(rf"\b(?:{_ASKING}|{_VERB_FIRST}|be|tell|explain)\b", re.IGNORECASE)
_PLURAL_NOUN = re.compile(rf"\b{_PLURAL}\b", re.IGNORECASE)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
_QUESTION = re.compile(rf"\?\W*$|^(?:(?:so|and|but|or|also|then|please),? )*(?:{_ASKING}|{_VERB_FIRST})", re.IGNORECASE)
_NEXT_QUESTION = re.compile(rf"[,;]?\s+(?:and|but)\s+(?:also\s+)?(?={_ASKING}\s+\w+\s+\w)", re.IGNORECASE)
ROLE = re.compile(
    r"\b(?:chair\w*|lead(?:s|er|ers|ing)?|head(?:s|ed)?|chief|officers?|directors?|managers?|president|secretary|aos?|mds?|"
    r"ceos?|deputy|librarian|roles?|jobs?|posts?|positions?|in charge|runs?|responsib\w+)\b",
    re.IGNORECASE,
)
"""A word of an office that people hold."""
_OF_A_PERSON = frozenset({Asks.WHO, Asks.WHAT_IS, Asks.LIST, Asks.OTHER})
"""With a person's name and a word of an office these ask what the person is; a who without such a word, too."""


def parts(text: str) -> list[tuple[str, str]]:
    """Take a message apart into its questions.

    Returns:
        Each question with the sentences around it that ask nothing but tell what it is about. A message in which
        nothing is put as a question is one as a whole.
    """
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    asking = [sentence for sentence in sentences if _QUESTION.search(sentence)]
    about = " ".join(sentence for sentence in sentences if sentence not in asking)
    if not asking:
        return [(text, "")]
    asked = [question for sentence in asking for question in _NEXT_QUESTION.split(sentence)]
    if len(asked) > 1 and not all(stems(question) for question in asked):
        asked = [" ".join(asking)]
    if len(asked) > MOST_PARTS:
        asked = [*asked[: MOST_PARTS - 1], " ".join(asked[MOST_PARTS - 1 :])]
    return [(question, about) for question in asked]


def read(text: str, thread: Sequence[Turn], today: date, names: Names = naming.NONE, about: str = "") -> Question:
    """Read a question in its conversation.

    Args:
        text: As it was asked.
        thread: Earlier turns, the oldest first.
        today: The day on which it is asked.
        names: Those that the documents use.
        about: What the message tells besides the question.

    Raises:
        QuestionRefused: There is no word in it, or it is longer than `MOST_CHARS`.
    """
    asked = cleaned(text)
    _check(asked)
    leans = bool(thread) and (len(stems(asked)) < FEWEST_WORDS_ALONE or _LEANS.match(asked) is not None)
    said = thread[-1].answer if leans and _MORE.search(asked) else ""
    if leans and (person := _meant(asked, thread, names)):
        asked = _PRONOUN.sub(lambda match: f"{person}’s" if match["whose"] else person, asked, count=1)
        leans = not ROLE.search(asked)
    earlier = _earlier(thread) if leans else ""
    asks = _asks(asked)
    if asks is Asks.OTHER and earlier:
        asks = _asks(earlier)
    if stems(asked) and _SUBSTITUTES.match(asked):
        earlier = _NAME.sub(" ", earlier)
    person = names.person_in(asked)
    if person and asks in _OF_A_PERSON and (ROLE.search(asked) is None) == (asks is Asks.WHO):
        asks = Asks.ROLE
    return Question(
        text=asked,
        about=about,
        earlier=single_spaced(earlier),
        asks=asks,
        listed=_listed(asked),
        names=naming.named(asked, names),
        person=person,
        days=asked_days(asked, today),
        looks_back=looks_back(asked),
        said=said,
        today=today,
    )


def _check(asked: str) -> None:
    if not asked:
        raise QuestionRefused("There is no question. Ask something like: When does the single CCG start?")
    if len(asked) > MOST_CHARS:
        raise QuestionRefused(
            f"The question has {len(asked):,} characters; at most {MOST_CHARS:,} can be looked up. Ask for one thing."
        )
    if not tokens(asked):
        raise QuestionRefused("There is no word in the question. Ask something like: When does the single CCG start?")


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


def _meant(asked: str, thread: Sequence[Turn], names: Names) -> str:
    """The person whom "he" or "her" means: named in the question before, or nearest to its words in the answer."""
    if not _PRONOUN.search(asked) or names.person_in(asked):
        return ""
    for turn in reversed(thread):
        if person := names.person_in(turn.question):
            return person
        people = names.persons(turn.answer)
        if people:
            found = tokens(turn.answer)
            words = ([token.start for token in found if token.stem == word] for word in frozenset(stems(turn.question)))
            places = [where for where in words if where]
            return min(people, key=lambda person: _distance(turn.answer.index(person), places))
    return ""


def _distance(start: int, places: Sequence[Sequence[int]]) -> int:
    """Characters from a name to the nearest occurrence of each word, together; what a person is stands rather after."""
    return sum(min(place - start if place > start else 2 * (start - place) for place in where) for where in places)
