"""A question compared with all tokens of a passage."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.interaction import CONTEXT_WEIGHT, Interaction
from index.build import build
from index.search import read_query
from knowledge.types import Span
from tests.documents import document, paragraph
from tests.encoders import WordsEncoder

ENCODER = WordsEncoder("harbour canteen fish lunch friday saturday branch lending")
MADE = document(
    paragraph("The canteen has fish for lunch. On Friday the branch is lending, fish or not."), title="Harbour"
)
INDEX = build([MADE], {}, ENCODER, datetime(2031, 1, 1, tzinfo=UTC))
(PASSAGE,) = INDEX.passages
WORDS = np.stack([term.vector for term in read_query(INDEX, ENCODER, "harbour lunch fish friday").terms])
PLACES = st.integers(0, len(MADE.text))
SPANS = st.tuples(PLACES, PLACES).map(lambda ends: Span(min(ends), max(ends) + 1))


@given(st.lists(st.lists(SPANS, min_size=1, max_size=3), min_size=1, max_size=4))
def test_pieces_compared_at_once_meet_a_question_as_each_does_token_by_token(pieces: list[list[Span]]) -> None:
    vectors, places = INDEX.tokens_of(PASSAGE)
    title = vectors[places[:, 0] < PASSAGE.body]
    context = CONTEXT_WEIGHT * max(0.0, *(title @ WORDS[0]).tolist())
    compared = Interaction.of(INDEX, PASSAGE, WORDS).pieces(pieces, row=False)
    for spans, met in zip(pieces, compared, strict=True):
        of_text = places - PASSAGE.body + PASSAGE.start
        chosen = [
            number
            for number, (start, end) in enumerate(of_text.tolist())
            if any(span.start <= start and end <= span.end for span in spans)
        ]
        if met is None:
            assert not chosen
            continue
        best = np.maximum((vectors[chosen] @ WORDS.T).max(axis=0), 0)
        assert met.terms[0] == pytest.approx(max(best[0], context), abs=1e-6)  # "harbour", which the title has
        assert met.terms[1:] == pytest.approx(best[1:], abs=1e-6)
        mean = vectors[chosen].mean(axis=0)
        assert met.vector == pytest.approx(mean / max(np.linalg.norm(mean), 1e-12), abs=1e-6)
