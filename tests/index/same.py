"""Whether two indexes are the same to whoever asks them."""

from __future__ import annotations

import numpy as np

from index.search import Index, read_query
from tests.encoders import WordsEncoder

QUESTIONS = ("Who is the board chair?", "Tea, care and a zebra?", "Board tea?", "Care (new), patients?", "Who?")


def assert_same(one: Index, other: Index) -> None:
    """The same documents and passages in the same order, the same vectors, and the same answers to the last bit."""
    nameless = {"segments": (), "version": "", "checksums": {}, "format": 0}
    assert one.manifest.model_copy(update=nameless) == other.manifest.model_copy(update=nameless)
    assert list(one.documents.items()) == list(other.documents.items())
    assert list(one.passages) == list(other.passages)
    for passage in one.passages:
        for mine, its in zip(one.stored(passage), other.stored(passage), strict=True):
            np.testing.assert_array_equal(mine, its)
    words = WordsEncoder("board chair tea care", fingerprint=one.manifest.fingerprint)
    if one.manifest.dimension != words.dimension:
        return
    for text in QUESTIONS:
        asked = read_query(one, words, text)
        for mine, its in zip(asked.terms, read_query(other, words, text).terms, strict=True):
            assert (mine.stem, mine.idf, mine.weight, mine.known) == (its.stem, its.idf, its.weight, its.known)
        assert one.search(asked, 10) == other.search(asked, 10)
