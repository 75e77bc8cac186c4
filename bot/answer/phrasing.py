"""How questions are put: the set phrases around them, which say nothing of what they are about."""

from __future__ import annotations

import re

from bot.answer.kinds import ASKING, AUXILIARY, LEADING
from knowledge.text import single_spaced, tokens

MOST_FRAMES = 4
"""Set phrases taken away before a question, one after the other."""

IS_IT_TRUE = r"(?:is|was|isn['’]t) (?:that|this|it) (?:true|right|correct|so|the case|accurate)"
"""A question whether what was said before is true."""
NUMBERED = re.compile(
    r"\(?(?:\d{1,2}|[a-h])[.)]\s+|q(?:uestion)?\s?\d{0,2}\s?[:.)]\s+|[-•*]\s+|re:?\s+(?=.*,)", re.IGNORECASE
)
"""The number or mark of a question that is one of several."""
_ANYONE = r"(?:you|u|ya|anyone|anybody|someone|somebody|we)"
_KINDLY = r"(?: happen to| please| possibly| kindly| just)*"
_ABOUT = r"(?:about|on|regarding|concerning|of|for|as to)"
_LEARN = r"(?:find out|work out|understand)"
_INDIRECT = rf"(?=(?:if|whether|{ASKING}|(?:in|on|at|by|for|from|to|since|until) {ASKING}))"
_FRAMES = tuple(
    re.compile(rf"\W*{LEADING}{phrase}", re.IGNORECASE)
    for phrase in (
        rf"(?:i(?:['’]?m| am| was|['’]ve been| have been)? |just )*wonder(?:ing|ed)?\s+(?:{_INDIRECT}|{_ABOUT} )",
        rf"(?:if|whether) {_ANYONE} (?:could|can|would|might|know|happen to know)(?: please| possibly)?\s+"
        rf"(?=(?:tell|explain|confirm|let|say|know|help)\b|{_INDIRECT})",
        rf"(?:do|does|did|would|can|could|will|might)(?:n['’]?t)? {_ANYONE}{_KINDLY}"
        r" (?:know|remember|tell|explain|say|confirm|clarify|let|remind|check|find out)(?: (?:me|us|know|to me))*"
        rf"\s+{_INDIRECT}",
        rf"(?:can|could|would|will) {_ANYONE}{_KINDLY} (?=(?:list|name|give|show|tell|explain|describe)\b)",
        rf"(?:please )?(?:tell|show|remind|let)(?: (?:me|us|know))*\s+{_INDIRECT}",
        rf"(?:(?:do )?(?:you|u) )?(?:have |got )?any (?:idea|clue)s?(?: {_ABOUT})?\s+{_INDIRECT}",
        rf"i (?:don['’]?t|do not|can(?:no|['’])?t) (?:know|remember|see|find|work|understand)(?: out)?\s+{_INDIRECT}",
        rf"i(?:['’]?m| am) (?:not (?:really )?sure|unsure|trying to {_LEARN})(?: {_ABOUT})?\s+{_INDIRECT}",
        rf"i(?:(?:['’]?d| would) like| want| need) to (?:know|ask|find out|check)(?: {_ABOUT}|\s+{_INDIRECT})",
        r"(?:i(?:['’]?m| am) )?(?:looking|searching) for(?: some| any)?",
        rf"(?:i )?(?:need|want)(?: some| any| more)? (?:info|information|details)(?: {_ABOUT})",
        rf"(?:info|information|question)(?: {_ABOUT}) (?!\w+\W*$)",
    )
)
_WHETHER = re.compile(r"\s*(?:if|whether)(?: or not)?\s+(?!\w+\W*$)", re.IGNORECASE)
_TRUE_THAT = re.compile(
    rf"\W*{LEADING}(?:is|was|isn['’]?t) it (?:true|right|correct|the case|a fact)(?: to say)?(?: that)?\s+"
    rf"|(?:confirm|clarify)(?: that| whether| if)?\s+"
    rf"|(?:can|could|would) {_ANYONE}(?: please)? (?:confirm|check|verify)(?: that| whether| if)?\s+",
    re.IGNORECASE,
)
_TAG = re.compile(
    rf"[,;–—-]\s*(?:(?:{IS_IT_TRUE}|right|correct|true|yes)\s*\?|{AUXILIARY} (?:it|they|he|she|we|there)\s*\?)\W*$",
    re.IGNORECASE,
)
_HEARD = re.compile(
    r"\W*(?:apparently,?|(?:so )?(?:i|we|someone|somebody|people|they|my \w+) "
    r"(?:heard?|reads?|thought|thinks?|believes?|gather|understand|sa(?:id|ys?)|told me|(?:was|were|been|am|are) told)"
    r"(?: that)?)\s+",
    re.IGNORECASE,
)
_SLIPS = {"wen": "when", "wot": "what", "wat": "what", "wich": "which", "whos": "who is", "wheres": "where is"}
_MISSPELT = re.compile(rf"^\W*(?P<word>{'|'.join(_SLIPS)})\b(?=\s\S)", re.IGNORECASE)
_CHAT = re.compile(r"(?:^|(?<=\s))(?:pls|plz|thx)(?=\W*(?:\s|$))[.,!]?", re.IGNORECASE)


def unframed(text: str) -> tuple[str, bool]:
    """A question without the set phrases around it, and whether it wants to know if something is true.

    Nothing is taken away if no word would be left.
    """
    rest = NUMBERED.sub("", text, count=1) if NUMBERED.match(text) else text
    rest = single_spaced(_CHAT.sub("", rest))
    rest = _MISSPELT.sub(lambda match: _SLIPS[match["word"].lower()], rest)
    confirms = False
    whole = rest
    for _ in range(MOST_FRAMES):
        rest = next((rest[found.end() :] for frame in _FRAMES if (found := frame.match(rest))), rest)
    if rest != whole and (found := _WHETHER.match(rest)):
        rest, confirms = rest[found.end() :], True
    if found := _TRUE_THAT.match(rest):
        rest, confirms = rest[found.end() :], True
    if tag := _TAG.search(rest):
        untagged = rest[: tag.start()]
        heard = _HEARD.match(untagged)
        rest, confirms = untagged[heard.end() if heard else 0 :], True
    rest = rest.strip()
    return (rest, confirms) if tokens(rest) else (text, False)
