from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.layout import paragraphs, places, section
from bot.answer.types import Citation, Part


def citation(number: int, document: str = "ferry", section: str = "Fares", page: int | None = None) -> Citation:
    return Citation(
        number=number,
        document=document,
        title="The ferry plan",
        publisher="Harbour Board",
        published="2021-03",
        url="",
        section=section,
        page=page,
        start=0,
        end=4,
        quote="Noon",
    )


CITED = (citation(1, "ferry"), citation(2, "ferry", "Days"), citation(3, "fair"), citation(4, "pier"))


@pytest.mark.parametrize(
    ("numbers", "together"),
    [
        ([], []),
        ([(1,)], [[0]]),
        ([(1,), (2,)], [[0, 1]]),
        ([(1,), (3,), (1,)], [[0], [1], [2]]),
        ([(1, 3), (3, 4), (4,)], [[0, 1, 2]]),
        ([(1,), (2, 3), (4,), (4,)], [[0, 1], [2, 3]]),
    ],
)
def test_a_paragraph_ends_where_another_document_speaks(
    numbers: list[tuple[int, ...]], together: list[list[int]]
) -> None:
    parts = [Part(text=str(place), citations=cited) for place, cited in enumerate(numbers)]
    assert [[int(part.text) for part in group] for group in paragraphs(parts, CITED)] == together


def test_a_part_without_a_known_citation_stands_alone() -> None:
    parts = [Part(text="a", citations=(9,)), Part(text="b", citations=(9,)), Part(text="c", citations=())]
    assert paragraphs(parts, CITED) == [[part] for part in parts]


def test_citations_of_one_place_stand_together_in_the_order_of_the_first() -> None:
    cited = [citation(1), citation(2, "fair"), citation(3), citation(4, section="Days"), citation(5, page=2)]
    assert [[one.number for one in group] for group in places(cited)] == [[1, 3], [2], [4], [5]]


@pytest.mark.parametrize(
    ("title", "headings", "shown"),
    [
        ("The ferry", "The ferry > Fares > Dogs", "Fares > Dogs"),
        ("The ferry (a briefing on “Boats”)", "The ferry > Fares", "Fares"),
        ("The ferry", "The ferry", ""),
        ("The ferry plan", "The ferry > Fares", "The ferry > Fares"),
        ("The ferry", "Fares > The ferry", "Fares > The ferry"),
        ("", "Fares", "Fares"),
        ("The ferry", "", ""),
    ],
)
def test_a_heading_that_repeats_the_title_is_left_out(title: str, headings: str, shown: str) -> None:
    assert section(citation(1, section=headings).model_copy(update={"title": title})) == shown


parts_of_any_kind = st.lists(
    st.builds(Part, text=st.text(max_size=3), citations=st.lists(st.integers(1, 5)).map(tuple))
)
citations_of_any_kind = st.lists(st.builds(citation, st.integers(1, 5), st.sampled_from("ab"), st.sampled_from("cd")))


@given(parts_of_any_kind, citations_of_any_kind)
def test_nothing_is_lost_or_moved(parts: list[Part], cited: list[Citation]) -> None:
    groups = paragraphs(parts, cited)
    assert [part for group in groups for part in group] == parts
    assert all(groups)
    assert sorted(id(one) for group in places(cited) for one in group) == sorted(map(id, cited))
