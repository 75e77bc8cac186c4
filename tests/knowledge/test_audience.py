from __future__ import annotations

import pytest

from knowledge.audience import FOR_ALL, Audience, may_read
from tests.documents import source


@pytest.mark.parametrize(
    ("marked", "asking", "may"),
    [
        ("", FOR_ALL, True),
        ("", frozenset({"HR"}), True),
        ("HR", FOR_ALL, False),
        ("HR", frozenset({"HR"}), True),
        (" hr\t", frozenset({"Finance", "Hr "}), True),
        ("STRASSE", frozenset({"straße"}), True),
        ("HR", frozenset({"HR and Finance", "H R", ""}), False),
        ("HR, Finance", frozenset({"HR", "Finance"}), False),
        ("  ", FOR_ALL, False),
        ("  ", frozenset({"", " ", "HR"}), False),
    ],
)
def test_a_document_may_be_read_by_all_staff_or_by_those_it_names(marked: str, asking: Audience, may: bool) -> None:
    assert may_read(source(audience=marked), asking) is may
