"""What kind of answer a question wants: read from the word it asks with, wherever in the sentence that stands."""

from __future__ import annotations

import re

from bot.answer.phrases import any_of, compiled
from bot.answer.types import Asks
from knowledge.text import stems

FRAGMENT_WORDS = 6
"""Most words of a question that is only a heading: "approval conditions"."""


ASKING = (
    any_of("who", "whos", "whom", "whose", "what", "whats", "when", "whens", "where", "wheres", "why", "which", "hows?")
    + r"\b"
)
"""A word that asks."""
AUXILIARY = (
    any_of(
        r"(?:is|are|was|were|do|does|did|has|have|had|could|would|should|might|must)(?:n['’]?t)?",
        r"can(?:['’]?t|not)?",
        r"(?:will|am|shall|won['’]?t)",
        r"may(?! \d)",
    )
    + r"\b"
)
"""A verb that a yes-or-no question begins with."""
LEADING = r"(?:(?:and|but|so|or|also|ok|okay|well|then|now|please|sorry|actually|roughly|exactly),?\s+)*"
"""Small words before a question."""
KNOWING = any_of(
    "know[ns]?", "tell", "told", "says?", "said", "sure", "clear", "ask", "ideas?", "clue", "remember", "decided?",
    "agreed", "announced", "explain", "describe", "understand", "wonder(?:ing)?", "find", "out", "see", "confirm",
)  # fmt: skip
"""A word after which a question is told: "do you know when ..."."""
_PREPOSITION = any_of(
    "in", "on", "at", "by", "for", "from", "to", "of", "with", "since", "until", "till", "about", "under", "within"
)
_BE = r"(?:['’]?s| is| are| was| were| will be)?"
_THE = r"(?: the| our| its| their| his| her| my| your| these| those)?"
_NO_NOUN = rf"(?:{AUXILIARY}|{_PREPOSITION}\b|the\b|happen)"
_WORDS = rf"(?: (?!{_NO_NOUN})[\w’'-]+)"
# Words in -s that are hardly ever plural nouns: verbs ("which pier opens"), and what asks for no list.
_NO_PLURAL = any_of(
    "was", "has", "does", "its", "happens", "runs", "opens", "closes", "owns", "starts", "begins", "pays", "makes",
    "takes", "gives", "gets", "goes", "comes", "says", "becomes", "remains", "stays", "belongs", "holds", "meets",
    "sits", "serves", "decides", "approves", "agrees", "applies", "includes", "covers", "exists", "contains",
    "keeps", "others", "details", "always", "perhaps", "besides", "whereabouts", "news", "pls",
)  # fmt: skip
PLURAL = rf"(?:(?!{_NO_PLURAL}\b)\w{{2,}}[^siu\W]s|GPs|people|criteria)"
"""A noun in the plural."""

_PLURAL_NOUN = re.compile(rf"\b{PLURAL}\b", re.IGNORECASE)
_VERB_FIRST = re.compile(rf"\W*{LEADING}{AUXILIARY}", re.IGNORECASE)
_MAIN = re.compile(
    rf"(?:^\W*|[,;:–—]\s+|\s[-/]\s|(?P<told>\b{KNOWING}(?: (?:me|us|yet|exactly|for sure|on|of|as to|about))*\s))"
    rf"{LEADING}(?:{_PREPOSITION}\s+)?(?P<word>{ASKING})",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(rf"(?:when|where)\s+(?!{AUXILIARY})", re.IGNORECASE)
"""Such a word does not ask: "When the pier closes, who pays?"."""

# What a question may begin with, tried in this order; the first that matches decides.
_BEGINNINGS = (
    (Asks.WHEN, compiled(r"how much (?:longer|time)\b", r"how (?:long|soon)\b")),
    (
        Asks.HOW_MANY,
        compiled(
            r"how (?:many|much)\b",
            r"(?:what|which) (?:percentage|proportion|share|fraction|number|amount|age)\b",
            rf"what{_BE}{_THE}(?: (?!{_NO_NOUN})\w+)? number of\b",
            rf"what{_BE}{_THE}{_WORDS}{{0,3}}? (?:salary|cost|price|fee|fare|budget|population|turnover)\b(?! for\W*$)",
            rf"whats? {AUXILIARY} .*\b(?:earn|cost|get paid)\b",
        ),
    ),
    (
        Asks.WHEN,
        compiled(
            r"whens?\b",
            r"(?:what|which)(?: exact| precise)? (?:day|month|year|week|time)\b",
            rf"(?:what|which){_BE}{_THE}{_WORDS}{{0,2}}? (?:dates?|deadlines?)\b",
        ),
    ),
    (
        Asks.WHY,
        compiled(
            r"why\b",
            r"what for\b",
            r"how come\b",
            rf"(?:what|which){_BE}{_THE}{_WORDS}{{0,2}}? (?:reasons?|rationale|motivation|justification)\b",
            rf"what{_BE} the (?:point|thinking|idea) (?:of|in|behind)\b",
        ),
    ),
    (
        Asks.LIST,
        compiled(
            r"(?:who|what|where) else\b",
            rf"(?:what|which){_BE}(?: other| new| main| key)*{_THE}{_WORDS}{{0,3}}? {PLURAL}\b(?! (?:the|an?|it)\b)",
            rf"(?:what|which){_BE}{_THE} {PLURAL}\b",
            rf"which of{_THE}{_WORDS}{{0,2}}? {PLURAL}\b(?! (?:is|was|has|does)\b)",
            rf"(?:what|which) (?:type|kind|sort)s? of{_WORDS}{{0,2}}? {PLURAL}\b",
            r"(?:what|which)\b.*\b(?:all (?:of )?the|every|everything|each of)\b",
        ),
    ),
    (Asks.WHO, compiled(r"who(?:s|m|se)?\b")),
    (Asks.WHERE, compiled(r"wheres?\b")),
    (Asks.WHAT_IS, compiled(r"what(?: is|['’]?s| does| do| are)\b", r"what (?:an?|the) .{1,80} (?:is|are|means?)\b")),
)
# What a question may have anywhere if it begins with none of these.
_ANYWHERE = (
    (Asks.HOW_MANY, compiled(r"\bhow (?:many|much)\b", r"^\W*(?:the |total |exact )*(?:number|cost|price) of\b")),
    (Asks.WHEN, compiled(rf"\bwhen(?:\W+{AUXILIARY}|(?:\W+exactly)?\W*$)")),
    (Asks.WHY, compiled(r"\bwhy\b", r"\breasons? (?:for|why|behind|that|of)\b", r"\bhow come\b")),
    (
        Asks.LIST,
        compiled(
            r"\b(?:lists?|all (?:of )?the|every|everything|each of)\b",
            r"\bname (?:the|all)\b",
            rf"\b(?:what|which)(?: are| were)?{_THE} {PLURAL}\b",
        ),
    ),
    (Asks.WHO, compiled(r"\bwho(?:s|m|se)?\b")),
    (Asks.WHERE, compiled(r"\bwheres?\b")),
    (Asks.WHAT_IS, compiled(r"\b(?:meaning|stands? for|define|definition)\b", r"^\W*explain(?: \S+){1,2}$")),
)
# What a heading without a verb may be about.
_HEADINGS = (
    (Asks.WHEN, compiled(r"(?<!to )(?<!to-)\b(?:dates?|deadlines?)\b")),
    (Asks.LIST, _PLURAL_NOUN),
)
_VERB = re.compile(rf"\b(?:{ASKING}|{AUXILIARY}|be\b|tell\b|explain\b)", re.IGNORECASE)
_STATED = compiled(rf"\b{AUXILIARY}")
_WHETHER = re.compile(r"\bwhether\b", re.IGNORECASE)


def kind(text: str) -> Asks:
    """Tell what kind of answer a question wants.

    Args:
        text: One question, white space single, not longer than a question may be.
    """
    if main := _from_asking_word(text):
        return _first(_BEGINNINGS, main, whole=False)
    if _VERB_FIRST.match(text):
        return Asks.YES_NO
    found = _first(_ANYWHERE, text, whole=True)
    if found is Asks.OTHER and (_WHETHER.search(text) or _is_stated(text)):
        return Asks.YES_NO
    if found is not Asks.OTHER or _VERB.search(text) or len(text.split()) > FRAGMENT_WORDS:
        return found
    if len(text.split()) == 1 and stems(text) and not _PLURAL_NOUN.search(text):
        return Asks.WHAT_IS
    return _first(_HEADINGS, text, whole=True)


def _first(patterns: tuple[tuple[Asks, re.Pattern[str]], ...], text: str, *, whole: bool) -> Asks:
    matches = (asks for asks, pattern in patterns if (pattern.search(text) if whole else pattern.match(text)))
    return next(matches, Asks.OTHER)


def _is_stated(text: str) -> bool:
    """Whether it is a statement with a question mark ("The pier is closed?")."""
    return text.rstrip(" .!\"'”’)*").endswith("?") and _STATED.search(text) is not None


def _from_asking_word(text: str) -> str:
    """The question from the word it asks with: "when it opens" of "do you know when it opens"; empty if it has none."""
    verb_first = _VERB_FIRST.match(text) is not None
    found = [match for match in _MAIN.finditer(text) if match["told"] or not verb_first]
    rests = [text[match.start("word") :] for match in found]
    for rest in rests[:-1]:
        if not _CONJUNCTION.match(rest):
            return rest
    return rests[-1] if rests else ""


def listed(text: str) -> frozenset[str]:
    """Stems of the plural nouns of a question: what it may want listed."""
    return frozenset(stems(" ".join(match.group() for match in _PLURAL_NOUN.finditer(text))))
