"""Questions on 48 Wikipedia articles (SQuADShifts), split in two by a hash of the title: one half is for tuning."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from knowledge.types import Block, BlockKind, Document, Source

FILE = Path(__file__).parents[3] / "shared" / "benchmarks" / "squadshifts_new_wiki.json.gz"


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and where in its article the answers stand."""

    id: str
    question: str
    document: str
    paragraph: int
    answers: tuple[tuple[int, int], ...]
    """Ranges in the document's text."""


def load(tuning: bool) -> tuple[list[Document], list[Case]]:
    """Read the articles and questions of one half."""
    data = json.loads(gzip.decompress(FILE.read_bytes()))
    documents: dict[str, Document] = {}
    for article in data["docs"]:
        if (int(hashlib.md5(article["title"].encode()).hexdigest(), 16) % 2 == 0) == tuning:
            document = _document(article["title"], article["paragraphs"])
            documents[article["doc_id"]] = document
    cases = []
    for question in data["questions"]:
        document_ = documents.get(question["doc_id"])
        if document_ is None or not question["answers"]:
            continue
        start = document_.blocks[question["para"]].start
        answers = tuple((start + a["start"], start + a["start"] + len(a["text"])) for a in question["answers"])
        cases.append(Case(question["id"], question["question"], document_.source.id, question["para"], answers))
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


def right(case: Case, document: str, start: int, end: int) -> bool:
    """Whether a range of a document's text overlaps one of the case's answers."""
    return document == case.document and any(start < last and first < end for first, last in case.answers)


def without(documents: list[Document], ids: set[str], paragraphs: set[tuple[str, int]]) -> list[Document]:
    """Leave out whole documents, and single paragraphs of others."""
    return [
        Document(
            document.source,
            document.text,
            tuple(b for n, b in enumerate(document.blocks) if (document.source.id, n) not in paragraphs),
        )
        for document in documents
        if document.source.id not in ids
    ]
