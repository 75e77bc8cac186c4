from __future__ import annotations

import pytest

from knowledge.audience import ALL_STAFF, Audience, may_read
from tests.documents import source


@pytest.mark.parametrize(
    ("marked", "asking", "may"),
    [
        ("", ALL_STAFF, True),
        ("", frozenset({"HR"}), True),
        ("HR", ALL_STAFF, False),
        ("HR", frozenset({"HR"}), True),
        (" hr\t", frozenset({"Finance", "Hr "}), True),
        ("STRASSE", frozenset({"straße"}), True),
        ("HR", frozenset({"HR and Finance", "H R", ""}), False),
        ("HR, Finance", frozenset({"HR", "Finance"}), False),
        ("  ", ALL_STAFF, False),
        ("  ", frozenset({"", " ", "HR"}), False),
    ],
)
def test_a_document_may_be_read_by_all_staff_or_by_those_it_names(marked: str, asking: Audience, may: bool) -> None:
    assert may_read(source(audience=marked), asking) is may
