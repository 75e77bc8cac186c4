"""Questions on 20 privacy policies (PolicyQA), each asked within one policy; every annotated passage is right."""

from __future__ import annotations

from knowledge.types import Document
from tests.benchmarks.wikipedia import FOLDER, Case, read

FILE = FOLDER / "policyqa_dev.json.gz"


def load() -> list[tuple[Document, list[Case]]]:
    """Read the policies, each with its questions."""
    documents, cases = read(FILE)
    return [(document, [case for case in cases if case.document == document.source.id]) for document in documents]
