"""Compare what can run the model: milliseconds, passages a second, memory, and whether answers stay as right.

python -m tests.benchmarks.encoding

Passages are those of the libraries with known pairs and of one half of the Wikipedia articles (the latter where
`../shared/benchmarks` lies). Questions are those of the known pairs. "As before" compares what a question finds among
all passages with what it finds by sentence-transformers in 32 bits. Milliseconds and passages a second are of processor
time but for the last line.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from bot import Assistant, evaluate
from index.elsewhere import EncoderElsewhere
from index.encoder import DEFAULT_MODEL, SentenceTransformersEncoder, fingerprint
from index.export import exported
from index.onnx_encoder import GRAPH, TOKENIZER, OnnxEncoder
from index.types import Encoder, Encoding, Floats
from knowledge.passages import cut
from tests.benchmarks import wikipedia
from tests.benchmarks.cost import machine
from tests.benchmarks.libraries import Pairs, libraries

TIMED_PASSAGES = 128
FOUND = 10


class Halved(SentenceTransformersEncoder):
    """The model in numbers of 16 bits (bf16) where that is quicker."""

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return super().encode(texts)

    def __init__(self) -> None:
        super().__init__()
        forward = self.transformer.forward

        def widened(features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
            return {
                name: tensor.float() if isinstance(tensor, torch.Tensor) and tensor.is_floating_point() else tensor
                for name, tensor in forward(features).items()
            }

        self.transformer.forward = widened


def quantised(folder: Path, to: Path) -> OnnxEncoder:
    """The exported model with weights of 8 bits."""
    quantize_dynamic(folder / GRAPH, to / GRAPH, weight_type=QuantType.QInt8)
    (to / TOKENIZER).write_bytes((folder / TOKENIZER).read_bytes())
    return OnnxEncoder(to, DEFAULT_MODEL, fingerprint(DEFAULT_MODEL))


def passages(known: Sequence[Pairs]) -> list[str]:
    """What is embedded of all passages at hand."""
    documents = [document for library in known for document in library.documents]
    if wikipedia.FILE.exists():
        documents += wikipedia.load(tuning=False)[0]
    return [passage.embedded for document in documents for passage in cut(document)]


def processor_ms(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Milliseconds that it takes."""
    began = clock()
    work()
    return (clock() - began) * 1000


def vectors(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """Of texts, shape (texts, dimension)."""
    return np.stack([encoding.vector for encoding in encoder.encode(texts)])


def found(encoder: Encoder, texts: Sequence[str], questions: Sequence[str]) -> list[list[int]]:
    """The nearest passages of each question, the nearest first."""
    products = vectors(encoder, questions) @ vectors(encoder, texts).T
    nearest: list[list[int]] = np.argsort(-products, axis=1)[:, :FOUND].tolist()
    return nearest


def answers(encoder: Encoder, known: Sequence[Pairs]) -> str:
    """How many known pairs of each library are right and declined."""
    told = []
    for library in known:
        report = evaluate.run(Assistant.of(library.documents, encoder), library.pairs)
        told.append(f"{report.tally(True).right}+{report.tally(False).right}")
    return " | ".join(told)


Found = list[list[int]]


def row(name: str, encoder: Encoder, known: Sequence[Pairs], base: Found, texts: Sequence[str]) -> Found:
    """Measure one encoder, and print its row."""
    questions = [pair.question for library in known for pair in library.pairs]
    encoder.encode(questions[:5])
    asked = statistics.median(processor_ms(lambda one=one: encoder.encode([one])) for one in questions)  # type: ignore[misc]
    some = sorted(texts, key=len)[:: max(1, len(texts) // TIMED_PASSAGES)]
    rate = len(some) / processor_ms(lambda: encoder.encode(some)) * 1000
    now = found(encoder, texts, questions)
    first = np.mean([one[0] == other[0] for one, other in zip(now, base or now, strict=True)])
    ten = np.mean([len(set(one) & set(other)) / FOUND for one, other in zip(now, base or now, strict=True)])
    print(f"| {name} | {asked:.1f} | {rate:.0f} | {first:.1%} | {ten:.1%} | {answers(encoder, known)} |", flush=True)
    return now


def main() -> None:
    """Print the table."""
    known = list(libraries())
    texts = passages(known)
    print(f"{machine()} {len(texts)} passages, {sum(len(library.pairs) for library in known)} questions.\n")
    names = " | ".join(f"{library.name}: right + declined" for library in known)
    print(f"| Model run by | question, ms | passages a second and core | first as before | ten as before | {names} |")
    print("| --- " * (5 + len(known)) + "|")
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        exported(DEFAULT_MODEL, Path(folder))
        onnx = OnnxEncoder(Path(folder), DEFAULT_MODEL, fingerprint(DEFAULT_MODEL))
        base = row("sentence-transformers, fp32", SentenceTransformersEncoder(), known, [], texts)
        row("sentence-transformers, bf16", Halved(), known, base, texts)
        row("**ONNX Runtime, fp32**", onnx, known, base, texts)
        row("ONNX Runtime, int8", quantised(Path(folder), Path(other)), known, base, texts)
        with contextlib.closing(EncoderElsewhere(onnx)) as elsewhere:
            elsewhere.encode(texts[:TIMED_PASSAGES])
            some = sorted(texts, key=len)[:: max(1, len(texts) // TIMED_PASSAGES)]
            rate = len(some) / processor_ms(lambda: elsewhere.encode(some), time.perf_counter) * 1000
    print(
        f"\nAn update encodes {rate:.0f} passages a second by the clock, in another process on {os.cpu_count()} cores."
    )


if __name__ == "__main__":
    main()
