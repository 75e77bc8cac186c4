"""The model that the settings name: exported when it is new, kept with each index, and loaded from there."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from index.snapshot import Parts
from index.types import ONNX, SENTENCE_TRANSFORMERS, Encoder, Kept, Manifest, ModelMismatch

Exporting = Callable[[int, int], None]
"""Told 0 of 1 when an export begins, and 1 of 1 when it is done: some twenty seconds, once for a model."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an index is built with."""

    encoder: Encoder
    parts: Parts
    """The exported model, to be kept with the index; nothing if it cannot be exported."""


class Model:
    """The model of a home. Safe to share between threads; loads nothing before it is needed.

    Args:
        name: As it stands in the settings.
        folder: Where the snapshots lie.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.model = name
        self._folder = folder
        self._lock = threading.Lock()
        self._serving: Encoder | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Hash of its weights, as they are now.

        Raises:
            ModelUnusable: There is no such model here, or its weights are not the ones they should be.
        """
        from index.encoder import fingerprint

        return fingerprint(self.model)

    def of(self, manifest: Manifest) -> Encoder:
        """The encoder that questions to an index are asked with: the model that is kept with it.

        Raises:
            ModelMismatch: It was built with another model than the settings name.
            ModelUnusable: It cannot be loaded, or there is no model that the settings name.
        """
        if manifest.model != self.model and manifest.fingerprint != self.fingerprint:
            raise ModelMismatch(
                f"The index {manifest.version} was built with the model {manifest.model}; the settings name "
                f"{self.model}. Run `merger-bot index update` to build it anew, or set MERGER_BOT_MODEL back."
            )
        with self._lock:
            known = self._serving
            if known is None or (known.fingerprint, known.backend) != (manifest.fingerprint, manifest.backend):
                self._serving = known = self._loaded(manifest)
            return known

    def _loaded(self, manifest: Manifest) -> Encoder:
        if manifest.backend == ONNX:
            from index.onnx_encoder import OnnxEncoder

            return OnnxEncoder(self._folder / manifest.version, manifest.model, manifest.fingerprint)
        if manifest.backend == SENTENCE_TRANSFORMERS:
            from index.encoder import SentenceTransformersEncoder

            return SentenceTransformersEncoder(manifest.model)
        raise ModelMismatch(
            f"The index {manifest.version} was built through {manifest.backend!r}, which this version of the program "
            "does not know. Run `merger-bot index update` to build it anew."
        )

    @contextmanager
    def prepared(self, live: Manifest | None, exporting: Exporting = lambda done, of: None) -> Iterator[Prepared]:
        """What a new index is built with: the export that the live one has, or a new one.

        Args:
            live: Of the live index; None if there is none, or it cannot be read.
            exporting: Told of an export.

        Raises:
            ModelUnusable: There is no such model here, or its weights are not the ones they should be.
        """
        if live is not None and (live.fingerprint, live.backend) == (self.fingerprint, ONNX):
            from index.onnx_encoder import FILES

            with self._elsewhere(self._folder / live.version) as encoder:
                yield Prepared(encoder, {name: Kept(live.version) for name in FILES})
            return
        with tempfile.TemporaryDirectory(prefix="merger-bot-") as folder:
            yield from self._exported(Path(folder), exporting)

    def _exported(self, folder: Path, exporting: Exporting) -> Iterator[Prepared]:
        from index.export import NotExportable, exported
        from index.onnx_encoder import FILES

        exporting(0, 1)
        try:
            exported(self.model, folder)
        except NotExportable as reason:
            from index.encoder import SentenceTransformersEncoder

            logger.warning(
                "The model %s cannot be exported to ONNX: %s. It is used through sentence-transformers, which takes "
                "seconds to start.", self.model, reason,
            )  # fmt: skip
            exporting(1, 1)
            yield Prepared(SentenceTransformersEncoder(self.model), {})
            return
        exporting(1, 1)
        with self._elsewhere(folder) as encoder:
            yield Prepared(encoder, {name: (folder / name).read_bytes() for name in FILES})

    @contextmanager
    def _elsewhere(self, folder: Path) -> Iterator[Encoder]:
        from index.elsewhere import EncoderElsewhere
        from index.onnx_encoder import OnnxEncoder

        encoder = EncoderElsewhere(OnnxEncoder(folder, self.model, self.fingerprint))
        try:
            yield encoder
        finally:
            encoder.close()
