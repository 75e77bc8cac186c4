"""Yes or no, where the sentence that is quoted settles it; otherwise the sentence stands alone.

A wrong verdict is worse than none, so only the plainest case counts: the sentence begins with the question's own words,
put as a statement. "Will the ferry run on Sundays?" is settled by "The ferry will run on Sundays from May", and by "The
ferry will not run on Sundays", which makes it a no. It is not settled by "The ferry captains will run on Sundays"
(about something else), "Some of the ferries ..." or "... on Sundays for staff" (a part), "The ferry ran ..." (another
time) or "The board hopes that the ferry ..." (not a fact), nor by anything with an if, a could or a but.
"""

from __future__ import annotations

import re

from bot.answer.clauses import (
    BE,
    FIRST_VERBS,
    Clause,
    Word,
    clause_of,
    rewrite,
    statements,
    with_the_head_alone,
    word_set,
)
from bot.answer.evidence import Evidence
from bot.answer.timeline import MONTHS
from bot.answer.types import Asks, Kind, Question

_UNSETTLED = ("older", "other_time", "not_yet", "later", "lacks")
"""Traits of evidence that settles nothing today: it is overtaken, of another time, or lacks what is asked for."""
_FEWEST_ASKED = 2
"""Content words of a question that a sentence can settle: "Is it free?" leaves open what is."""

_HAVE = word_set("has have had")
_MODALS = word_set("can must")
_FUTURE = word_set("will shall")
_TIMES = dict.fromkeys(("is", "are", "am", "do", "does"), "present")
_TIMES |= dict.fromkeys(("was", "were", "did", "has", "have", "had"), "past")
_TIMES |= dict.fromkeys(_FUTURE, "future")
_FINITE = FIRST_VERBS - {"be", "been", "being"}
_ARTICLES = word_set("a an the")
_LIGHT = _ARTICLES | word_set("of in on at for")
"""They may differ between question and sentence."""
_QUANTIFIERS = word_set("all both each every some few most any")
_ASKER = word_set(
    "i me my mine we us our ours you your he him his she her they them their it its this that these those one"
)
"""A question about one of these does not name whom or what it is about."""
_OF_TIME_OR_PLACE = word_set("at on in by from until to after before every the")
"""A number after one of these counts nothing."""
_NEGATIVE = word_set(
    "not no never neither nor none nobody nothing nowhere without hardly barely rarely seldom scarcely instead rather "
    "stop stops stopped fail fails failed lack lacks lacked refuse refuses refused reject rejects rejected denied"
)
_CONDITIONS = word_set(
    "if unless whether provided once when whenever where wherever while until till subject conditional"
)
_LIMITS = word_set(
    "but however although though only except excepting excluding apart partly mainly mostly almost nearly"
)
_CHOICES = word_set("or either option options")
_POSSIBLE = word_set(
    "could might would should ought likely unlikely perhaps maybe possible possibly potentially probably"
)
_UNDECIDED = word_set("propose proposed proposal proposals plan plans planned hope hopes hoped expected provisional")
_AT_TIMES = word_set("usually sometimes often generally normally occasionally")
_IN_THE_PAST = word_set("former formerly used longer")
_HEARSAY = word_set("supposed alleged allegedly reportedly rumour rumours myth claim claims claimed believe believed")
_ANSWERS = word_set("yes")
_WEAK = frozenset().union(
    _CONDITIONS, _LIMITS, _CHOICES, _POSSIBLE, _UNDECIDED, _AT_TIMES, _IN_THE_PAST, _HEARSAY, _ANSWERS
)
"""With one of these a sentence settles nothing."""
_MAY = re.compile(r"\bmay\b")
"""In lower case: the month has a capital letter."""
_TURNS = re.compile(r"\W*(?:but|however|yet|only|except|unless|although|nevertheless|still|though)\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")
_PARTICIPLE_NEXT = re.compile(r"(?: (?:not|never|also|already|now|yet|been \w+|\w+ly))* (?:been|\w+e[dn])\b")
_DENIED = re.compile(rf"\b(?:{'|'.join(sorted(FIRST_VERBS))}) not\b|\bnever\b")
_DATE_WORD = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?|(?:19|20)\d\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    rf"{'|'.join(MONTHS)}|next year|this year|last year|today|tomorrow|yesterday)"
)
_WHEN = re.compile(rf" (?:(?:on|from|in|by|since) )?(?:the )?{_DATE_WORD}(?: (?:of )?{_DATE_WORD}){{0,4}} ?")
_BY = re.compile(r" by ")
_BREAK = re.compile(r"[,;:–—()“”\"!]| - ")
_TAIL_END = re.compile(r"[,;:.–—()]| (?:and|which|who|because|so|as) ")
_IS_COUNT = re.compile(r"\d{1,9}")
_IS_YEAR = re.compile(r"(?:19|20)\d\d")


def verdict(question: Question, best: Evidence) -> str:
    """Say "Yes." or "No." where the best evidence settles the question; empty where it does not.

    Args:
        question: What is asked.
        best: What will be quoted first.
    """
    if question.asks is not Asks.YES_NO or question.earlier or best.kind is not Kind.SENTENCE:
        return ""
    if best.words.rstrip().endswith("?"):
        return ""
    if best.missing or any(best.traits[name] for name in _UNSETTLED) or _goes_on_turning(best):
        return ""
    asked = clause_of(question.text)
    common = _UNDECIDED & frozenset(_WORD.findall(asked.text))  # "Was the plan approved?"
    if _is_open(asked) or _is_weak(question.text, common) or _is_weak(best.words, common):
        return ""
    context = best.hit.passage.embedded
    found = {_settled(with_the_head_alone(asked, said, context), said) for said in statements(best.words)}
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def _is_open(asked: Clause) -> bool:
    """Whether a question is too loose, too personal or too twisted to be settled by a sentence."""
    small = {word for word, _ in asked.small}
    return (
        len(asked.content) < _FEWEST_ASKED
        or _first_verb(asked) == ""
        or bool(small & _ASKER)
        or bool(_negatives(asked))
    )


def _is_weak(text: str, common: frozenset[str]) -> bool:
    """Whether a word that question and sentence do not have in common weakens one, or the sentence asks a question."""
    weak = any(word in _WEAK - common for word in _WORD.findall(rewrite(text)))
    return weak or _MAY.search(text) is not None or "?" in text.rstrip("? ")


def _negatives(clause: Clause) -> list[str]:
    return [word for word in _WORD.findall(clause.text) if word in _NEGATIVE]


def _goes_on_turning(best: Evidence) -> bool:
    """Whether the sentence after it takes something back: "However, ..."."""
    passage = best.hit.passage
    shift = passage.body - passage.start
    after = [span for span in passage.sentences if span.start >= best.spans[0].end]
    return bool(after) and _TURNS.match(passage.embedded, after[0].start + shift) is not None


def _settled(asked: Clause, said: Clause) -> str:
    """Compare a question with a statement: "Yes.", "No.", or "" where it is not the same thing that is said."""
    if len(said.content) < len(asked.content):
        return ""
    head = said.head(len(asked.content))
    if head.keys != asked.keys:
        return "No." if _counts_fewer(asked, said) and _same_frame(asked, head) else ""
    negatives = _negatives(said)
    if not _same_frame(asked, head) or not _ends_there(asked, head, said, denied=bool(negatives)):
        return ""
    if not negatives:
        return "Yes."
    return "No." if negatives in (["not"], ["never"]) and _is_denied(head, said) else ""


def _same_frame(asked: Clause, head: Clause) -> bool:
    """Whether the small words around the same content words say the same: who does it to whom, when, and how many."""
    first, last = head.content[0], head.content[-1]
    if _BREAK.search(head.text[first.start : last.end]):
        return False
    there = any(word == "there" for word, _ in head.small)
    be_asked = any(word in BE for word, _ in asked.small)
    be_said = any(word in BE and (place > first.start or there) for word, place in head.small)
    return (
        be_asked == be_said and _relations(asked) == _relations(head) and _time_asked(asked) == _time_said(asked, head)
    )


def _first_verb(asked: Clause) -> str:
    """The verb that a question begins with; empty if it begins otherwise."""
    word, place = asked.small[0] if asked.small else ("", 0)
    return word if word in FIRST_VERBS and place < asked.content[0].start else ""


def _relations(clause: Clause) -> set[str]:
    """The small words of a clause that make a difference."""
    said = {word for word, _ in clause.small if word not in FIRST_VERBS | _LIGHT | {"not", "never"}}
    return said | {"have" for word, place in clause.small if word in _HAVE and not _is_auxiliary(clause, word, place)}


def _is_auxiliary(clause: Clause, have: str, place: int) -> bool:
    """Whether a "has" belongs to a participle ("has agreed"), or begins a question, and is not the verb itself."""
    return _PARTICIPLE_NEXT.match(clause.text, place + len(have)) is not None or clause.small[0] == (have, place)


def _time_asked(asked: Clause) -> str:
    words = {word for word, _ in asked.small}
    if modal := words & _MODALS:
        return " ".join(sorted(modal))
    return _TIMES[_first_verb(asked)]


def _time_said(asked: Clause, head: Clause) -> str:
    """The time of a statement: that of its auxiliary, or else of its verb beside the same verb of the question."""
    words = {word for word, _ in head.small}
    if modal := words & _MODALS:
        return " ".join(sorted(modal))
    if words & _FUTURE:
        return "future"
    times = {_TIMES[word] for word, place in head.small if word in _TIMES and _says_time(head, word, place)}
    if not times:
        pairs = zip(asked.content, head.content, strict=True)
        past = any(
            head.text[said.start : said.end].endswith("ed") and not asked.text[word.start : word.end].endswith("ed")
            for word, said in pairs
        )
        return "past" if past else "present"
    return times.pop() if len(times) == 1 else ""


def _says_time(head: Clause, word: str, place: int) -> bool:
    """A "has" that is the verb itself is present, though as a help of another verb it is past."""
    return word not in {"has", "have"} or _is_auxiliary(head, word, place)


def _ends_there(asked: Clause, head: Clause, said: Clause, *, denied: bool) -> bool:
    """Whether nothing behind the last word narrows what is said, or makes it part of something else.

    "The ferry is free for staff" does not tell whether it is free. When something happens and by whom does not narrow
    that it happens, but it does narrow that it does not.
    """
    last = head.content[-1].end
    if said.text[last : last + 1] in ("-", "'", "’"):
        return False
    end = _TAIL_END.search(said.text, last)
    until = end.start() if end else len(said.text)
    if any(word in _FINITE and last < place < until for word, place in said.small):
        return False
    tail = said.text[last:until]
    behind = [word for word in said.content if last < word.start < until]
    if denied:
        return not behind and not (end and "because" in end.group())
    by = _first_verb(asked) in BE and _BY.match(tail) and not any(_IS_COUNT.fullmatch(word.key) for word in behind)
    return bool(not behind or by or _WHEN.fullmatch(tail))


def _is_denied(head: Clause, said: Clause) -> bool:
    """Whether a "not" stands by the verb, and is not that of "all ... not"."""
    verb = _DENIED.search(said.text)
    return verb is not None and verb.end() <= head.content[-1].start and not _relations(head) & _QUANTIFIERS


def _counts_fewer(asked: Clause, said: Clause) -> bool:
    """Whether all is the same but one number of things, which is smaller than asked: six are not eight.

    A larger number settles nothing: where eight did, six did.
    """
    pairs = list(zip(asked.content, said.content, strict=False))
    other = [(one, two) for one, two in pairs if one.key != two.key]
    if len(asked.content) != len(said.content) or len(other) != 1 or _relations(said) - {"there", "have"}:
        return False
    one, two = other[0]
    if not all(_IS_COUNT.fullmatch(word.key) and not _IS_YEAR.fullmatch(word.key) for word in (one, two)):
        return False
    if not (_counts_next(asked, one) and _counts_next(said, two)) or _negatives(said):
        return False
    return int(two.key) < int(one.key)


def _counts_next(clause: Clause, number: Word) -> bool:
    """Whether a number stands before the thing it counts, and is no time or place."""
    before = clause.text[: number.start].split()[-1:]
    place = clause.content.index(number)
    follows = clause.content[place + 1 : place + 2]
    adjacent = bool(follows) and clause.text[number.end : follows[0].start].isspace()
    return (
        adjacent
        and not frozenset(before) & _OF_TIME_OR_PLACE
        and clause.text[number.start - 1 : number.start] in ("", " ")
    )
