"""Documents whose text is made to hurt."""

import pytest

from bot import Assistant
from bot.answer.abbreviations import collect
from index.types import Encoder
from tests.documents import document, heading, paragraph


@pytest.mark.parametrize("blob", ["a" * 300_000, "0aF" * 100_000, "AaBb" * 75_000, "Aa " * 100_000, "a, " * 100_000])
def test_a_text_without_an_end_is_gone_through_once(blob: str) -> None:
    assert collect([blob + " The primary care network (PCN) meets."])["pcn"] == "primary care network"


def test_a_name_of_stop_words_is_no_abbreviation(encoder: Encoder) -> None:
    made = document(heading("How We Will Know"), paragraph("The harbour board meets on Friday."))
    assert Assistant.of([made], encoder).ask("what is wwk?").abstained


def test_a_piece_of_an_endless_sentence_is_never_quoted(encoder: Encoder) -> None:
    filler = " and the board heard about boats" * 60
    made = document(paragraph(f"The board does not agree that{filler} and the chief of the ferry is Zara Quill."))
    assert "Zara" not in Assistant.of([made], encoder).ask("Who is the chief of the ferry?").text
