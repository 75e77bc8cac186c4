"""The page of a document shows its whole text and nothing of it is taken for HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings

from bot.report.document import page
from knowledge.passages import cut
from knowledge.readers.builder import Piece, Point, build
from knowledge.types import BlockKind, Document
from tests.bot.report.conftest import DRAWN_CONTRAST, HOSTILE, TEXT_CONTRAST, contrast, themes, words
from tests.documents import documents, source

TODAY = date(2022, 5, 6)
TURNED = "\u202e" + "right to left"
"""With the character that turns all that follows, and must not reach beyond its block."""
PIECES = (
    Piece(BlockKind.FURNITURE, f"Menu {HOSTILE}", page=1),
    Piece(BlockKind.HEADING, f"The ferry {HOSTILE}", level=1, page=1),
    Piece(BlockKind.PARAGRAPH, f"It starts on 3 May 2022. {HOSTILE}", page=1, turns=(10,), joined=True),
    Piece(BlockKind.HEADING, "Fares", level=2, page=2),
    Piece(BlockKind.PARAGRAPH, f"The board of the port agreed these fares: {TURNED}:", page=2),
    Piece(
        BlockKind.LIST,
        points=(Point(f"Adults {HOSTILE}", 1, "•", 2), Point("Dogs", 2, "◦", 3)),
        page=2,
    ),
    Piece(BlockKind.TABLE, header=("", "Boat"), rows=((HOSTILE, "6.30"), ("", "7.00")), page=3, row_pages=(3, 4)),
    Piece(BlockKind.PARAGRAPH, "Letters may be", page=5, ocr=True),
)


def made(*pieces: Piece, **said: str) -> Document:
    laid = build(pieces, 6)
    return Document(source(title=f"Plan {HOSTILE}", **said), laid.text, laid.blocks, (HOSTILE,), laid.pages)


@pytest.fixture(scope="module")
def document() -> Document:
    whole = made(*PIECES, publisher=HOSTILE, url="javascript:alert(1)", audience=HOSTILE, published="2090")
    last = replace(whole.blocks[-1], cut_off=True)
    return replace(whole, blocks=(*whole.blocks[:-1], last))


@pytest.fixture(scope="module")
def html(document: Document) -> str:
    return page(document, [document.source], TODAY)


@pytest.fixture(scope="module")
def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def blocks(soup: BeautifulSoup) -> list[Tag]:
    return [tag for tag in soup.find_all("section") if "block" in (tag.get("class") or [])]


def bare(text: str) -> str:
    """Without white space, as the page may break lines elsewhere."""
    return "".join(text.split())


def said(tag: Tag) -> str:
    """The words of a block without what the page adds to them."""
    copy = BeautifulSoup(str(tag), "lxml")
    for added in copy.find_all(class_=["tag", "cut", "turn", "turned"]):
        added.decompose()
    return bare(copy.get_text())


def written(document: Document, number: int) -> str:
    """The words of a block as the document has them; a table's without the strokes between its cells."""
    block = document.blocks[number]
    if block.kind is not BlockKind.TABLE:
        return bare(block.of(document.text))
    names = [column.name(document.text) + ("?" if column.inferred else "") for column in block.header]
    return bare("".join([*names, *(cell.of(document.text) for row in block.rows for cell in row.cells)]))


def test_every_block_has_its_colour_and_its_words(document: Document, soup: BeautifulSoup) -> None:
    shown = blocks(soup)
    kinds = [(tag.get("class") or [])[1] for tag in shown]
    assert kinds == [block.kind.value for block in document.blocks]
    assert [said(tag) for tag in shown] == [written(document, number) for number in range(len(shown))]


@settings(max_examples=40, deadline=None)
@given(documents())
def test_no_word_of_any_document_is_lost_and_every_passage_and_page_begins_once(any_document: Document) -> None:
    soup = BeautifulSoup(page(any_document, [], TODAY), "lxml")
    shown = [tag for tag in blocks(soup) if tag.get("id")]
    assert [said(tag) for tag in shown] == [written(any_document, number) for number in range(len(shown))]
    assert len(shown) == len(any_document.blocks)
    begun = [int(mark.get_text()) for tag in blocks(soup) for mark in tag.find_all(class_="cut")]
    assert begun == list(range(1, len(cut(any_document)) + 1))
    turned = [words(tag) for tag in soup.find_all(class_=["turn", "turned"])]
    assert turned == [f"page {number}" for number in range(1, len(any_document.pages) + 1)]


def test_text_that_no_block_has_is_shown_as_such() -> None:
    whole = made(Piece(BlockKind.PARAGRAPH, "It begins."), Piece(BlockKind.PARAGRAPH, "It ends."))
    soup = BeautifulSoup(page(replace(whole, blocks=whole.blocks[1:]), [], TODAY), "lxml")
    assert [(said(tag), (tag.get("class") or [])[1]) for tag in blocks(soup)] == [
        ("Itbegins.", "between"),
        ("Itends.", "paragraph"),
    ]
    assert "in no block: kept, never searched" in words(soup)


def test_every_page_turns_once_where_it_does(soup: BeautifulSoup) -> None:
    turned = [(" ".join(tag.get("class") or []), words(tag)) for tag in soup.find_all(class_=["turn", "turned"])]
    assert turned == [
        ("turn", "page 1"),
        ("turned", "page 2"),
        ("turn", "page 3"),
        ("turn", "page 4"),
        ("turn", "page 5"),
        ("turn", "page 6"),
    ]
    (inside,) = soup.find_all(class_="turned")
    assert inside.previous_sibling is not None
    assert inside.next_sibling is not None
    assert str(inside.previous_sibling).endswith("It starts ")
    assert str(inside.next_sibling).startswith("on 3 May 2022.")


def test_what_is_doubtful_about_the_words_is_marked(soup: BeautifulSoup) -> None:
    flags = {str(tag["id"]): [words(flag) for flag in tag.find_all("b")] for tag in blocks(soup)}
    assert {name: found for name, found in flags.items() if found} == {
        "b2": ["hyphen joined"],
        "b7": ["read by OCR", "last sentence cut off"],
    }
    assert [words(tag) for tag in soup.find_all("main")[0].find_all("u")] == [
        f"The board of the port agreed these fares: {TURNED}:"
    ]


def test_beside_the_text_stand_facts_warnings_what_is_missing_and_the_outline(soup: BeautifulSoup) -> None:
    (aside,) = soup.find_all("aside")
    terms = {words(term): words(term.find_next("dd") or term) for term in aside.find_all("dt")}
    assert terms["published"] == "2090, known to the year"
    assert terms["publisher"] == HOSTILE
    assert terms["3 May 2022"].startswith("It starts on 3 May 2022.")
    (warned,) = aside.find_all(class_="warnings")
    assert next(words(tag) for tag in warned.find_all("li")) == HOSTILE
    assert "which is after today" in words(warned)
    links = {words(link): str(link["href"]) for link in aside.find_all("a")}
    assert links == {
        f"The ferry {HOSTILE} page 1, 1 paragraph": "#b1",
        "Fares page 2, 2 paragraphs, 1 list, 1 table": "#b3",
    }
    assert all(soup.find(id=target[1:]) for target in links.values())


def test_a_fact_that_is_missing_has_its_command() -> None:
    shown = page(made(*PIECES), [], TODAY)
    assert [words(tag) for tag in BeautifulSoup(shown, "lxml").find_all("code")] == [
        "merger-bot documents set plan published=YYYY-MM-DD",
        'merger-bot documents set plan publisher="NAME"',
        "merger-bot documents set plan url=https://...",
    ]


def test_nothing_of_a_document_becomes_html_and_nothing_is_fetched(html: str, soup: BeautifulSoup) -> None:
    assert soup.find_all(["script", "img", "iframe", "link", "object", "form"]) == []
    assert [tag for tag in soup.find_all(True) if any(name.startswith("on") for name in tag.attrs)] == []
    assert all(not str(tag.get("href", "#")).lower().startswith("javascript") for tag in soup.find_all(True))
    assert "javascript:alert(1)" in words(soup)
    assert "default-src 'none'" in html
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//|url\(|@import", html)


def test_an_address_is_a_link_only_if_it_is_one_of_the_web() -> None:
    shown = BeautifulSoup(page(made(*PIECES, url="https://harbour.example.org/a"), [], TODAY), "lxml")
    assert [link["href"] for link in shown.find_all("a") if not str(link["href"]).startswith("#")] == [
        "https://harbour.example.org/a"
    ]


def test_words_that_run_from_right_to_left_keep_to_their_block(html: str, soup: BeautifulSoup) -> None:
    holding = [tag for tag in soup.find_all(True) if tag.string and TURNED in tag.string]
    assert holding
    for tag in holding:
        around = [tag, *tag.parents]
        assert any(each.get("dir") == "auto" or each.name == "bdi" for each in around if each.name != "[document]")


KINDS = ("heading", "paragraph", "list", "table", "furniture", "between", "warn")


def test_colours_stand_out_in_the_light_and_in_the_dark(html: str) -> None:
    for theme in themes(html):
        for text, ground in [("ink", "paper"), ("muted", "paper"), ("link", "paper"), ("ink", "panel")]:
            assert contrast(theme[text], theme[ground]) >= TEXT_CONTRAST, (text, ground, theme)
        for kind in KINDS:
            ground = theme[f"{kind}-ground"]
            assert contrast(theme["ink"], ground) >= TEXT_CONTRAST, (kind, theme)
            assert contrast(theme["muted"], ground) >= TEXT_CONTRAST, (kind, theme)
            assert contrast(theme["warn"], ground) >= TEXT_CONTRAST, (kind, theme)
            assert contrast(theme[kind], ground) >= TEXT_CONTRAST, (kind, theme)
            assert contrast(theme[kind], theme["paper"]) >= DRAWN_CONTRAST, (kind, theme)


def test_the_same_document_gives_the_same_page(html: str, document: Document) -> None:
    assert page(document, [document.source], TODAY) == html
