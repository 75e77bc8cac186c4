"""A sentence-transformers model made into files that ONNX Runtime runs, and held against the original.

It happens once for a model, in a process of its own, `python -m index.export MODEL FOLDER`: torch and all that comes
with it, half a gigabyte, are gone when it ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import SentenceTransformersEncoder
from index.onnx_encoder import FINGERPRINT, GRAPH, TOKENIZER, TOKENS, VECTOR, OnnxEncoder
from index.types import Encoding, Floats, ModelUnusable

LEAST_COSINE = 0.9999
"""Of a vector with the original's, for whole texts and for tokens. What rounding alone does is past the sixth nine."""
_UNUSABLE, _NOT_EXPORTABLE = 1, 2  # exit codes
_ROOT = Path(__file__).parents[1]


class NotExportable(Exception):
    """A model works, and cannot be exported. The message is the reason."""


def exported(model: str, folder: Path) -> None:
    """Export a model in another process.

    Args:
        model: As `SentenceTransformersEncoder` takes it.
        folder: An empty one, for the files that `OnnxEncoder` loads.

    Raises:
        ModelUnusable: There is no such model here, or its weights are not the ones they should be.
        NotExportable: It cannot be exported, or the export gives other vectors.
    """
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "index.export", model, str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what the exporter is telling its own developers
        env={**_without_tokens(), "PYTHONPATH": str(_ROOT)},
        check=False,
    )
    said = ended.stdout.decode(errors="replace").strip()
    if ended.returncode == _UNUSABLE and said:
        raise ModelUnusable(said)
    if ended.returncode != 0:
        raise NotExportable(said or f"the process that exports it ended with {ended.returncode}")


def _without_tokens() -> dict[str, str]:
    """The environment, where the libraries below look for their caches; Slack's tokens are none of their business."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}


def export(original: SentenceTransformersEncoder, folder: Path, samples: Sequence[str]) -> None:
    """Export a model to a folder, and compare what it gives for sample texts with what the original gives.

    Raises:
        NotExportable: As for `exported`.
    """
    try:
        _write_graph(original, folder / GRAPH)
        _write_tokenizer(original.transformer, folder / TOKENIZER)
        copy = OnnxEncoder(folder, original.model, original.fingerprint)
        encodings = original.encode(samples), copy.encode(samples)
    except Exception as problem:  # the exporter's, which are many
        raise NotExportable(_first_cause(problem)) from problem
    least = min(chain([1.0], *map(_cosines, *encodings)))
    if least < LEAST_COSINE:
        raise NotExportable(f"its export gives other vectors (a cosine of {least:.4f} with its own)")


def _first_cause(problem: BaseException) -> str:
    """What went wrong to begin with, in a line; around it stands what the exporter advises its own developers."""
    while problem.__cause__ is not None:
        problem = problem.__cause__
    return str(problem).strip().partition("\n")[0] or type(problem).__name__


def _write_graph(original: SentenceTransformersEncoder, file: Path) -> None:
    import torch

    class Graph(torch.nn.Module):
        def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            output = transformer.forward(dict(zip(names, inputs, strict=True)))
            return output[VECTOR], output[TOKENS]

    transformer = original.transformer
    names = list(transformer.tokenizer.model_input_names)
    two = transformer.tokenizer(["Who chairs the board?", "Tea."], padding=True, return_tensors="pt")
    graph = Graph().eval()
    graph.transformer = transformer
    axes = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens")}
    with warnings.catch_warnings(action="ignore"):
        program = torch.onnx.export(
            graph,
            tuple(two[name] for name in names),
            dynamo=True,
            dynamic_shapes=(tuple(axes for _ in names),),
            input_names=names,
            output_names=[VECTOR, TOKENS],
            verbose=False,
        )
    if program is None:
        raise NotExportable("the exporter gave nothing")
    for node in program.model.graph.all_nodes():
        node.metadata_props.clear()  # where in which file each came from
    program.model.metadata_props[FINGERPRINT] = original.fingerprint
    program.save(file, external_data=True)


def _write_tokenizer(transformer: Any, file: Path) -> None:  # noqa: ANN401 (sentence-transformers has no types)
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(transformer.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    tokenizer.enable_truncation(transformer.max_seq_length)
    tokenizer.save(str(file))


def _cosines(one: Encoding, other: Encoding) -> Iterable[float]:
    """Of all vectors of a text with their counterparts; -1 if it was split into other tokens."""
    if not np.array_equal(one.spans, other.spans):
        return [-1.0]
    pairs: Floats = np.vstack([one.vector, one.tokens]) * np.vstack([other.vector, other.tokens])
    cosines: list[float] = pairs.sum(axis=1).tolist()
    return cosines


def _samples() -> list[str]:
    """Real text of all lengths: a bundled briefing, whole and by paragraphs."""
    whole = min((_ROOT / "knowledge" / "documents").glob("*.md")).read_text("utf-8")
    return [whole, *(text for text in whole.split("\n\n") if text.strip())]


def main(model: str, folder: str) -> int:
    """Export, and write why if it cannot be done, for the process that waits."""
    try:
        export(SentenceTransformersEncoder(model), Path(folder), _samples())
    except ModelUnusable as problem:
        sys.stdout.write(str(problem))
        return _UNUSABLE
    except NotExportable as problem:
        sys.stdout.write(str(problem))
        return _NOT_EXPORTABLE
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
