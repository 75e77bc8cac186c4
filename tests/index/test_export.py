from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from index.encoder import SentenceTransformersEncoder
from index.export import LEAST_COSINE, NotExportable, _without_tokens, export, exported
from index.onnx_encoder import FILES, OnnxEncoder
from index.types import Encoder, ModelUnusable
from tests.index import tiny_models

Features = dict[str, torch.Tensor]

TEXTS = ["The board meets.", "Tea.", "Who chairs the board, the ferry?", "tea " * 40, "Unheard words, 北!", ""]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a model that nothing is odd about."""
    return tiny_models.made(tmp_path_factory.mktemp("tiny"))


class Undecided(torch.nn.Module):
    """What it does depends on the text: nothing that can be written down as a graph."""

    def forward(self, features: Features) -> Features:
        turned = float(features["token_embeddings"][0, 0, 0]) > 0
        return {**features, "sentence_embedding": features["sentence_embedding"] * (-1 if turned else 1)}


class Moody(torch.nn.Module):
    """What it does when it is exported is not what it does otherwise."""

    def forward(self, features: Features) -> Features:
        turned = torch.compiler.is_exporting()
        return {**features, "sentence_embedding": features["sentence_embedding"].roll(1 if turned else 0, -1)}


def least_cosine(one: Encoder, other: Encoder, texts: Sequence[str]) -> float:
    """Of all vectors, of texts and of tokens."""
    least = 1.0
    for left, right in zip(one.encode(texts), other.encode(texts), strict=True):
        np.testing.assert_array_equal(left.spans, right.spans)
        least = min([least, float(left.vector @ right.vector), *(left.tokens * right.tokens).sum(axis=1).tolist()])
    return least


def test_a_model_exported_by_another_process_gives_the_vectors_of_the_original(tiny: str, tmp_path: Path) -> None:
    exported(tiny, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(FILES)
    original = SentenceTransformersEncoder(tiny)
    copy = OnnxEncoder(tmp_path, tiny, original.fingerprint)
    assert (copy.dimension, copy.backend, original.backend) == (32, "onnx", "sentence-transformers")
    assert least_cosine(original, copy, TEXTS) > 1 - 1e-6


def test_the_real_model_keeps_the_vectors_of_real_text(encoder: Encoder) -> None:
    """Of briefings that the export itself was not compared with, past the model's limit, too."""
    briefings = sorted((Path(__file__).parents[2] / "knowledge" / "documents").glob("*.md"))[1:]
    whole = [file.read_text("utf-8") for file in briefings]
    texts = [*whole, *(part for text in whole for part in text.split("\n\n")[::4])]
    assert len(texts) > 20
    assert least_cosine(SentenceTransformersEncoder(), encoder, texts) > LEAST_COSINE


def test_nothing_of_the_machine_is_in_the_files(exported_model: Path) -> None:
    graph = (exported_model / "model.onnx").read_bytes()
    assert [place for place in (b"site-packages", b".py", str(Path.home()).encode()) if place in graph] == []


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (Undecided, "data-dependent"),
        (Moody, r"^its export gives other vectors \(a cosine of -?0\.\d{4} with its own\)$"),
    ],
)
def test_a_model_that_cannot_be_written_down_is_refused_with_the_reason(
    tiny: str, last: type[torch.nn.Module], why: str, tmp_path: Path
) -> None:
    odd = SentenceTransformersEncoder(tiny)
    odd.transformer.append(last())
    with pytest.raises(NotExportable, match=why):
        export(odd, tmp_path, TEXTS)


def test_a_model_that_is_not_here_is_no_model_that_cannot_be_exported(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"^There is no model '/no/such/folder' on this machine"):
        exported("/no/such/folder", tmp_path)


def test_the_other_process_gets_no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    monkeypatch.setenv("HF_HOME", "/somewhere")
    passed_on = _without_tokens()
    assert "xoxb-secret" not in passed_on.values()
    assert passed_on["HF_HOME"] == "/somewhere"
