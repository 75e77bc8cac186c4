"""The known question-and-answer pairs: read them, ask them, and count what was right."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError, field_validator

from bot.answer.question import read as read_question
from bot.answer.types import Answer, QuestionRefused, Turn
from bot.assistant import Assistant
from knowledge.audience import Audience
from knowledge.types import Document


class PairsProblem(Exception):
    """A file of known pairs cannot be used. The message names the file and the pair."""


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as problem:
        raise ValueError(f"{pattern!r} is not a regular expression: {problem}") from problem
    return pattern


def _check_question(text: str) -> str:
    try:
        read_question(text, (), date.min)
    except QuestionRefused as problem:
        raise ValueError(str(problem)) from problem
    return text


Pattern = Annotated[str, AfterValidator(_check_pattern)]
Limited = Callable[[Audience], Assistant]
"""Gives the assistant of what somebody may read."""


class Pair(BaseModel):
    """A question, and how to tell a right answer to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    category: str = "other"
    question: Annotated[str, AfterValidator(_check_question)]
    follows: str = ""
    """Id of the turn before, of the same file."""
    today: date | None = None
    answerable: bool = True
    must_contain: tuple[Pattern, ...] = ()
    """Regular expressions; each must be found in the answer, upper and lower case alike."""
    must_not_contain: tuple[Pattern, ...] = ()
    sources: tuple[str, ...] = ()
    """Ids of the documents it rests on; one of them must be cited."""
    audience: str = ""
    """Whose question it is; empty: anybody's, who may read what is for all staff."""

    @field_validator("*")
    @classmethod
    def _check_characters(cls, value: object) -> object:
        for text in value if isinstance(value, tuple) else (value,):
            str(text).encode()  # UnicodeEncodeError for half a character, as YAML's "\ud800" makes it
        return value


_PAIRS = TypeAdapter(tuple[Pair, ...])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said to one pair."""

    pair: Pair
    answer: Answer | None
    """None if the pair was skipped."""
    problem: str
    """Why it is not right, as a sentence; empty if it is, or if it was skipped."""
    thread: tuple[Turn, ...] = ()
    """The turns before, the oldest first, as they were asked and answered."""

    @property
    def skipped(self) -> bool:
        """A document it rests on is not in the library, or may not be read by who asks."""
        return self.answer is None

    @property
    def right(self) -> bool:
        """The answer is right and rests on the right source, or was rightly declined."""
        return self.answer is not None and not self.problem

    @property
    def answered(self) -> bool:
        """Something was said, right or wrong."""
        return self.answer is not None and not self.answer.abstained


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a group of pairs were right."""

    name: str
    answerable: bool
    asked: int
    right: int
    declined: int

    @property
    def wrong(self) -> int:
        """Answered, and not rightly."""
        return self.asked - self.declined - (self.right if self.answerable else 0)

    @property
    def share(self) -> float:
        """Right of those asked, 0 to 1; 1 if none was asked."""
        return self.right / self.asked if self.asked else 1.0


@dataclass(frozen=True, slots=True)
class Report:
    """All outcomes, in the order of the pairs."""

    outcomes: tuple[Outcome, ...]

    @property
    def skipped(self) -> int:
        """Pairs that rest on documents which are not in the library, or may not be read by who asks."""
        return sum(outcome.skipped for outcome in self.outcomes)

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """What was asked and not right."""
        return tuple(outcome for outcome in self.outcomes if outcome.problem)

    def tally(self, answerable: bool, category: str = "") -> Tally:
        """Count the answerable or the unanswerable pairs, of one category or of all."""
        group = [
            outcome
            for outcome in self.outcomes
            if not outcome.skipped and outcome.pair.answerable is answerable and category in ("", outcome.pair.category)
        ]
        return Tally(
            name=category or ("answerable" if answerable else "not answerable"),
            answerable=answerable,
            asked=len(group),
            right=sum(outcome.right for outcome in group),
            declined=sum(not outcome.answered for outcome in group),
        )

    def by_category(self) -> list[Tally]:
        """Count each category; one with answerable and unanswerable pairs is counted in two."""
        groups = dict.fromkeys((outcome.pair.answerable, outcome.pair.category) for outcome in self.outcomes)
        return [tally for group in groups if (tally := self.tally(*group)).asked]

    def passes(self, gate_right: float, gate_declined: float) -> bool:
        """Whether both shares reach the gate. With no pair asked there is nothing to fail."""
        return self.tally(True).share >= gate_right and self.tally(False).share >= gate_declined


def load(files: Iterable[Path]) -> tuple[Pair, ...]:
    """Read files of known pairs.

    Raises:
        PairsProblem: A file is missing, is no YAML, or a pair in it is not as it should be.
    """
    pairs: list[Pair] = []
    for file in files:
        read = _read(file)
        _check_ids(file, read, {pair.id for pair in pairs})
        pairs.extend(read)
    return tuple(pairs)


def _read(file: Path) -> tuple[Pair, ...]:
    entries: object = None
    try:
        entries = yaml.safe_load(file.read_text("utf-8")) or []
        return _PAIRS.validate_python(entries)
    except OSError as problem:
        raise PairsProblem(f"{file} cannot be read: {problem.strerror}.") from problem
    except ValidationError as problem:
        raise PairsProblem(f"{file}: {_first_error(problem, entries)}") from problem
    except (yaml.YAMLError, ValueError, RecursionError) as problem:  # ValueError: bytes, or a day that does not exist
        raise PairsProblem(f"{file} is not YAML in UTF-8: {_yaml_error(problem)}.") from problem


def _yaml_error(problem: Exception) -> str:
    if isinstance(problem, yaml.MarkedYAMLError) and problem.problem_mark is not None:
        return f"line {problem.problem_mark.line + 1}: {problem.problem}"
    return " ".join(str(problem).split())


_WORDS = {
    "missing": "this is missing",
    "extra_forbidden": f"no pair has this. A pair may have {', '.join(Pair.model_fields)}",
}
"""For what goes wrong most often; pydantic's own words are for programmers."""


def _first_error(problem: ValidationError, entries: object) -> str:
    error = problem.errors()[0]
    if not error["loc"] or not isinstance(entries, list):
        return "the file must be a list of pairs, each with id, question, answerable, must_contain and sources."
    number = int(error["loc"][0])
    entry = entries[number]
    name = entry.get("id", "without id") if isinstance(entry, dict) else "without id"
    field = ".".join(str(part) for part in error["loc"][1:]) or "the pair"
    words = _WORDS.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    return f"pair {number + 1} ({name}), {field}: {words}{'' if words.endswith(('.', '?')) else '.'}"


def _check_ids(file: Path, pairs: Sequence[Pair], elsewhere: Set[str]) -> None:
    seen: set[str] = set()
    for pair in pairs:
        if pair.id in seen or pair.id in elsewhere:
            raise PairsProblem(
                f"{file}: there is another known pair with the id {pair.id!r}. Give one of them another."
            )
        if pair.follows and pair.follows not in seen:
            raise PairsProblem(
                f"{file}: the pair {pair.id!r} follows {pair.follows!r}, which does not stand before it in the file."
            )
        seen.add(pair.id)


def skipped(pairs: Iterable[Pair], readable: Callable[[Audience], Container[str]]) -> frozenset[str]:
    """Ids of the pairs that are not asked: who asks may read no document it rests on, or the one it follows is skipped.

    Args:
        pairs: In the order of their file.
        readable: Gives the ids of the documents that somebody may read.
    """
    found: set[str] = set()
    known = cache(lambda audience: readable(frozenset({audience})))
    for pair in pairs:
        if pair.follows in found or any(source not in known(pair.audience) for source in pair.sources):
            found.add(pair.id)
    return frozenset(found)


def run(
    assistant: Assistant,
    pairs: Sequence[Pair],
    progress: Callable[[int, int], None] = lambda done, of: None,
    limited: Limited | None = None,
) -> Report:
    """Ask every pair whose documents the assistant knows, and which follows none that was skipped.

    Args:
        assistant: Who is asked.
        pairs: What is asked.
        progress: Told how many pairs are done, of how many.
        limited: Gives who is asked the pairs of an audience; the same assistant if it is left out.
    """
    threads: dict[str, tuple[Turn, ...]] = {"": ()}
    outcomes: list[Outcome] = []
    for pair in pairs:
        progress(len(outcomes), len(pairs))
        thread = threads.get(pair.follows)
        asked = _assistant_for(pair, assistant, limited)
        if thread is None or any(source not in asked.index.documents for source in pair.sources):
            outcomes.append(Outcome(pair, None, ""))
            continue
        outcome = _asked(asked, pair, thread)
        if outcome.answer is not None:
            threads[pair.id] = (*thread, Turn(question=outcome.answer.question, answer=outcome.answer.text))
        outcomes.append(outcome)
    progress(len(outcomes), len(pairs))
    return Report(tuple(outcomes))


def holding_nothing_back(assistant: Assistant, report: Report, limited: Limited | None = None) -> Report:
    """Ask again what was declined, in the same conversations, of an assistant that gives its best answer at any odds.

    What it says then is what its confidence can be measured by; it still declines where it has no evidence at all.
    Arguments as for `run`.
    """
    bold = cache(lambda timid: Assistant(timid.index, timid.encoder, answer_at=0.0))
    return Report(
        tuple(
            outcome
            if outcome.skipped or outcome.answered
            else _asked(bold(_assistant_for(outcome.pair, assistant, limited)), outcome.pair, outcome.thread)
            for outcome in report.outcomes
        )
    )


def _assistant_for(pair: Pair, assistant: Assistant, limited: Limited | None) -> Assistant:
    return limited(frozenset({pair.audience})) if limited is not None and pair.audience else assistant


def _asked(assistant: Assistant, pair: Pair, thread: tuple[Turn, ...]) -> Outcome:
    answer = assistant.ask(pair.question, thread, pair.today)
    problem = problem_with(_with_originals(pair, assistant.index.documents), answer)
    return Outcome(pair, answer, problem, thread)


def _with_originals(pair: Pair, documents: Mapping[str, Document]) -> Pair:
    """Let a pair rest on every document with the address of one it names: a briefing and the original it is about."""
    addresses = {documents[name].source.url for name in pair.sources} - {""}
    also = tuple(name for name, document in documents.items() if document.source.url in addresses)
    return pair.model_copy(update={"sources": tuple(dict.fromkeys((*pair.sources, *also)))})


def problem_with(pair: Pair, answer: Answer) -> str:
    """Say why an answer is not the right one for a pair; empty if it is right."""
    if not pair.answerable:
        return "" if answer.abstained else "Answered, though the documents do not say."
    if answer.abstained:
        return f"Declined: {answer.reason}"
    missing = [pattern for pattern in pair.must_contain if not re.search(pattern, answer.text, re.IGNORECASE)]
    if missing:
        return f"The answer lacks {', '.join(missing)}."
    wrong = [pattern for pattern in pair.must_not_contain if re.search(pattern, answer.text, re.IGNORECASE)]
    if wrong:
        return f"The answer has {', '.join(wrong)}."
    cited = {citation.document for citation in answer.citations}
    if pair.sources and not cited & set(pair.sources):
        return f"It cites {', '.join(sorted(cited))} and not {' or '.join(pair.sources)}."
    return ""
