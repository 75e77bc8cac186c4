"""What a sentence states, clause by clause, in a form in which clauses can be compared word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.text import Token, single_spaced, tokens


def word_set(text: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(text.split())


BE = word_set("is are am was were be been being")
FIRST_VERBS = BE | word_set("do does did has have had will shall can must")
"""Verbs that a question begins with."""
_WITHOUT_WEIGHT = word_set(
    "also too already yet now actually really indeed ever any please officially formally so ok well"
)
"""They are passed over in both."""
_TITLES = word_set("dr mr mrs ms miss prof professor sir dame cllr councillor")
_SHORT_FORM = re.compile(r"\s?\([A-Za-z&/]{2,9}\)")
_REWRITTEN = (
    (re.compile(r"\bcan(?:no|['’])t\b"), "can not"),
    (re.compile(r"\bwo?n['’]t\b"), "will not"),
    (re.compile(r"n['’]t\b"), " not"),
    (re.compile(r"['’]ll\b"), " will"),
    (re.compile(r"\b(?:(?:have|has|had|need|needs|needed) to|need(?= not\b))"), "must"),
    (re.compile(r"\b(?:is|are) to\b"), "will"),
    (re.compile(r"\b(?:was|were) to\b"), "would"),
    (re.compile(r"&"), "and"),
)
_SUBJECTS = re.compile(r"[^,;:]{1,80}(?:, [^,;:]{1,80}){0,8}?,? and [^,;:]{1,80}? (?=(?:are|were|have)\b)")
_NO_LIST = word_set("of between from with by for to in on at that who which is are was were has have not will can")
"""With one of these, what stands before the verb is no list of subjects."""
_BETWEEN = re.compile(r",? and |, ")
_COUNT = {
    word: str(number) for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_COUNT |= {"eleven": "11", "twelve": "12"}


@dataclass(frozen=True, slots=True)
class Word:
    """A content word."""

    key: str
    """Its stem, with "'s" if it is an owner; a small number in digits."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """Words of a question or a statement, in lower case and without short forms of verbs."""

    text: str
    content: tuple[Word, ...]
    small: tuple[tuple[str, int], ...]
    """All other words that have weight, with their places."""

    @property
    def keys(self) -> list[str]:
        """The content words as they are compared."""
        return [word.key for word in self.content]

    def head(self, count: int) -> Clause:
        """What stands up to the last of its first content words."""
        content = self.content[:count]
        small = tuple((word, place) for word, place in self.small if place < content[-1].start)
        return Clause(self.text, content, small)


def rewrite(text: str) -> str:
    """In lower case, without short forms in brackets, and with one way to write each verb."""
    rewritten = single_spaced(_SHORT_FORM.sub("", text)).lower()
    for pattern, words in _REWRITTEN:
        rewritten = pattern.sub(words, rewritten)
    return rewritten


def clause_of(text: str) -> Clause:
    """Read the words of a question or a statement."""
    rewritten = rewrite(text)
    content: list[Word] = []
    small: list[tuple[str, int]] = []
    for token in tokens(rewritten):
        word = rewritten[token.start : token.end].replace("’", "'")
        if word in _WITHOUT_WEIGHT or word in _TITLES:
            continue
        if token.stop or word in FIRST_VERBS or word == "never":
            small.append((word, token.start))
        else:
            content.append(Word(_key(word, token), token.start, token.end))
    return Clause(rewritten, tuple(content), tuple(small))


def statements(sentence: str) -> Iterator[Clause]:
    """Take a sentence apart: its parts between semicolons, and of "A, B and C are ..." what it says of each."""
    for part in sentence.split(";"):
        whole = part.strip()
        yield clause_of(whole)
        subjects = _SUBJECTS.match(whole)
        if subjects and not _NO_LIST & word_set(subjects.group().lower()):
            for subject in _BETWEEN.split(subjects.group().rstrip()):
                yield clause_of(f"{subject} {whole[subjects.end() :]}")


def with_the_head_alone(asked: Clause, said: Clause, context: str) -> Clause:
    """Write "the partnership" for "the trade partnership" in a question, where a statement does.

    Args:
        asked: The question.
        said: The statement.
        context: The passage it stands in: it must speak of the trade partnership, and of no other one.

    Returns:
        The question, so shortened if that makes it begin as the statement does.
    """
    for last in range(1, len(asked.content)):
        first = last
        while first > 0 and asked.text[asked.content[first - 1].end : asked.content[first].start].isspace():
            first -= 1
        name = [word.key for word in asked.content[first : last + 1]]
        shorter = asked.content[:first] + asked.content[last:]
        same = [word.key for word in shorter] == [word.key for word in said.content[: len(shorter)]]
        if len(name) > 1 and same and _is_the_only(name, context):
            before = said.text[: said.content[first].start].split()
            if before[-1:] == ["the"]:
                return Clause(asked.text, shorter, asked.small)
    return asked


def _is_the_only(name: Sequence[str], context: str) -> bool:
    """Whether a passage has a name in full, and its last word directly after no other word than in that name."""
    found = tokens(context)
    full = other = False
    for place, token in enumerate(found):
        if token.stem != name[-1]:
            continue
        before = found[max(0, place - len(name) + 1) : place]
        if [word.stem for word in before] == list(name[:-1]):
            full = True
        elif place > 0 and not found[place - 1].stop and context[found[place - 1].end : token.start].isspace():
            other = True
    return full and not other


def _key(word: str, token: Token) -> str:
    return _COUNT.get(word, f"{token.stem}'s" if word.endswith("'s") else token.stem)
