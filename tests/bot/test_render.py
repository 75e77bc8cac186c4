"""What people see, at the width of an ordinary terminal and of a narrow one."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console, RenderableType

from bot import render
from bot.answer.types import Answer, Citation, Conflict, Part
from tests.bot.conftest import URL

WIDTHS = pytest.mark.parametrize("width", [40, 80])


def lines(shown: RenderableType, width: int = 80) -> list[str]:
    console = Console(width=width, file=StringIO(), highlight=False, color_system=None)
    with console.capture() as captured:
        console.print(shown, crop=False, markup=False)
    return [line.rstrip() for line in captured.get().rstrip("\n").split("\n")]


def italics(shown: RenderableType) -> list[str]:
    """What is written in italics, on one line of any length."""
    console = Console(width=1_000, file=StringIO(), force_terminal=True, color_system="standard", highlight=False)
    segments = console.render(shown)
    return [segment.text for segment in segments if segment.style and segment.style.italic]


def citation(
    number: int = 1, section: str = "The new ferry", page: int | None = None, document: str = "ferry"
) -> Citation:
    return Citation(
        number=number,
        document=document,
        title="The ferry plan",
        publisher="Harbour Board",
        published="2021-03",
        url=URL,
        section=section,
        page=page,
        start=0,
        end=11,
        quote="The ferry\n[bold]is[/bold] late.",
    )


def said(**changes: object) -> Answer:
    answer = Answer(
        id="1",
        question="When?",
        abstained=False,
        reason="",
        confidence=1.0,
        as_of="2021-03",
        text="These are:\n• Monday",
        parts=(Part(text="These are:", citations=(1,)), Part(text="Monday", citations=(1, 2), item=True)),
        citations=(citation(1), citation(2), citation(3, "Fares", 7)),
        index_version="v0001",
        took_ms=1.0,
    )
    return answer.model_copy(update=changes)


def test_an_answer_shows_its_parts_date_and_sources_once_each() -> None:
    assert lines(render.answer(said())) == [
        "These are: [1]",
        "  • Monday [1] [2]",
        "",
        "As of March 2021.",
        "",
        "Sources",
        "  [1] [2] The ferry plan, Harbour Board, March 2021 — The new ferry",
        f"      {URL}",
        "  [3] The ferry plan, Harbour Board, March 2021 — Fares, page 7",
        f"      {URL}",
    ]


def test_sources_stand_in_the_order_of_their_first_number() -> None:
    cited = (citation(1, "Z"), citation(2, "A"), citation(3, "Z"), citation(4, "A", 3))
    shown = lines(render.answer(said(citations=cited)))
    assert [line.partition(" The ")[0] for line in shown if line.startswith("  [")] == ["  [1] [3]", "  [2]", "  [4]"]


def test_our_own_words_stand_before_those_of_the_source_and_in_italics() -> None:
    led = Part(text="It starts in May.", citations=(1,), lead="Yes. In May 2020:")
    item = Part(text="Monday", citations=(2,), item=True, lead="Harbour Board:")
    shown = render.answer(said(parts=(led, item)))
    assert lines(shown)[:3] == ["Yes. In May 2020: It starts in May. [1]", "Harbour Board:", "  • Monday [2]"]
    assert italics(shown) == ["Yes. In May 2020:", "Harbour Board:"]


def test_the_words_of_each_document_stand_apart() -> None:
    parts = (
        Part(text="These are:", citations=(1,)),
        Part(text="Monday", citations=(1,), item=True),
        Part(text="It leaves at noon.", citations=(2,), lead="No."),
        Part(text="Quay", citations=(3,), item=True),
    )
    cited = (citation(1), citation(2, document="fair"), citation(3, document="fair"))
    assert lines(render.answer(said(parts=parts, citations=cited)))[:5] == [
        "These are: [1]",
        "  • Monday [1]",
        "",
        "No. It leaves at noon. [2]",
        "  • Quay [3]",
    ]


def test_an_answer_to_one_part_says_why_the_other_has_none() -> None:
    shown = lines(render.answer(said(reason="“Who rows?”: The documents say nothing about this.", confidence=0.3)))
    assert shown[2:4] == ["", "Not all of it is answered. “Who rows?”: The documents say nothing about this."]
    assert shown[4:6] == ["", "As of March 2021. Not certain: check that this answers your question."]


def test_a_courtesy_is_returned_as_a_plain_sentence() -> None:
    reply = said(courtesy=True, abstained=True, reason="Hello. Ask [bold]me[/bold].", parts=(), citations=())
    assert lines(render.answer(reply)) == ["Hello. Ask [bold]me[/bold]."]


@WIDTHS
def test_a_link_stands_on_one_line(width: int) -> None:
    assert f"      {URL}" in lines(render.answer(said()), width)


@WIDTHS
def test_all_but_links_keeps_to_the_width(width: int) -> None:
    shown = lines(render.answer(said(parts=(Part(text="A long word and many more " * 9, citations=(1,)),))), width)
    assert [line for line in shown if len(line) > width and URL not in line] == []


def test_undated_sources_and_other_views_are_named() -> None:
    others = (
        Conflict(text="Quay News (May 2021): The ferry starts in June.", citations=(2,)),
        Conflict(text="Tide (2020): The ferry never starts.", citations=(3,)),
    )
    shown = lines(render.answer(said(as_of=None, conflicts=others)))
    assert shown[2:8] == [
        "",
        "Another source says otherwise:",
        "  Quay News (May 2021): The ferry starts in June. [2]",
        "  Tide (2020): The ferry never starts. [3]",
        "",
        "The sources are not dated.",
    ]


def test_what_is_not_answered_shows_the_reason_and_what_may_help() -> None:
    nothing = said(abstained=True, reason="Nobody knows.", parts=(), citations=(), closest=(citation(),))
    assert lines(render.answer(nothing)) == [
        "Not answered. Nobody knows.",
        "",
        "This may help:",
        "  “The ferry [bold]is[/bold] late.”",
        "    The ferry plan, Harbour Board, March 2021 — The new ferry",
    ]


def test_what_is_not_answered_and_near_nothing_shows_the_reason_alone() -> None:
    nothing = said(abstained=True, reason="Nobody knows.", parts=(), citations=())
    assert lines(render.answer(nothing)) == ["Not answered. Nobody knows."]
