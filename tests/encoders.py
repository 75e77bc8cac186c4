"""An encoder without a model, whose vectors can be worked out by hand."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index.model import Model, Prepared
from index.types import Encoder, Encoding, Floats, Manifest

_WORD = re.compile(r"\w+")


class WordsEncoder:
    """Each known word is an axis, and a text points where its known words point together.

    One more axis is for all other words: it is the vector of a token that is not known, and of a text without any
    known word. `asked` keeps every text that was to be encoded.
    """

    backend = "words"

    def __init__(self, words: str, fingerprint: str = "words-1") -> None:
        self.model = "words"
        self.fingerprint = fingerprint
        self.axes = {word: axis for axis, word in enumerate(words.split())}
        self.dimension = len(self.axes) + 1
        self.asked: list[str] = []
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        with self._lock:
            self.asked.extend(texts)
        return [self._encoding(text) for text in texts]

    def axis(self, word: str) -> Floats:
        """The vector of one word."""
        vector = np.zeros(self.dimension, np.float32)
        vector[self.axes.get(word.lower(), self.dimension - 1)] = 1
        return vector

    def _encoding(self, text: str) -> Encoding:
        found = list(_WORD.finditer(text))
        tokens = np.array([self.axis(match.group()) for match in found], np.float32).reshape(-1, self.dimension)
        known = tokens.sum(axis=0)
        known[-1] = 0
        length = np.linalg.norm(known)
        vector = known / length if length else self.axis("")
        spans = np.array([match.span() for match in found], np.int32).reshape(-1, 2)
        return Encoding(vector.astype(np.float32), tokens, spans)


class ThisModel(Model):
    """The model of a home whose encoder is there already, and of which nothing is kept with an index."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__(encoder.model, Path())
        self._encoder = encoder
        self.fingerprint = encoder.fingerprint

    def of(self, manifest: Manifest) -> Encoder:
        return self._encoder

    @contextmanager
    def prepared(self, live: Manifest | None, exporting: object = None) -> Iterator[Prepared]:
        yield Prepared(self._encoder, {})
