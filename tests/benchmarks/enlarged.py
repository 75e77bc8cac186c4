"""A library of any size from real text and real vectors, and an encoder that stands in for the model.

Some thousand real passages and questions are encoded once by the model. A passage of the library begins with sentences
of one of them and ends with sentences of another; its words keep their vectors, and its own lies between those of the
two, with a little noise. So times and sizes are like real ones. Recall is not: what is mixed lies closer together than
what people write, which is why it is measured on the real vectors alone, too.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.types import ONNX, Encoder, Encoding, Floats, Ints
from index.vectors import unit
from knowledge.passages import cut
from knowledge.text import sentence_spans, single_spaced
from knowledge.types import Block, BlockKind, Document, Passage, Source
from tests.benchmarks import policies, wikipedia
from tests.benchmarks.libraries import libraries

PARAGRAPHS = 50
"""Of a document; each becomes a passage."""
LEAST_CHARS, MOST_CHARS = 300, 750
"""Of a real passage whose sentences are used: two halves of such make one passage."""
NOISE = 0.15
"""Length of what is added to a mixed vector of length 1."""
ENCODED_AT_ONCE = 64
QUESTIONS = 1_000
"""Of each set at most."""
BETWEEN = "  "
"""Between two sentences, so that the stand-in finds them again."""

_ARRAYS = ("vectors", "tokens", "spans", "starts")


@dataclass(frozen=True, slots=True)
class Encoded:
    """Real texts with their encodings."""

    texts: list[dict[str, Any]]
    """Each with its `text`."""
    vectors: Floats
    tokens: NDArray[np.float16]
    """Of all texts one after the other."""
    spans: Ints
    starts: NDArray[np.int64]
    """Where the tokens of each text begin, shape (texts + 1,)."""

    def encoding(self, number: int) -> Encoding:
        """Of one text."""
        chosen = slice(*self.starts[number : number + 2].tolist())
        return Encoding(self.vectors[number], self.tokens[chosen].astype(np.float32), self.spans[chosen])


def prepare(folder: Path) -> None:
    """Encode the real texts that are at hand with the default model, if the folder does not hold them yet.

    It then has the `passages` of all libraries, the same cut in `halves`, so that there are more of them, and the
    `questions` that are known to each; and in `model.json` the model's fingerprint, and what a passage cost.
    """
    if (folder / "model.json").exists():
        return
    from index.encoder import SentenceTransformersEncoder

    encoder = SentenceTransformersEncoder()
    documents, questions = _at_hand()
    passages = [_described(document, passage) for document in documents for passage in cut(document)]
    folder.mkdir(parents=True, exist_ok=True)
    _encode(folder, "questions", questions, encoder)
    began = time.process_time()
    _encode(folder, "passages", passages, encoder)
    seconds = (time.process_time() - began) / len(passages)
    _encode(folder, "halves", [half for each in passages for half in _halves(each)], encoder)
    (folder / "model.json").write_text(json.dumps({"fingerprint": encoder.fingerprint, "seconds": seconds}))


def _at_hand() -> tuple[list[Document], list[dict[str, Any]]]:
    documents: list[Document] = []
    asked: dict[str, str] = {}
    for name, file in (("wikipedia", wikipedia.FILE), ("policies", policies.FILE)):
        if file.exists():
            found, cases = wikipedia.read(file)
            documents += found
            asked |= {case.question: name for case in cases[:QUESTIONS]}
    for library in libraries():
        documents += library.documents
        asked |= {pair.question: "pairs" for pair in library.pairs}
    return documents, [{"text": text, "of": of} for text, of in asked.items()]


def _encode(folder: Path, name: str, texts: Sequence[dict[str, Any]], encoder: Encoder) -> None:
    encodings: list[Encoding] = []
    for first in range(0, len(texts), ENCODED_AT_ONCE):
        encodings += encoder.encode([each["text"] for each in texts[first : first + ENCODED_AT_ONCE]])
    np.save(folder / f"{name}.vectors.npy", np.stack([each.vector for each in encodings]))
    np.save(folder / f"{name}.tokens.npy", np.concatenate([each.tokens for each in encodings]).astype(np.float16))
    np.save(folder / f"{name}.spans.npy", np.concatenate([each.spans for each in encodings]))
    np.save(folder / f"{name}.starts.npy", np.cumsum([0, *(len(each.spans) for each in encodings)], dtype=np.int64))
    (folder / f"{name}.json").write_text(json.dumps(list(texts)))


def opened(folder: Path, name: str) -> Encoded:
    """Open what `prepare` wrote."""
    arrays = [np.asarray(np.load(folder / f"{name}.{array}.npy", mmap_mode="r")) for array in _ARRAYS]
    return Encoded(json.loads((folder / f"{name}.json").read_text()), *arrays)


def _described(document: Document, passage: Passage) -> dict[str, Any]:
    body = passage.embedded[passage.body :]
    spans = [(passage.body + start, passage.body + end) for start, end in sentence_spans(body)]
    return {"text": passage.embedded, "title": document.source.title, "body": passage.body, "sentences": spans}


def _halves(passage: dict[str, Any]) -> list[dict[str, Any]]:
    text, spans = passage["text"], passage["sentences"]
    middle = len(spans) // 2
    return [{"text": text[: passage["body"]] + text[p[0][0] : p[-1][1]]} for p in (spans[:middle], spans[middle:]) if p]


class Library:
    """Documents by number, and the encoder that knows their passages. Fingerprint and projection are the model's.

    Args:
        folder: Where the encodings of real `passages` and `questions` are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.passages, self.questions = opened(folder, "passages"), opened(folder, "questions")
        model = json.loads((folder / "model.json").read_text())
        self.model, self.backend, self.fingerprint = "stand-in", ONNX, str(model["fingerprint"])
        self.dimension = int(self.passages.vectors.shape[1])
        self.passage_seconds = float(model["seconds"])
        self.seconds = 0.0
        self._asked = {each["text"]: number for number, each in enumerate(self.questions.texts)}

    @cached_property
    def _usable(self) -> list[int]:
        texts = self.passages.texts
        sizes = [len(each["text"]) - each["body"] if len(each["sentences"]) > 1 else 0 for each in texts]
        return [number for number, size in enumerate(sizes) if LEAST_CHARS <= size <= MOST_CHARS]

    @cached_property
    def _sentences(self) -> dict[str, tuple[int, int, int]]:
        """Of each sentence the passage, and its start and end there."""
        return {
            single_spaced(self.passages.texts[number]["text"][start:end]): (number, start, end)
            for number in self._usable
            for start, end in self.passages.texts[number]["sentences"]
        }

    def document(self, number: int, edition: int = 1) -> Document:
        """One document; another edition of it says something else in its last paragraph."""
        random = np.random.default_rng((number, edition))
        pairs = np.random.default_rng(number).choice(self._usable, (PARAGRAPHS, 2))
        if edition > 1:
            pairs[-1] = random.choice(self._usable, 2)
        text, blocks = "", []
        for one, other in pairs.tolist():
            paragraph = BETWEEN.join([*self._half(one, True), *self._half(other, False)])
            blocks.append(Block(BlockKind.PARAGRAPH, len(text), len(text) + len(paragraph)))
            text += paragraph + "\n\n"
        title = f"{single_spaced(self.passages.texts[int(pairs[0, 0])]['title'])} {number}"
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        source = Source(id=f"d{number:06}", file=f"d{number:06}.txt", sha256=sha256, title=title)
        return Document(source, text, tuple(blocks))

    def _half(self, number: int, first: bool) -> list[str]:
        each = self.passages.texts[number]
        middle = len(each["sentences"]) // 2
        chosen = each["sentences"][:middle] if first else each["sentences"][middle:]
        return [single_spaced(each["text"][start:end]) for start, end in chosen]

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Give a real question its own encoding, and a passage one of its sentences."""
        began = time.process_time()
        encodings = [self._encoding(text) for text in texts]
        self.seconds += time.process_time() - began
        return encodings

    def _encoding(self, text: str) -> Encoding:
        if text in self._asked:
            return self.questions.encoding(self._asked[text])
        place = text.rfind("\n") + 1
        parts: list[tuple[NDArray[np.float16], Ints]] = []
        vector = np.zeros(self.dimension, np.float32)
        for sentence in text[place:].split(BETWEEN):
            number, start, end = self._sentences[sentence]
            first, last = self.passages.starts[number : number + 2].tolist()
            spans = self.passages.spans[first:last]
            inside = (spans[:, 0] >= start) & (spans[:, 1] <= end)
            parts.append((self.passages.tokens[first:last][inside], spans[inside] - start + place))
            vector += len(sentence) * self.passages.vectors[number]
            place += len(sentence) + len(BETWEEN)
        seed = int.from_bytes(hashlib.md5(text.encode()).digest()[:8])
        noise = np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
        mixed = unit(unit(vector) + NOISE * unit(noise))
        tokens, spans = (np.concatenate(each) for each in zip(*parts, strict=True))
        return Encoding(mixed, tokens.astype(np.float32), spans)
