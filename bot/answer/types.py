"""The vocabulary of answering: what is asked, what was found, and what is said with which proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from knowledge.types import PageName, PartialDate

SURE = 0.5
"""Confidence below which an answer is shown as uncertain."""
UNCERTAIN = "Not certain: check that this answers your question."
UNANSWERED_PART = "Not all of it is answered."
"""Stands before `Answer.reason` where there is an answer to another part of the question."""


class Turn(BaseModel):
    """One earlier exchange of the conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    answer: str = ""
    """What was answered; empty if nothing was."""


class Asks(StrEnum):
    """What kind of answer the question wants."""

    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    HOW_MANY = "how many"
    WHAT_IS = "what is"
    WHY = "why"
    LIST = "list"
    YES_NO = "yes or no"
    ROLE = "role"
    OTHER = "other"


class Kind(StrEnum):
    """Shape of a piece of evidence."""

    SENTENCE = "sentence"
    ITEM = "item"
    LIST = "list"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Day:
    """A date as exact as words name it; 0 for what they leave open."""

    year: int = 0
    month: int = 0
    day: int = 0

    def agrees(self, other: Day) -> bool:
        """Whether both may be the same day: wherever both are exact, they say the same."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(one == two or not one or not two for one, two in pairs)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was read."""

    text: str
    """As it was asked, white space made single."""
    earlier: str
    """The question before that this one leans on ("and in east Kent?"); empty if it stands alone."""
    asks: Asks
    listed: frozenset[str]
    """Stems of the plural nouns it names: what it may want listed."""
    today: date
    names: frozenset[str] = frozenset()
    """Stems of the names in it: what an answer must be about."""
    person: str = ""
    """First and last name of the person it is about; empty if the documents know none that it names."""
    days: tuple[Day, ...] = ()
    """The dates it asks about, each with a year."""
    looks_back: bool = False
    """It asks about an earlier time without naming one ("before the merger")."""
    about: str = ""
    """What the message tells besides the question."""
    said: str = ""
    """What was answered before, if this asks for something else."""

    @property
    def whole(self) -> str:
        """The question with the one before that it leans on."""
        return f"{self.text} {self.earlier}".strip()


class Citation(BaseModel):
    """Where words of an answer stand: `quote == document.text[start:end]`, checked before it is shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    """From 1, in the order in which the answer uses them."""
    document: str
    """Id of the document."""
    title: str
    publisher: str
    published: PartialDate | None
    url: str
    section: str
    """Headings, outermost first, joined by " > "; empty when it stands under none."""
    page: int | None
    start: int
    end: int
    quote: str
    page_name: PageName = Field(default="page", exclude=True)
    """What the format calls its pages."""
    note: str = Field(default="", exclude=True)
    """How the quotation may differ from what is seen on the page: read from a picture, or a hyphen taken out."""


class Part(BaseModel):
    """A piece of the answer in the source's words, and the numbers of the citations that hold it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    citations: tuple[int, ...]
    item: bool = Field(default=False, exclude=True)
    """It is an item of a list: shown with a bullet. Not in JSON, where `Answer.text` has the bullet."""
    lead: str = Field(default="", exclude=True)
    """Our own words before it: "Yes.", "In February 2018:", who says "we". In JSON they are in `Answer.text` only."""


class Conflict(BaseModel):
    """What another source of equal standing says instead, with its own citations."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    citations: tuple[int, ...]


class Answer(BaseModel):
    """What is said in reply to one question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    question: str
    abstained: bool
    reason: str
    """Why nothing is answered, as a sentence; with an answer, why a part of the question has none, or empty."""
    confidence: float
    """Estimated probability that the answer is right, 0 to 1."""
    as_of: PartialDate | None
    """Date of the newest source the answer rests on; None if none of them is dated."""
    text: str
    """What a person reads, without citation marks."""
    parts: tuple[Part, ...]
    citations: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...] = ()
    closest: tuple[Citation, ...] = ()
    """When nothing is answered: the passages that come nearest. They are not an answer."""
    index_version: str
    took_ms: float
    courtesy: bool = Field(default=False, exclude=True)
    """It was no question but a greeting, thanks or the like, and `reason` is the whole reply to it. Not in JSON."""

    @property
    def uncertain(self) -> bool:
        """It is given, but may well not be what was asked for."""
        return not self.abstained and self.confidence < SURE


# AnswerError
# └── QuestionRefused            there is nothing to look for, or too much


class AnswerError(Exception):
    """Answering failed. The message says what happened, with which value, and what to do."""


class QuestionRefused(AnswerError):
    """The question cannot be looked up: empty, too long, or without a word."""
