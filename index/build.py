"""Plan what an update changes, and build an index that reads, cuts and encodes only what is new.

What is new becomes a segment of its own, and takes small old ones in, so that segments stay few and each passage is
copied a few times in its life (the logarithmic method of Bentley and Saxe). What was removed is in no segment
afterwards; earlier editions of changed documents may lie unseen in one until they are more than what is seen there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

import numpy as np

from index import segment
from index.projection import Projection, projection_for, projection_name
from index.search import Index, assemble, with_graphs
from index.segment import Segment
from index.types import Changes, Encoder, Identity, Manifest, Stored
from index.vectors import quantised
from knowledge.passages import CUTTER_VERSION, cut
from knowledge.types import Document, Passage

ENCODED_AT_ONCE = 128
"""Passages between two reports of progress."""
SEGMENT_PASSAGES = 32_768
"""From which a segment is large enough: writing one of this size anew, half a gigabyte, takes a few seconds."""
TAKEN_IN = 2
"""Times the passages of a new segment that an old one may have to be taken into it."""

Progress = Callable[[int, int], None]
"""Told how many passages are encoded, of how many."""


def plan(live: Manifest | None, digests: Mapping[str, str], model: Identity) -> Changes:
    """Compare the library with the live index.

    Args:
        live: Manifest of the live index; None if there is none.
        digests: Source id to the hash of its bytes and metadata, of the library as it is now.
        model: The one that the update would use.
    """
    before = live.sources if live else {}
    return Changes(
        added=tuple(sorted(digests.keys() - before.keys())),
        changed=tuple(sorted(name for name in digests.keys() & before.keys() if digests[name] != before[name])),
        removed=tuple(sorted(before.keys() - digests.keys())),
        kept=tuple(sorted(name for name in digests.keys() & before.keys() if digests[name] == before[name])),
        rebuild=_reason_to_rebuild(live, model),
    )


def _reason_to_rebuild(live: Manifest | None, model: Identity) -> str:
    if live is None:
        return ""
    if live.fingerprint != model.fingerprint:
        return f"the model is now {model.model}; the index was built with {live.model}"
    if live.cutter != CUTTER_VERSION:
        return f"the rules for cutting passages are version {CUTTER_VERSION}; the index was built with {live.cutter}"
    projection = projection_name(model)
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
    """Build an index of documents. Passages that the live index already has are not encoded again.

    Args:
        documents: Those that are new or have changed. What `digests` names besides is kept as the live index has it.
        digests: Source id to the hash of its bytes and metadata, of all that the index shall know, in its order.
        encoder: The model.
        created: Now, with its time zone.
        live: Where documents are kept and encodings taken from; the latter not if it was built with another model or
            projection.
        progress: Told after each batch.

    Raises:
        ValueError: Two documents have the same id, or one is not given and cannot be kept.
    """
    given = {document.source.id: document for document in documents}
    if len(given) < len(documents):
        raise ValueError("Two documents have the same id: a citation could name the wrong one.")
    names = dict.fromkeys([*digests, *given])
    projection = projection_for(encoder)
    if live is not None and not _same_vectors(live.manifest, encoder):
        live = None
    old = _kept(names.keys() - given.keys(), live)
    number = _next_number(live)
    fresh = _new_segments([given[name] for name in names if name in given], encoder, projection, live, progress, number)
    pieces = _compacted(fresh, old, names.keys(), number + len(fresh))
    places = {each.ids[place]: (n, place) for n, (each, found) in enumerate(pieces) for place in found}
    manifest = Manifest(
        version="",
        created=created,
        model=encoder.model,
        fingerprint=encoder.fingerprint,
        backend=encoder.backend,
        dimension=encoder.dimension,
        cutter=CUTTER_VERSION,
        sources=dict(digests),
        passages=sum(map(_size, pieces)),
        tokens=sum(map(_tokens, pieces)),
        checksums={},
        projection=projection.name,
    )
    order = np.array([places[name] for name in names], np.int32).reshape(-1, 2)
    return assemble(manifest, with_graphs([each for each, _ in pieces]), order)


def _same_vectors(manifest: Manifest, encoder: Encoder) -> bool:
    made_with = (encoder.fingerprint, projection_name(encoder))
    return (manifest.fingerprint, manifest.projection) == made_with


Piece = tuple[Segment, Sequence[int]]
"""Some documents of a segment, by their numbers in ascending order."""


def _size(piece: Piece) -> int:
    """Passages."""
    return sum(map(piece[0].size, piece[1]))


def _tokens(piece: Piece) -> int:
    return sum(map(piece[0].token_count, piece[1]))


def _kept(names: AbstractSet[str], live: Index | None) -> list[Piece]:
    """The documents of the live index that stay as they are."""
    usable = live.documents.keys() if live is not None and live.manifest.cutter == CUTTER_VERSION else set()
    if lost := sorted(names - usable):
        raise ValueError(f"The documents {', '.join(lost)} are neither given nor can they be kept.")
    if live is None:
        return []
    places: list[list[int]] = [[] for _ in live.segments]
    for number, place in live.order.tolist():
        if live.segments[number].ids[place] in names:
            places[number].append(place)
    return [(each, sorted(found)) for each, found in zip(live.segments, places, strict=True) if found]


def _next_number(live: Index | None) -> int:
    return 1 + max((int(each.name[1:]) for each in (live.segments if live else ())), default=0)


def _name(number: int) -> str:
    return f"s{number:04}"


def _new_segments(
    documents: Sequence[Document],
    encoder: Encoder,
    projection: Projection,
    live: Index | None,
    progress: Progress,
    number: int,
) -> list[Segment]:
    """Cut and encode documents; only one segment at a time is held twice."""
    cuttings = [(document, cut(document)) for document in documents]
    digests = list(dict.fromkeys(passage.digest for _, passages in cuttings for passage in passages))
    known = segment.found(live.segments if live else (), digests)
    of, done = sum(digest not in known for digest in digests), 0
    made: list[Segment] = []
    for some in _portions(cuttings):
        passages = [passage for _, cuttings_of in some for passage in cuttings_of]
        new = list({passage.digest: passage.embedded for passage in passages if passage.digest not in known}.items())
        new.sort(key=lambda entry: -len(entry[1]))  # neighbours in length share a batch; the slowest go first
        stored: dict[str, Stored] = {}
        for first in range(0, len(new), ENCODED_AT_ONCE):
            batch = new[first : first + ENCODED_AT_ONCE]
            for (digest, _), encoding in zip(batch, encoder.encode([text for _, text in batch]), strict=True):
                stored[digest] = (encoding.vector, quantised(projection.of(encoding.tokens)), encoding.spans)
            done += len(batch)
            progress(done, of)
        kept = [stored.get(p.digest) or known[p.digest][0].stored(known[p.digest][1]) for p in passages]
        sizes = (encoder.dimension, projection.dimension)
        made.append(segment.made(_name(number + len(made)), [document for document, _ in some], passages, kept, *sizes))
        known.update({passage.digest: (made[-1], row) for row, passage in enumerate(passages)})
    return made


def _portions(
    cuttings: Sequence[tuple[Document, Sequence[Passage]]],
) -> Iterator[list[tuple[Document, Sequence[Passage]]]]:
    """Documents for one segment after another."""
    portion, size = [], 0
    for document, passages in cuttings:
        portion.append((document, passages))
        size += len(passages)
        if size >= SEGMENT_PASSAGES:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _compacted(fresh: Sequence[Segment], old: Sequence[Piece], names: AbstractSet[str], number: int) -> list[Piece]:
    """Put together what is small or must be written anew; the rest stays as it is.

    Args:
        fresh: New segments.
        old: What stays of the segments of the live index.
        names: Of all documents that the index shall know. A segment with others is written anew: they shall be gone.
        number: Of the first segment that is written.
    """
    whole = [(each, range(len(each.ids))) for each in fresh]
    stay: list[Piece] = [piece for piece in whole if _size(piece) >= SEGMENT_PASSAGES]
    small: list[Piece] = [piece for piece in whole if _size(piece) < SEGMENT_PASSAGES]
    anew = [piece for piece in old if set(piece[0].ids) - names or 2 * _size(piece) < len(piece[0].passages)]
    small += anew
    for piece in sorted((piece for piece in old if piece not in anew), key=_size):
        size, together = _size(piece), sum(map(_size, small))
        taken_in = size <= TAKEN_IN * together and size + together <= SEGMENT_PASSAGES
        (small if taken_in else stay).append(piece)
    if small == whole[-1:]:
        return [*stay, *small]
    for documents in _even(small):
        stay.append((joined := segment.joined(_name(number), documents), range(len(joined.ids))))
        number += 1
    return stay


def _even(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Share documents out to segments that are not too large."""
    portion: dict[int, tuple[Segment, list[int]]] = {}
    size = 0
    for each, numbers in pieces:
        for number in numbers:
            portion.setdefault(id(each), (each, []))[1].append(number)
            size += each.size(number)
            if size >= SEGMENT_PASSAGES:
                yield list(portion.values())
                portion, size = {}, 0
    if portion:
        yield list(portion.values())
