"""Vectors from an exported model, by ONNX Runtime: the same numbers as sentence-transformers gives, without torch."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.types import ONNX, Encoding, ModelMismatch, ModelUnusable
from index.vectors import unit

GRAPH = "model.onnx"
"""What is computed, with the fingerprint of the model it was exported from."""
WEIGHTS = "model.onnx.data"
"""By which numbers; ONNX Runtime looks for it beside the graph and reads it where it lies."""
TOKENIZER = "tokenizer.json"
"""With the model's limit on tokens set."""
FILES = (GRAPH, WEIGHTS, TOKENIZER)
"""Of an exported model."""

FINGERPRINT = "fingerprint"
"""Name of the graph's property that holds it."""
VECTOR, TOKENS = "sentence_embedding", "token_embeddings"
"""The outputs, as sentence-transformers calls them."""
BATCH = 8
"""Texts encoded together. Larger batches are no quicker on a CPU, and leave other cores without work."""
ERRORS_ONLY = 3
"""Of ONNX Runtime's severities."""

Tokenized = Any  # `tokenizers` has no types


class OnnxEncoder:
    """An `Encoder` on an exported model. Safe to share between threads.

    Each batch takes one thread, and several batches take all cores: a question never waits for a thread.

    Args:
        folder: Where its files lie.
        model: Name of the model it was exported from, as it stands in the settings.
        fingerprint: Of that model.

    Raises:
        ModelUnusable: It cannot be loaded.
        ModelMismatch: It was exported from another model.
    """

    backend = ONNX

    def __init__(self, folder: Path, model: str, fingerprint: str) -> None:
        self.folder = folder
        self.model = model
        self.fingerprint = fingerprint
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = ERRORS_ONLY
        try:
            self._session = onnxruntime.InferenceSession(folder / GRAPH, options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as problem:  # each library has its own classes, and some of them none
            raise ModelUnusable(f"The exported model in {folder} cannot be loaded: {problem}") from problem
        exported_from = self._session.get_modelmeta().custom_metadata_map.get(FINGERPRINT, "nothing known")
        if exported_from != fingerprint:
            raise ModelMismatch(
                f"The exported model in {folder} is of other weights ({exported_from}) than its index names "
                f"({fingerprint}). Run `merger-bot index update` to build it anew."
            )
        self._inputs = [each.name for each in self._session.get_inputs()]
        self.dimension = int(self._session.get_outputs()[0].shape[-1])

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode each text, in the order given; neighbours in length share a batch."""
        tokenized = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda number: len(tokenized[number].ids))
        batches = [order[first : first + BATCH] for first in range(0, len(order), BATCH)]
        encodings: dict[int, Encoding] = {}
        for batch, encoded in zip(batches, self._encoded([[tokenized[n] for n in b] for b in batches]), strict=True):
            encodings.update(zip(batch, encoded, strict=True))
        return [encodings[number] for number in range(len(texts))]

    def _encoded(self, batches: Sequence[Sequence[Tokenized]]) -> Iterator[list[Encoding]]:
        if len(batches) <= 1:
            yield from map(self._batch, batches)
            return
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            yield from threads.map(self._batch, batches)

    def _batch(self, tokenized: Sequence[Tokenized]) -> list[Encoding]:
        given = {
            "input_ids": _padded([each.ids for each in tokenized]),
            "attention_mask": _padded([each.attention_mask for each in tokenized]),
            "token_type_ids": _padded([each.type_ids for each in tokenized]),
        }
        vectors, tokens = self._session.run([VECTOR, TOKENS], {name: given[name] for name in self._inputs})
        encodings = []
        for number, each in enumerate(tokenized):
            spans = np.array(each.offsets, np.int32).reshape(-1, 2)
            real = np.flatnonzero(spans[:, 1] > spans[:, 0])  # not the marks around a text
            encodings.append(Encoding(unit(vectors[number]), unit(tokens[number][real]), spans[real]))
        return encodings


def _padded(rows: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Rows of one length; what fills them up is not attended to, so any token will do."""
    padded = np.zeros((len(rows), max(map(len, rows))), np.int64)
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
    return padded
