"""Read a question: what kind of answer it wants, of what time, of whom, and whether it leans on the question before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.answer import names as naming
from bot.answer.kinds import ASKING, AUXILIARY, KNOWING, LEADING, kind, listed
from bot.answer.names import Names
from bot.answer.phrases import any_of, compiled
from bot.answer.phrasing import IS_IT_TRUE, NUMBERED, unframed
from bot.answer.timeline import asked_days, looks_back
from bot.answer.types import Asks, Question, QuestionRefused, Turn
from knowledge.text import sentence_spans, single_spaced, stem, stems, tokens

MOST_CHARS = 2000
"""A longer text is no question; it is most likely a document pasted by mistake."""
MOST_PARTS = 3
"""Questions answered one by one in one message; what is asked beyond them is read with the last."""
FEWEST_WORDS_ALONE = 2
"""A question with fewer content words than this leans on the one before, if there is one."""

# Several questions in one message.
_CHECK = compiled(rf"\W*{LEADING}(?:{IS_IT_TRUE}|(?:right|correct|true|yes|no))\W*\?\W*$")
"""A sentence that asks whether the one before it is true."""
_QUESTION = compiled(
    r"\?\W*$",
    rf"^\W*{LEADING}(?:{ASKING}|{AUXILIARY})",
    r"^\W*(?:please )?(?:tell|list|name|explain|describe|define|outline|summari[sz]e)\b",
    rf"\b{KNOWING}(?: (?:me|us))? (?:if\b|whether\b|{ASKING})",
)
_SIGNED = compiled(
    r"\W*(?:(?:kind|best|warm|many)(?:est)? )?(?:regards|wishes|thanks|thank you|yours|cheers)\b(?:\W+\w+){0,3}\W*$"
)
"""The end of a letter tells nothing."""
_NEXT_NUMBER = re.compile(rf"\s+(?=\(?(?:[1-9]|[a-h])[.)]\s+{LEADING}(?:{ASKING}|{AUXILIARY}))", re.IGNORECASE)
_NEXT_SENTENCE = re.compile(rf"(?<=[?!])\s+|(?<=\w\w[.])\s+(?={LEADING}(?:{ASKING}|{AUXILIARY}))", re.IGNORECASE)
"""Where a question in lower case begins, which the splitter of sentences takes for the same sentence."""
_PRONOUNS = r"(?:it|they|he|she|we|i|you|there)\b"
_NEXT_QUESTION = compiled(
    rf"[,;]?\s+(?:and|but)\s+(?:also\s+)?(?={ASKING}(?:['’]s)?\s+\w+\s+\w)",
    r"[,;]?\s+(?:and|but)\s+(?=(?:why|when|where|how|by whom|by when)\W*$)",
    rf"[,;]?\s+(?:and|but)\s+(?={AUXILIARY}\s+{_PRONOUNS})",
    rf"\s*[;/]\s+(?={ASKING}|{AUXILIARY})",
    rf",\s+(?=(?:when|where|what|why|how)(?:['’]s\b|\s+(?:{AUXILIARY}|many\b|much\b)))",
)
_BOTH = re.compile(rf"(\W*{LEADING})({ASKING})\s+and\s+({ASKING})\s+(?={AUXILIARY})", re.IGNORECASE)
"""As in "When and where is it?"."""
_BEGINS = re.compile(rf"\W*{LEADING}(?:{AUXILIARY}|(?!(?:when|where)\s+(?!{AUXILIARY})){ASKING})", re.IGNORECASE)
"""What is before an "and" asks by itself; in "when the pier closes, who pays?" it does not."""

# What leans on the question before.
_THIS = r"\b(?:this|these)\b(?! (?:year|month|week|morning|autumn|spring|summer|winter)\b)"
_BEFORE_THAT = any_of(
    AUXILIARY, "about", "of", "for", "to", "by", "with", "after", "before", "since", "until", "in", "at", "on",
    "why", "how", "what", "when", "where",
)  # fmt: skip
_AFTER_THAT = any_of(
    "case", "time", "day", "date", "year", "month", "plan", "decision", "change", "role", "post", "job", "group",
    "body", "board", "meeting", "one",
)  # fmt: skip
_THAT = any_of(
    rf"(?:^|\b{_BEFORE_THAT}\s)(?:that|those)\b(?! (?:the|an?|we|they|there|who|which)\b)",
    r"\bthat\W*$",
    rf"\b(?:that|those) {_AFTER_THAT}s?\b",
)
_ALWAYS_LEANS = compiled(
    r"^(?:and|but|so|or|also|what about|how about)\b",
    _THIS,
    _THAT,
    r"\b(?:he|she|his|her|him|them|theirs|hers)\b",
    r"\b(?:else|the same(?!.*\bas\b)|(?:since|by|until|from|before|after) then|back then)\b|\bthen\W*$",
    r"\b(?:which|that|this|another|other|new|old|each) ones?\b|\bones?\W*$",
    r"^(?:why|when|where|who|how|how many|how much|since when|until when|what else|anyone else)\W*$",
    r"\bthere(?<!is there)(?<!are there)(?<!was there)(?<!were there)\W*$",
)
_CONJUNCTION = any_of(
    "if", "when", "where", "while", "as", "than", "that", "until", "unless", "once", "because", "before", "after", "so"
)
_THING = compiled(rf"(?P<held>\b{_CONJUNCTION} )?\b(?:it|they|(?P<whose>its|their))\b")
"""What "it" is: "Will the pier close if it loses money?" has a noun for it, "the day it opened" has none."""
_VERB_AFTER_WHO = re.compile(r"\W*(?:who|what)\s+(?P<verb>\w+)", re.IGNORECASE)
_SUBSTITUTES = re.compile(r"(?:and|or|what about|how about)\b", re.IGNORECASE)
"""Such a question puts another name in the place of the one before: that one must not be looked for any longer."""
_NOW = re.compile(r"\b(?:now|today|currently|current|at present|these days|nowadays|since|later)\b", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR = compiled(rf"(?:\b(?:in|by|for|since|during|from) )?(?:\b(?:early|mid|late) )?(?:\b{_MONTH} )?\b(?:19|20)\d\d\b")
_NAME = re.compile(r"(?<=\s)[A-Z][a-z]")
_MORE = re.compile(r"\b(?:else|others?|another|more|besides)\b", re.IGNORECASE)
"""Such a follow-up wants what was not said yet."""
_PRONOUN = re.compile(r"\b(?:(?P<whose>his|her(?= \w))|he|she|him|her)\b", re.IGNORECASE)

_OFFICE = any_of(
    r"chair\w*", r"lead(?:s|er|ers|ing)?", r"head(?:s|ed)?", "chief", "officers?", "directors?", "managers?",
    "president", "secretary", "aos?", "mds?", "ceos?", "deputy", "librarian", "master(?! plan)", "captain",
    "mayor", "minister", "governor", "editor", "principal", "treasurer", "clerk", "coach", "professor",
    "commander", "founder", "curator", "warden", "inspector", "coordinator", "administrator", "supervisor",
    "trustees?", r"spokes\w+", "advis[eo]r",
)  # fmt: skip
ROLE = compiled(rf"\b(?:{_OFFICE}|roles?|jobs?|posts?|positions?|in charge|runs?|responsib\w+)\b")
"""A word of an office that people hold."""
_DOES = re.compile(
    r"\bwhat (?:does|do|did|will|would) .{2,60} do\b"
    r"(?: (?:now|before|currently|previously|next|today|in (?:19|20)\d\d))?\W*$",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"\b(?:say|says|said|think|thinks|thought|views?|opinions?|believes?|comments?|wants?|promised?)\b", re.IGNORECASE
)
_IDENTIFIES = re.compile(r"\bwho(?:['’]?s| is| was)?\b", re.IGNORECASE)
_OF_A_PERSON = frozenset({Asks.WHO, Asks.WHAT_IS, Asks.LIST, Asks.OTHER})
_SMALL_WORDS = frozenset(stem(word) for word in "dr mr mrs ms miss prof professor sir cllr exactly".split())


def parts(text: str) -> list[tuple[str, str]]:
    """Take a message apart into its questions.

    Returns:
        Each question with the sentences around it that ask nothing but tell what it is about. A message in which
        nothing is put as a question is one as a whole, and so is a text that is too long for a question.
    """
    if len(text) > MOST_CHARS:
        return [(text, "")]
    sentences = _sentences(text)
    asking = [sentence for sentence in sentences if _QUESTION.search(sentence) and tokens(sentence)]
    if not asking:
        return [(text, "")]
    told = [sentence for sentence in sentences if sentence not in asking and not _SIGNED.match(sentence)]
    about = " ".join(sentence for sentence in told if stems(sentence))
    asked: list[str] = []
    for question in (question for sentence in asking for question in _split(sentence) if tokens(question)):
        if asked and not about and not any(map(stems, asked)):  # "What is it? The pier?"
            asked[-1] = f"{asked[-1]} {question}"
        else:
            asked.append(question)
    if len(asked) > MOST_PARTS:
        asked = [*asked[: MOST_PARTS - 1], " ".join(asked[MOST_PARTS - 1 :])]
    return [(question, about) for question in asked]


def _sentences(text: str) -> list[str]:
    """The sentences of a message; one that only asks whether the one before is true becomes its end."""
    found: list[str] = []
    for start, end in sentence_spans(text):
        for piece in _NEXT_SENTENCE.split(text[start:end]):
            for numbered in _NEXT_NUMBER.split(piece):
                sentence = NUMBERED.sub("", numbered, count=1) if NUMBERED.match(numbered) else numbered
                if found and _CHECK.match(sentence) and not _QUESTION.search(found[-1]):
                    found[-1] = f"{found[-1].rstrip(' .!')}, {sentence}"
                elif sentence.strip():
                    found.append(sentence)
    return found


def _split(sentence: str) -> list[str]:
    """The questions of a sentence: of "Who runs it, and when does it open?" and "When and where is it?"."""
    if both := _BOTH.match(sentence):
        rest = sentence[both.end() :]
        return [f"{both[1]}{both[2]} {rest}", f"{both[3]} {rest}"]
    questions: list[str] = []
    for piece in _NEXT_QUESTION.split(sentence):
        if questions and not (_BEGINS.match(questions[-1]) or _QUESTION.search(questions[-1])):
            questions[-1] = f"{questions[-1]}, {piece}"
        else:
            questions.append(piece)
    return questions if stems(questions[0]) else [sentence]


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
    asked, confirms = unframed(asked)
    leans = bool(thread) and _leans(asked)
    said = thread[-1].answer if leans and _MORE.search(asked) else ""
    if leans and (meant := _meant(asked, thread, names)):
        asked = _PRONOUN.sub(lambda match: f"{meant}’s" if match["whose"] else meant, asked, count=1)
        leans = not ROLE.search(asked)
    earlier = _earlier(thread) if leans else ""
    asks = Asks.YES_NO if confirms else kind(asked)
    if asks is Asks.OTHER and earlier:
        asks = kind(unframed(earlier)[0])
    days = asked_days(asked, today)
    if stems(asked) and _SUBSTITUTES.match(asked):
        if not days and not looks_back(asked) and not _NOW.search(asked):
            days = asked_days(earlier, today)
        earlier = _substituted(asked, earlier, names)
    person = names.person_in(asked)
    if person and _wants_role(asked, earlier, asks, person):
        asks = Asks.ROLE
    return Question(
        text=asked,
        about=about,
        earlier=single_spaced(earlier),
        asks=asks,
        listed=listed(asked),
        names=naming.named(asked, names),
        person=person,
        days=days,
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


def _leans(asked: str) -> bool:
    """Whether a question means something that only the one before names."""
    if len(stems(asked)) < FEWEST_WORDS_ALONE or _ALWAYS_LEANS.search(asked):
        return True
    thing = _THING.search(asked)
    if thing is None:
        return False
    words = [token for token in tokens(asked[: thing.start()]) if not token.stop]
    verb = _VERB_AFTER_WHO.match(asked)
    if words and verb and words[0].start == verb.start("verb"):
        words = words[1:]
    return not words or not (thing["held"] or thing["whose"])


def _earlier(thread: Sequence[Turn]) -> str:
    """The latest question that stands on its own; the first one always does."""
    questions = [cleaned(turn.question)[:MOST_CHARS] for turn in reversed(thread)]
    return next((question for question in questions if not _leans(question)), questions[-1])


def _substituted(asked: str, earlier: str, names: Names) -> str:
    """The question before without what another one puts in its place: a person, another name, a year."""
    if _YEAR.search(asked):
        earlier = _YEAR.sub(" ", earlier)
    is_fragment = not re.search(rf"\b(?:{ASKING}|{AUXILIARY})", _SUBSTITUTES.sub("", asked, count=1), re.IGNORECASE)
    if not (naming.named(asked, names) if is_fragment else _NAME.search(asked)):
        return earlier
    person = names.person_in(asked) or names.persons(asked)
    held = naming.named(f"- {earlier}", names)
    of_people = frozenset(stems(" ".join((*names.persons(earlier), names.person_in(earlier)))))
    going = held & of_people if person else held - of_people
    for token in reversed(tokens(earlier)):
        if token.stem in going:
            earlier = f"{earlier[: token.start]} {earlier[token.end :]}"
    return earlier


def _wants_role(asked: str, earlier: str, asks: Asks, person: str) -> bool:
    """Whether a question that names a person asks what the person is."""
    if asks not in _OF_A_PERSON or _SAYING.search(asked):
        return False
    others = frozenset(stems(asked)) - frozenset(stems(person)) - _SMALL_WORDS
    if not others and (asks is not Asks.OTHER or not asked.lower().startswith("tell")):
        return asks is not Asks.WHO or _IDENTIFIES.search(asked) is not None
    if asks is Asks.WHO:
        return False
    says_role = ROLE.search(asked) is not None or _DOES.search(asked) is not None
    return says_role or (not others and ROLE.search(earlier) is not None)


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
