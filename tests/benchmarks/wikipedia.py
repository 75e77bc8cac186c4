"""Questions on 48 Wikipedia articles (SQuADShifts), split in two by a hash of the title: one half is for tuning."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.types import Block, BlockKind, Document, Source

FOLDER = Path(__file__).parents[3] / "shared" / "benchmarks"
FILE = FOLDER / "squadshifts_new_wiki.json.gz"
GONE_OF_TEN = 3
"""Articles left out where questions shall have no answer, in ten."""
CUT_OF_TEN = 2
"""Paragraphs left out of the other articles, in ten."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and where in its document the answers stand."""

    id: str
    question: str
    document: str
    paragraph: int
    answers: tuple[tuple[int, int], ...]
    """Ranges in the document's text."""


@dataclass(frozen=True, slots=True)
class Reduced:
    """What is left of the documents when some are taken away, and paragraphs of others."""

    documents: list[Document]
    gone: frozenset[str]
    """Ids of the documents that are missing."""
    cut: frozenset[tuple[str, int]]
    """Documents and numbers of the paragraphs that are missing."""

    def missing(self, case: Case) -> str:
        """What a question lacks: its `document`, its `paragraph` or `nothing`."""
        if case.document in self.gone:
            return "document"
        return "paragraph" if (case.document, case.paragraph) in self.cut else "nothing"


def load(tuning: bool) -> tuple[list[Document], list[Case]]:
    """Read the articles and questions of one half, the questions in the order of a hash of their ids."""
    documents, cases = read(FILE)
    half = {d.source.id: d for d in documents if (by_hash(d.source.title, 2) == 0) == tuning}
    return list(half.values()), [case for case in cases if case.document in half]


def read(file: Path) -> tuple[list[Document], list[Case]]:
    """Read all documents and questions of a file, the questions in the order of a hash of their ids."""
    data = json.loads(gzip.decompress(file.read_bytes()))
    documents = {entry["doc_id"]: _document(entry["title"], entry["paragraphs"]) for entry in data["docs"]}
    cases = [_case(question, documents[question["doc_id"]]) for question in data["questions"] if question["answers"]]
    cases.sort(key=lambda case: hashlib.md5(case.id.encode()).hexdigest())
    return list(documents.values()), cases


def _document(title: str, paragraphs: list[str]) -> Document:
    blocks, text = [], ""
    for paragraph in paragraphs:
        blocks.append(Block(BlockKind.PARAGRAPH, len(text), len(text) + len(paragraph.rstrip())))
        text += paragraph.rstrip() + "\n\n"
    identity = hashlib.sha256(title.encode()).hexdigest()
    source = Source(id=f"w{identity[:10]}", file=f"{identity[:10]}.txt", sha256=identity, title=title)
    return Document(source, text, tuple(blocks))


def _case(question: dict[str, Any], document: Document) -> Case:
    answers = []
    for place in (question, *question.get("also", ())):
        start = document.blocks[place["para"]].start
        answers += [(start + a["start"], start + a["start"] + len(a["text"])) for a in place["answers"]]
    return Case(question["id"], question["question"], document.source.id, question["para"], tuple(answers))


def by_hash(text: str, of: int) -> int:
    """A number from 0 to `of` - 1 that a text always gets."""
    return int(hashlib.md5(text.encode()).hexdigest(), 16) % of


def right(case: Case, document: str, start: int, end: int) -> bool:
    """Whether a range of a document's text overlaps one of the case's answers."""
    return document == case.document and any(start < last and first < end for first, last in case.answers)


def reduced(documents: list[Document]) -> Reduced:
    """Take away some of the documents and some paragraphs of the others, always the same ones."""
    gone = frozenset(d.source.id for d in documents if by_hash(d.source.id, 10) < GONE_OF_TEN)
    cut = frozenset(
        (document.source.id, number)
        for document in documents
        for number in range(len(document.blocks))
        if by_hash(f"{document.source.id}{number}", 10) < CUT_OF_TEN
    )
    return Reduced(without(documents, gone, cut), gone, cut)


def without(
    documents: list[Document], ids: AbstractSet[str], paragraphs: AbstractSet[tuple[str, int]]
) -> list[Document]:
    """Leave out whole documents, and single paragraphs of others; what stays keeps its place in the text."""
    return [
        _cut(document, {number for name, number in paragraphs if name == document.source.id})
        for document in documents
        if document.source.id not in ids
    ]


def _cut(document: Document, numbers: set[int]) -> Document:
    text = document.text
    for block in (document.blocks[number] for number in numbers):
        text = text[: block.start] + " " * (block.end - block.start) + text[block.end :]
    blocks = tuple(block for number, block in enumerate(document.blocks) if number not in numbers)
    return Document(document.source, text, blocks)
