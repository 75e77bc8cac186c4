"""Add a known pair to a file of them: what is there stays byte for byte, and the new file is read before it counts."""

from __future__ import annotations

import math
import os
import re
import shutil
from collections.abc import Container, Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from typing import Literal

import yaml
from filelock import FileLock, Timeout
from pydantic import ValidationError

from bot import evaluate
from bot.assistant import Assistant
from bot.evaluate import Outcome, Pair, PairsProblem
from knowledge import disk
from knowledge.text import single_spaced, tokens
from knowledge.types import Document

WAIT_SECONDS = 10.0
"""How long to wait for another process that is adding a pair: one takes less than a second."""
CATEGORY, DECLINED = "added", "unanswerable"
"""Of the pairs that are added here: a category of their own in the reports, and the one of all that is declined."""
MOST_ID_CHARS = 40
"""Of an id, before the number that makes it another one."""
_NOT_IN_AN_ID = re.compile(r"[^a-z0-9]+")
_AFTER_APOSTROPHE = re.compile(r"['’]\S*")
_PATTERNS = ("must_contain", "must_not_contain")
_VERDICTS = ("Yes.", "No.")
"""The only words of an answer that are not its sources'."""


About = Literal["", "question", "words", "sources"]
"""The part of a pair that is wrong; empty if it is none of them, but the file."""


class PairRefused(Exception):
    """A known pair was not added, and the file is as it was. The message says why, and what to do.

    Args:
        message: The sentence.
        about: What of the pair is wrong.
    """

    def __init__(self, message: str, about: About = "") -> None:
        super().__init__(message)
        self.about = about


def new_pair(
    file: Path, question: str, words: Sequence[str] = (), sources: Sequence[str] = (), audience: str = ""
) -> Pair:
    """Make a known pair of a question, with an id that no other pair of the file has.

    Args:
        file: The known pairs that it is to be added to.
        question: As staff ask it.
        words: Each must be in the answer, upper and lower case alike; none if the question must be declined.
        sources: Ids of documents, one of which must be cited.
        audience: Whose question it is, if it is not all staff's.

    Raises:
        PairRefused: The question cannot be asked.
        PairsProblem: The file cannot be read.
    """
    taken = {pair.id for pair in evaluate.load([file])}
    return _made(_new_id(question, taken), question, words, sources, audience)


def check(
    question: str, answerable: bool, words: Sequence[str], sources: Sequence[str], documents: Mapping[str, Document]
) -> None:
    """Find out what is wrong with a pair whatever stands in the file: takes milliseconds, where adding takes a second.

    Args:
        question: As staff ask it.
        answerable: Whether it must be answered, or declined.
        words: Each must be in the answer.
        sources: Ids of documents, one of which must be cited.
        documents: Those that answers can rest on, by id.

    Raises:
        PairRefused: It cannot be asked, or cannot be right.
    """
    made = _made("new", question, words, sources)
    _check_answer(made.model_copy(update={"answerable": answerable}), documents)


def _made(identity: str, question: str, words: Sequence[str], sources: Sequence[str], audience: str = "") -> Pair:
    try:
        return Pair(
            id=identity,
            category=CATEGORY if words else DECLINED,
            question=question,
            answerable=bool(words),
            must_contain=tuple(map(pattern_of, words)),
            sources=tuple(sources),
            audience=audience,
        )
    except ValidationError as problem:
        said = problem.errors()[0]["msg"].removeprefix("Value error, ")
        raise PairRefused(f"The pair cannot be asked: {said}", "question") from problem


def pattern_of(words: str) -> str:
    """The regular expression of these very words, as short as a person would write it."""
    return re.escape(single_spaced(words)).replace("\\ ", " ").replace("\\-", "-")


def add_pair(file: Path, pair: Pair, documents: Mapping[str, Document]) -> None:
    """Append a pair to a file of known pairs.

    Args:
        file: The known pairs; it is replaced by one that begins with the same bytes. (An empty list's `[]` goes.)
        pair: What is added.
        documents: Those that answers can rest on, by id, with their text: an answer is made of it.

    Raises:
        PairRefused: It cannot be right, or is there already, or the file cannot be written; nothing has changed.
        PairsProblem: The file cannot be read as it is.
    """
    _check_answer(pair, documents)
    file = file.resolve()
    try:
        with FileLock(file.with_name(f".{file.name}.lock")).acquire(timeout=WAIT_SECONDS):
            known = evaluate.load([file])
            _check_new(pair, known)
            _replace(file, _appended(file, pair), (*known, pair))
    except Timeout:
        raise PairRefused(f"Another process is adding a pair to {file}. Wait until it has, then try again.") from None
    except OSError as problem:
        raise PairRefused(f"The known pairs {file} cannot be written: {disk.reason(problem)}") from problem


def would_pass(assistant: Assistant, pair: Pair) -> Outcome:
    """Ask a pair now: what is said, and why it is not right. It is skipped if a document it rests on is not there."""
    (outcome,) = evaluate.run(assistant, [pair]).outcomes
    return outcome


def _new_id(question: str, taken: Container[str]) -> str:
    """The question's content words with dashes between them, and a number if another pair has that id."""
    telling = "".join(f"{question[token.start : token.end]} " for token in tokens(question) if not token.stop)
    words = [_NOT_IN_AN_ID.sub("", word) for word in _AFTER_APOSTROPHE.sub("", telling or question).lower().split()]
    name = "-".join(filter(None, words))[:MOST_ID_CHARS].strip("-") or "pair"
    numbered = (f"{name}-{number}" for number in count(2))
    return next(found for found in chain([name], numbered) if found not in taken)


def _words_of(question: str) -> list[str]:
    return [question[token.start : token.end].lower() for token in tokens(question)]


def _check_answer(pair: Pair, documents: Mapping[str, Document]) -> None:
    """Refuse what no answer from these documents can satisfy, and what any answer would."""
    if not pair.answerable:
        if pair.must_contain or pair.sources:
            raise PairRefused(
                "A question that must be declined has no words to expect and no sources. Leave them out.",
                "words" if pair.must_contain else "sources",
            )
        return
    if not pair.must_contain:
        raise PairRefused("Say which words must be in the answer, or that the question must be declined.", "words")
    if not pair.sources:
        raise PairRefused(
            "Name the document that the answer rests on; `merger-bot documents list` shows their ids.", "sources"
        )
    for source in pair.sources:
        if source not in documents:
            raise PairRefused(
                f"No document with the id {source!r} is in the index. `merger-bot documents list` shows those of the "
                "library; `merger-bot index update` takes new ones in.",
                "sources",
            )
    texts = [*(single_spaced(documents[source].text) for source in pair.sources), *_VERDICTS]
    for pattern in pair.must_contain:
        if re.search(pattern, "", re.IGNORECASE):
            raise PairRefused(
                f"{pattern!r} is in every answer, so it says nothing. Name the words that must be there.", "words"
            )
        if not any(re.search(pattern, text, re.IGNORECASE) for text in texts):
            raise PairRefused(
                f"{', '.join(pair.sources)}: {pattern!r} is nowhere in the text, and answers are in the documents' own "
                "words. Write the words as they stand there, or name the document that has them.",
                "words",
            )


def _check_new(pair: Pair, known: Sequence[Pair]) -> None:
    for other in known:
        if other.id == pair.id:
            raise PairRefused(f"There is another known pair with the id {pair.id!r}. Add it again with another id.")
        same = _words_of(other.question) == _words_of(pair.question)
        if same and (other.follows, other.today) == (pair.follows, pair.today):
            raise PairRefused(f"This question is a known pair already: {other.id}. It is not added again.")


def _appended(file: Path, pair: Pair) -> bytes:
    """The file with the pair at its end, written as the pairs before it are."""
    before = file.read_bytes()
    text = before.decode()
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    indent = ""
    if isinstance(node, yaml.SequenceNode):
        if node.flow_style and node.value:
            raise PairRefused(
                f"{file} has its pairs in square brackets, where nothing can be added at the end. Write each pair on "
                "lines of its own, the first of them with a dash before it."
            )
        if node.flow_style:
            text = text[: node.start_mark.index] + text[node.end_mark.index :]
            before = text.encode()
        else:
            indent = " " * node.start_mark.column
    end_of_line = "\r\n" if b"\r\n" in before else "\n"
    gap = ("" if text.endswith(("\n", "\r")) or not text else end_of_line) + (end_of_line if text.strip() else "")
    item = "".join(f"{indent}{line}{end_of_line}" for line in _item(pair).splitlines())
    return before + (gap + item).encode()


def _replace(file: Path, content: bytes, expected: tuple[Pair, ...]) -> None:
    """Put the new file in the place of the old one, once it is seen to hold the same pairs and the new one."""
    aside = file.with_name(f"{disk.ASIDE}{file.name}")
    try:
        disk.write(aside, content)
        if _read(aside) != expected:
            raise PairRefused(
                f"A pair cannot be added at the end of {file}, for what stands there would change. End the file with a "
                "whole pair, and with nothing after it."
            )
        shutil.copymode(file, aside)
        os.replace(aside, file)
    finally:
        disk.remove([aside])
    disk.sync_folder(file.parent)


def _read(file: Path) -> tuple[Pair, ...] | None:
    try:
        return evaluate.load([file])
    except PairsProblem:
        return None


class _Words(str):
    """A text that somebody wrote: always in quotes, so that nothing in it means anything to YAML."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes items as they stand in the bundled file: what people wrote in single quotes, lists on one line."""


def _quoted(dumper: yaml.SafeDumper, text: _Words) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="'" if text.isprintable() else '"')


def _on_one_line(dumper: yaml.SafeDumper, texts: tuple[object, ...]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", texts, flow_style=True)


_Dumper.add_representer(_Words, _quoted)
_Dumper.add_representer(tuple, _on_one_line)


def _item(pair: Pair) -> str:
    """A pair as an item of a list, without the fields that are as they always are.

    Characters that cannot be seen are written as escapes, so that nobody reads another text than the program does.
    """
    first = {"id": pair.id, "category": pair.category, "question": _Words(pair.question), "answerable": pair.answerable}
    others = pair.model_dump(exclude_defaults=True, exclude=set(first))
    patterns = {name: tuple(map(_Words, getattr(pair, name))) for name in _PATTERNS if name in others}
    visible = all(
        text.isprintable() for text in (pair.id, pair.question, *pair.must_contain, *pair.sources, pair.audience)
    )
    item = [{**first, **others, **patterns}]
    return yaml.dump(item, Dumper=_Dumper, sort_keys=False, allow_unicode=visible, width=math.inf)
