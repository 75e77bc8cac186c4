"""Many texts encoded by another process, on all cores and at low priority: whoever asks a question goes first.

The process, `python -m index.elsewhere FOLDER MODEL FINGERPRINT`, loads an exported model and encodes what it is sent
until its pipe is closed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from index.onnx_encoder import BATCH, OnnxEncoder
from index.types import Encoding, EncodingFailed
from knowledge.frames import end, receive, send

NICER = 10
"""How much the process lowers its priority, in the system's steps from -20 to 19: to about a tenth of a core's time."""
FEW = BATCH
"""Texts, one batch, that are not worth half a second until the other process is there."""
_ROOT = Path(__file__).parents[1]


class EncoderElsewhere:
    """An `Encoder` that encodes a few texts itself, and many in another process, which starts with the first of them.

    Not safe to share between threads.

    Args:
        here: The same model, in this process.
    """

    def __init__(self, here: OnnxEncoder) -> None:
        self._here = here
        self.model, self.fingerprint, self.backend = here.model, here.fingerprint, here.backend
        self.dimension = here.dimension
        self._server: Any = None  # a Popen whose pipes are there

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode each text, in the order given.

        Raises:
            EncodingFailed: The other process ended: somebody killed it, or there was not enough memory.
        """
        if len(texts) <= FEW:
            return self._here.encode(texts)
        try:
            self._server = self._server or self._started()
            send(self._server.stdin, {"texts": texts})
            head, parts = receive(self._server.stdout)
        except (OSError, EOFError):
            self.close()
            raise EncodingFailed(
                f"The process that encodes passages ended before {len(texts)} of them were done, which happens when "
                "memory runs out. Nothing was changed; run `merger-bot index update` again."
            ) from None
        return _unpacked(head["tokens"], parts, self.dimension)

    def close(self) -> None:
        """End the other process."""
        if self._server is not None:
            self._end()
            self._server = None

    def _started(self) -> subprocess.Popen[bytes]:
        here = self._here
        server = subprocess.Popen(
            [sys.executable, "-P", "-m", "index.elsewhere", str(here.folder), here.model, here.fingerprint],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
            start_new_session=True,  # Ctrl-C in a terminal is the parent's affair
        )
        self._end = weakref.finalize(self, end, server)
        return server


def _packed(encodings: Sequence[Encoding]) -> tuple[list[int], list[bytes]]:
    """How many tokens each has, and all vectors, token vectors and spans one after another."""
    lists = zip(*((each.vector, each.tokens, each.spans) for each in encodings), strict=True)
    return [len(each.spans) for each in encodings], [np.concatenate(arrays).tobytes() for arrays in lists]


def _unpacked(tokens: Sequence[int], parts: Sequence[bytes], dimension: int) -> list[Encoding]:
    vectors = np.frombuffer(parts[0], np.float32).reshape(-1, dimension)
    token_vectors = np.frombuffer(parts[1], np.float32).reshape(-1, dimension)
    spans = np.frombuffer(parts[2], np.int32).reshape(-1, 2)
    places = np.cumsum(tokens)[:-1]
    return [
        Encoding(*each) for each in zip(vectors, np.split(token_vectors, places), np.split(spans, places), strict=True)
    ]


def serve(encoder: OnnxEncoder, source: BinaryIO, to: BinaryIO) -> None:
    """Encode texts for the one at the other end of the pipes, until it closes them."""
    while True:
        try:
            asked, _ = receive(source)
        except EOFError:
            return
        tokens, parts = _packed(encoder.encode(asked["texts"]))
        send(to, {"tokens": tokens}, *parts)


if __name__ == "__main__":
    os.nice(NICER)
    serve(OnnxEncoder(Path(sys.argv[1]), *sys.argv[2:]), sys.stdin.buffer, sys.stdout.buffer)
