from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from bot.answer.types import Conflict, Part, Turn
from bot.evaluate import Outcome, Pair, Report
from bot.report import page as module
from bot.report.page import About, page
from index.types import Manifest
from tests.bot.report.conftest import (
    DRAWN_CONTRAST,
    HOSTILE,
    TEXT_CONTRAST,
    answered,
    citation,
    contrast,
    declined,
    themes,
    words,
)


def manifest(version: str = "v0002") -> Manifest:
    return Manifest(
        version=version,
        created=datetime(2021, 3, 4, 5, 6, tzinfo=UTC),
        model="all-MiniLM-L6-v2",
        fingerprint="0",
        backend="words",
        dimension=2,
        cutter=1,
        sources={"ferry": "0", "fair": "0"},
        passages=7,
        tokens=9,
        checksums={},
    )


def about(gate_right: float = 0.4, gate_declined: float = 0.5) -> About:
    return About(datetime(2022, 5, 6, 7, 8, tzinfo=UTC), ("questions.yaml",), manifest(), gate_right, gate_declined)


def pair(identity: str, category: str = "dates", answerable: bool = True, **fields: Any) -> Pair:  # noqa: ANN401
    named = {"id": identity, "category": category, "question": f"When? {HOSTILE} ({identity})"}
    return Pair.model_validate({**named, "answerable": answerable, **fields})


EXPECTED: dict[str, Any] = {
    "must_contain": ["<b>3 May</b>"],
    "must_not_contain": ["June & July"],
    "sources": ["plan", "ferry"],
}
THREAD = (Turn(question=f"Which ferry? {HOSTILE}", answer=HOSTILE), Turn(question="And then?"))
OTHER = (Conflict(text=f"June {HOSTILE}", citations=(1,)),)
CLOSEST = (citation(f"Nearly {HOSTILE}"),)
WRONG = Outcome(pair("w", **EXPECTED), answered(confidence=0.4, conflicts=OTHER), f"It lacks {HOSTILE}.", THREAD)
WORSE = Outcome(pair("worse", today="2021-11-01"), answered(confidence=0.9), "The answer lacks May.")
UNSUPPORTED = Outcome(pair("u", "other", False), answered(confidence=0.3), "Answered, though the documents do not say.")
HELD_BACK = Outcome(pair("h"), declined(0.1, CLOSEST), "Declined: Nobody knows.")
FOUND_NOTHING = Outcome(pair("n"), declined(0.0), "Declined: Nobody knows.")
RIGHT = [Outcome(pair(f"r{number}"), answered(confidence=0.8), "") for number in range(4)]
DECLINED = Outcome(pair("d", "other", False), declined(0.2), "")
SKIPPED = Outcome(pair("s", sources=["gone"]), None, "")

SERVED = Report((WRONG, UNSUPPORTED, WORSE, HELD_BACK, FOUND_NOTHING, *RIGHT, DECLINED, SKIPPED))
BOLD = Report(
    (
        WRONG,
        UNSUPPORTED,
        WORSE,
        Outcome(HELD_BACK.pair, answered(f"Held back {HOSTILE}", 0.1), ""),
        FOUND_NOTHING,
        *RIGHT,
        Outcome(DECLINED.pair, answered(confidence=0.2), "Answered, though the documents do not say."),
        SKIPPED,
    )
)


@pytest.fixture(scope="module")
def html() -> str:
    return page(SERVED, BOLD, about())


@pytest.fixture(scope="module")
def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def article(soup: BeautifulSoup, identity: str) -> Tag:
    (found,) = [tag for tag in soup.find_all("article") if tag.code is not None and tag.code.get_text() == identity]
    return found


def facts(tag: Tag) -> dict[str, str]:
    """Term to definition, of a definition list in it."""
    return {words(term): words(term.find_next("dd") or term) for term in tag.find_all("dt")}


def rows(soup: BeautifulSoup, caption: str) -> list[list[str]]:
    (table,) = [tag for tag in soup.find_all("table") if tag.caption is not None and words(tag.caption) == caption]
    return [[words(cell) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]


def test_the_top_says_what_was_evaluated_when_and_whether_it_passes(soup: BeautifulSoup) -> None:
    assert words(soup.find_all("header")[0]) == (
        "How well the merger assistant answers 10 questions with known answers were asked of the documents on "
        "6 May 2022, 07:08 UTC. The gate is passed. An index that answers like this goes live."
    )
    figures, about_it = soup.find_all("dl")[:2]
    assert facts(figures) == {
        "Answerable: right, from the right document": "50% 4 of 8",
        "Not answerable: declined": "50% 1 of 2",
        "Of the answers given: wrong": "43% 3 of 7",
    }
    assert "Reaches the gate of 40%" in words(figures)
    assert facts(about_it) == {
        "Known pairs": "questions.yaml: 10 asked, 1 skipped because a document they rest on is not in the library",
        "Index": "v0002, built 4 March 2021, 05:06 UTC from 2 documents in 7 passages",
        "Model": "all-MiniLM-L6-v2",
        "Gate": "at least 40% of the answerable right, at least 50% of the others declined",
    }


def test_under_the_gate_it_says_so_and_by_which_share() -> None:
    soup = BeautifulSoup(page(SERVED, BOLD, about(gate_right=0.51)), "lxml")
    assert "Under the gate. An index that answers like this does not go live by itself" in words(soup)
    assert [words(tag) for tag in soup.find_all("dd", class_="bad")] == ["Misses the gate of 51%"]


def test_categories_are_counted_apart_with_and_without_an_answer_in_the_documents(soup: BeautifulSoup) -> None:
    assert rows(soup, "Questions that the documents answer") == [
        ["Category", "", "Asked", "Right", "Declined", "Wrong", "Share right"],
        ["dates", "", "8", "4", "2", "2", "50%"],
        ["All", "", "8", "4", "2", "2", "50%"],
    ]
    assert rows(soup, "Questions that the documents do not answer") == [
        ["Category", "", "Asked", "Declined", "Wrong", "Share declined"],
        ["other", "", "2", "1", "1", "50%"],
        ["All", "", "2", "1", "1", "50%"],
    ]
    bars = soup.find_all("svg", class_="bar")
    assert [[rect["width"] for rect in bar.find_all("rect")] for bar in bars] == [["4", "2", "2"]] * 2 + [
        ["1", "0", "1"]
    ] * 2


def test_thresholds_are_judged_by_what_would_have_been_said(soup: BeautifulSoup) -> None:
    table = rows(soup, "Had it answered from another P(right) up")
    assert table[1] == ["0.05", "9", "90%", "4", "44%"]
    assert table[4] == ["0.30", "7", "70%", "3", "43%"]
    assert table[9:] == [["0.80", "5", "50%", "1", "20%"], ["0.90", "1", "10%", "1", "100%"]]
    assert "1 of 10 questions found no evidence even so" in words(soup)
    assert "its least sure answer had P(right) 0.30" in words(soup)


def test_the_groups_of_the_calibration_are_a_table_too(soup: BeautifulSoup) -> None:
    assert rows(soup, "The groups") == [
        ["P(right)", "Questions", "Predicted", "Right", "95% interval"],
        ["0.10 to 0.90", "9", "57%", "56%", "27% to 81%"],
    ]
    assert "On average prediction and outcome lie 1.1 points apart." in words(soup)


def test_both_charts_are_described_in_words(soup: BeautifulSoup) -> None:
    described = [str(svg["aria-label"]) for svg in soup.find_all("svg", role="img")]
    assert described == [
        "Risk-coverage curve. As it answers now, 70% of all questions are answered and 43% of those answers are wrong. "
        "With no threshold, 90% are answered and 44% are wrong. The table below has the points between.",
        "Calibration plot, from the least confident group of questions to the most: 57% predicted, 56% right.",
    ]


def test_failures_stand_by_sort_the_surest_first(soup: BeautifulSoup) -> None:
    titles = [words(tag) for tag in soup.find_all("h3")[2:]]
    assert titles == [
        "Answered, and not rightly (2)",
        "Answered, though the documents do not say (1)",
        "Declined, though the documents say it (2)",
    ]
    shown = [tag.code.get_text() for tag in soup.find_all("article") if tag.code is not None]
    assert shown == ["worse", "w", "u", "h", "n"]
    targets = [str(link["href"])[1:] for link in soup.find_all("a")]
    assert [soup.find(id=target) is not None for target in targets] == [True] * 3


def test_a_wrong_answer_is_shown_with_all_its_evidence(soup: BeautifulSoup) -> None:
    shown = article(soup, "w")
    end = 10 + len(HOSTILE)
    place = f"The ferry plan {HOSTILE} › Fares {HOSTILE}, page 7, March 2021 ( ferry , characters 10 to {end})"
    assert words(shown.find_all("h4")[0]) == f"When? {HOSTILE} (w)"
    assert [words(tag) for tag in shown.find_all("p", limit=2)] == ["w · dates · P(right) 0.40", f"It lacks {HOSTILE}."]
    assert [words(tag) for tag in shown.find_all("dd")] == [
        f"Which ferry? {HOSTILE} {HOSTILE}",
        "And then? It was declined.",
        f"{HOSTILE} [1] Another source says otherwise: June {HOSTILE} [1] [1] {HOSTILE} {place}",
        "It must contain <b>3 May</b> . It must not contain June & July . It must cite plan or ferry .",
    ]


def test_our_own_words_stand_apart_from_those_of_the_source() -> None:
    """In italics: those before a quotation within its line, those before an item above its bullet."""
    parts = (
        Part(text="It starts in May.", citations=(1,), lead=f"Yes. {HOSTILE}"),
        Part(text="Monday", citations=(1,), item=True, lead="In May 2020:"),
        Part(text="Friday", citations=(1,), item=True),
    )
    said = answered(conflicts=OTHER).model_copy(update={"parts": parts, "reason": "“Why?”: nobody knows."})
    report = Report((Outcome(pair("led"), said, "The answer lacks June."),))
    shown = article(BeautifulSoup(page(report, report, about()), "lxml"), "led")
    assert [(words(tag), tag["class"]) for tag in shown.find_all("p", class_="said")] == [
        (f"Yes. {HOSTILE} It starts in May. [1]", ["said"]),
        ("In May 2020:", ["said"]),
        ("Monday [1]", ["said", "item"]),
        ("Friday [1]", ["said", "item"]),
        (f"Another source says otherwise: June {HOSTILE} [1]", ["said"]),
        ("Not all of it is answered. “Why?”: nobody knows.", ["small", "said"]),
    ]
    assert [words(tag) for tag in shown.find_all("i")] == [
        f"Yes. {HOSTILE}",
        "In May 2020:",
        "Another source says otherwise:",
    ]


def test_a_question_of_another_day_says_so(soup: BeautifulSoup) -> None:
    shown = words(article(soup, "worse"))
    assert "worse · dates · P(right) 0.90 · asked as on 1 November 2021" in shown
    assert "Expected Any answer." in shown


def test_what_was_declined_shows_what_was_held_back_and_what_came_closest(soup: BeautifulSoup) -> None:
    shown = facts(article(soup, "h"))
    assert list(shown) == ["Expected", "Held back", "Shown as “This may help”"]
    assert shown["Held back"].startswith(f"It would have been right: Held back {HOSTILE} [1]")
    assert shown["Shown as “This may help”"].startswith(f"Nearly {HOSTILE} The ferry plan")
    assert list(facts(article(soup, "n"))) == ["Expected"]


def test_what_should_have_been_declined_says_so(soup: BeautifulSoup) -> None:
    assert facts(article(soup, "u"))["Expected"] == "To be declined."


def test_text_of_documents_and_questions_is_never_markup(html: str, soup: BeautifulSoup) -> None:
    assert soup.find_all(["script", "img", "b", "iframe", "object", "embed", "form"]) == []
    assert "javascript:" not in html
    assert html.count("<script") == 0
    assert [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")] == []


def test_the_page_asks_for_nothing_from_anywhere(html: str, soup: BeautifulSoup) -> None:
    assert soup.find_all(["link", "base", "source", "audio", "video"]) == []
    attributes = [(name, str(value)) for tag in soup.find_all(True) for name, value in tag.attrs.items()]
    addresses = [value for name, value in attributes if name in ("href", "xlink:href", "src", "srcset", "action")]
    assert addresses
    assert all(address.startswith("#") for address in addresses)
    assert all(target.startswith("#") for target in re.findall(r"url\(\s*([^)]*)", html))
    assert "@import" not in html
    policy = soup.find_all("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert [meta["content"] for meta in policy] == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_the_page_can_be_read_aloud(soup: BeautifulSoup) -> None:
    assert [html["lang"] for html in soup.find_all("html")] == ["en-GB"]
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in soup.find_all("table"):
        assert table.caption is not None
        assert {str(head.get("scope")) for head in table.find_all("th")} == {"col", "row"}
    assert all(svg.get("aria-label") or svg.get("aria-hidden") == "true" for svg in soup.find_all("svg"))
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_colours_stand_out_in_the_light_and_in_the_dark(html: str) -> None:
    for theme in themes(html):
        for ground in ("paper", "panel"):
            for text in ("ink", "muted"):
                assert contrast(theme[text], theme[ground]) >= TEXT_CONTRAST, (text, ground, theme)
        for text in ("right", "wrong"):
            assert contrast(theme[text], theme["paper"]) >= TEXT_CONTRAST, (text, theme)
        for drawn in ("declined", "good"):
            assert contrast(theme[drawn], theme["paper"]) >= DRAWN_CONTRAST, (drawn, theme)


def test_the_same_outcomes_give_the_same_page(html: str) -> None:
    assert page(SERVED, BOLD, about()) == html


def test_without_a_failure_it_says_so_and_without_a_question_it_draws_nothing() -> None:
    good = Report(tuple(RIGHT))
    assert "Nothing: every question that was asked was answered rightly" in page(good, good, about())
    none = BeautifulSoup(page(Report(()), Report(()), about()), "lxml")
    assert "None was asked. " in words(none)
    assert "None was given." in words(none)
    assert none.find_all(["table", "figure"]) == []


def test_the_template_is_installed_with_the_package() -> None:
    settings = (Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8")
    assert '"bot.report" = ["document.html", "page.html"]' in settings
    assert (Path(module.__file__).parent / "page.html").is_file()
