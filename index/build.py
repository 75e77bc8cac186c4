"""Plan what an update changes, and build an index that encodes only what is new."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import numpy as np

from index.projection import projection_for
from index.search import Index, assemble
from index.types import Changes, Encoder, Manifest
from index.vectors import quantised
from knowledge.passages import CUTTER_VERSION, cut
from knowledge.types import Document

ENCODED_AT_ONCE = 64
"""Passages between two reports of progress."""

Progress = Callable[[int, int], None]
"""Told how many passages are encoded, of how many."""


def plan(live: Manifest | None, digests: Mapping[str, str], encoder: Encoder) -> Changes:
    """Compare the library with the live index.

    Args:
        live: Manifest of the live index; None if there is none.
        digests: Source id to the hash of its bytes and metadata, of the library as it is now.
        encoder: The model that the update would use.
    """
    before = live.sources if live else {}
    return Changes(
        added=tuple(sorted(digests.keys() - before.keys())),
        changed=tuple(sorted(name for name in digests.keys() & before.keys() if digests[name] != before[name])),
        removed=tuple(sorted(before.keys() - digests.keys())),
        kept=tuple(sorted(name for name in digests.keys() & before.keys() if digests[name] == before[name])),
        rebuild=_reason_to_rebuild(live, encoder),
    )


def _reason_to_rebuild(live: Manifest | None, encoder: Encoder) -> str:
    if live is None:
        return ""
    if live.fingerprint != encoder.fingerprint:
        return f"the model is now {encoder.model}; the index was built with {live.model}"
    if live.cutter != CUTTER_VERSION:
        return f"the rules for cutting passages are version {CUTTER_VERSION}; the index was built with {live.cutter}"
    projection = projection_for(encoder).name
    if live.projection != projection:
        return (
            f"the projection of word vectors is now {projection or 'none'}; "
            f"the index was built with {live.projection or 'none'}"
        )
    return ""


def build(
    documents: Sequence[Document],
    digests: Mapping[str, str],
    encoder: Encoder,
    created: datetime,
    live: Index | None = None,
    progress: Progress = lambda done, of: None,
) -> Index:
    """Build an index of the documents. Passages that the live index already has are not encoded again.

    Args:
        documents: All that the index shall know.
        digests: Source id to the hash of its bytes and metadata, for the manifest.
        encoder: The model.
        created: Now, with its time zone.
        live: Where encodings may be taken from; ignored if it was built with another model or projection.
        progress: Told after each batch.
    """
    if len({document.source.id for document in documents}) < len(documents):
        raise ValueError("Two documents have the same id: a citation could name the wrong one.")
    passages = [passage for document in documents for passage in cut(document)]
    projection = projection_for(encoder)
    made_with = (encoder.fingerprint, projection.name)
    kept = {}
    if live is not None and (live.manifest.fingerprint, live.manifest.projection) == made_with:
        kept = {passage.digest: live.stored(passage) for passage in live.passages}
    new = list({p.digest: p.embedded for p in passages if p.digest not in kept}.items())
    for first in range(0, len(new), ENCODED_AT_ONCE):
        batch = new[first : first + ENCODED_AT_ONCE]
        for (digest, _), encoding in zip(batch, encoder.encode([text for _, text in batch]), strict=True):
            kept[digest] = (encoding.vector, quantised(projection.of(encoding.tokens)), encoding.spans)
        progress(first + len(batch), len(new))
    stored = [kept[passage.digest] for passage in passages]
    manifest = Manifest(
        version="",
        created=created,
        model=encoder.model,
        fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        cutter=CUTTER_VERSION,
        sources=dict(digests),
        passages=len(passages),
        tokens=sum(len(spans) for _, _, spans in stored),
        checksums={},
        projection=projection.name,
    )
    vectors = np.array([vector for vector, _, _ in stored], np.float32).reshape(-1, encoder.dimension)
    tokens = [tokens for _, tokens, _ in stored]
    spans = [spans for *_, spans in stored]
    return assemble(manifest, documents, passages, vectors, tokens, spans, projection.dimension)
