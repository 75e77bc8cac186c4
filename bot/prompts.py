"""Questions to begin with, for those who do not know yet what can be asked: each is really answered."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest

from bot import evaluate
from bot.answer.types import Answer
from bot.assistant import Assistant
from bot.evaluate import Pair
from knowledge.text import single_spaced
from knowledge.types import BlockKind, Document, Source

MOST = 4
"""Slack shows no more in a conversation."""
MOST_CHARS = 75
"""Of a question; a button shows no more."""
TRIED = 40
"""Questions asked at most until there are enough; each takes about 20 ms."""
DOCUMENTS = 20
"""The newest, whose headings are made questions of where known pairs are missing."""
ABOUT = "What about {}?"

_WELL_PUT = re.compile(r"(?:Wh(?:at|en|ere|ich|o)|How) [^?!.<>&@]*\?")
"""One question, not to be answered by yes or no, with nothing in it that could be markup."""


def prompts(assistant: Assistant, pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Choose questions that are answered well, of different kinds and from different documents as far as there are.

    The same index and pairs give the same questions.

    Args:
        assistant: Of what all staff may read.
        pairs: Known pairs, whose questions come first; where too few are right, headings are made questions of.

    Returns:
        At most `MOST`; none if nothing can be asked.
    """
    chosen: dict[str, str] = {}
    spare: list[str] = []
    sources = assistant.index.sources
    for question, answer in islice(chain(_known(assistant, pairs), _headings(assistant)), TRIED):
        if answer is None or question in (*chosen.values(), *spare):
            continue
        document = answer.citations[0].document
        if document in chosen:
            spare.append(question)
        else:
            chosen[document] = question
        if len(chosen) == MOST:
            break
    newest = sorted(chosen, key=lambda document: _age(sources[document]))
    return (*(chosen[document] for document in newest), *spare)[:MOST]


def _known(assistant: Assistant, pairs: Sequence[Pair]) -> Iterator[tuple[str, Answer | None]]:
    """Questions of known pairs that stand alone, one category after the other; with the answer if it is a good one."""
    day = assistant.index.manifest.created.date()
    kinds: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        alone = pair.answerable and not pair.follows and pair.today is None
        if alone and pair.sources and _is_well_put(assistant, pair.question):
            kinds[pair.category].append(pair)
    for pair in filter(None, chain.from_iterable(zip_longest(*kinds.values()))):
        (outcome,) = evaluate.run(assistant, [pair.model_copy(update={"today": day})]).outcomes
        yield pair.question, outcome.answer if outcome.right and _is_good(outcome.answer) else None


def _headings(assistant: Assistant) -> Iterator[tuple[str, Answer | None]]:
    """Questions about the newest documents' headings, one of each after the other; with the answer if it is good."""
    day = assistant.index.manifest.created.date()
    newest = sorted(assistant.index.sources.values(), key=_age)[:DOCUMENTS]
    documents = [assistant.index.documents[source.id] for source in newest]
    for document, question in _in_turn([(document, _about(document)) for document in documents]):
        if not _is_well_put(assistant, question):
            continue
        answer = assistant.ask(question, today=day)
        rests = any(citation.document == document.source.id for citation in answer.citations)
        yield question, answer if rests and _is_good(answer) else None


def _about(document: Document) -> list[str]:
    headings = [block for block in document.blocks if block.kind is BlockKind.HEADING and block.level > 1]
    return [ABOUT.format(f"“{single_spaced(block.of(document.text)).strip(' .:?!')}”") for block in headings]


def _in_turn(groups: Iterable[tuple[Document, list[str]]]) -> Iterator[tuple[Document, str]]:
    columns = zip_longest(*([(document, each) for each in questions] for document, questions in groups))
    return (held for column in columns for held in column if held is not None)


def _age(source: Source) -> tuple[bool, list[int], str]:
    """The newest first, those without a date last."""
    published = source.published or ""
    return not published, [-ord(letter) for letter in published], source.id


def _is_well_put(assistant: Assistant, question: str) -> bool:
    """Whether a question can be shown to everybody: short, whole, and without a typing error."""
    if len(question) > MOST_CHARS or not question.isprintable() or not _WELL_PUT.fullmatch(question):
        return False
    return assistant.spelt(question) == question


def _is_good(answer: Answer | None) -> bool:
    """Whether an answer is whole, sure and undisputed."""
    if answer is None or answer.abstained or answer.uncertain:
        return False
    return bool(answer.citations) and not answer.reason and not answer.conflicts
