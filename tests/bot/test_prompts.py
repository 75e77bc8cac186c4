from __future__ import annotations

import pytest

from bot import prompts as module
from bot.assistant import Assistant
from bot.evaluate import Pair
from bot.prompts import prompts
from bot.service import Service
from bot.slack.desk import ServiceDesk
from index.types import Encoder
from knowledge.readers import read as read_file
from knowledge.types import Document, Source
from tests.bot.conftest import FAIR, Home

FERRY = """# The ferry

## Start of the ferry

The new ferry between Northport and Eastbay starts on 3 May 2022.

## Prices of the ferry

A ticket for the new ferry costs four pounds.
"""
MARKET = """# The market

## Stalls of the market

The market on the square has forty stalls. <!channel>

## Opening hours @channel

The market opens at nine on every Saturday.
"""
START, PRICE = "When does the new ferry start?", "What does a ticket for the new ferry cost?"
STALLS = "How many stalls does the market on the square have?"


def document(name: str, text: str, published: str | None = None) -> Document:
    reading = read_file(text.encode(), f"{name}.md")
    source = Source(id=name, file=f"{name}.md", sha256="0" * 64, title=name, published=published)
    return Document(source, reading.text, reading.blocks)


def pair(question: str, contains: str, source: str, category: str = "dates", **more: object) -> Pair:
    known = {"id": question, "question": question, "category": category, "must_contain": (contains,)}
    return Pair.model_validate({**known, "sources": (source,), **more})


@pytest.fixture(scope="module")
def assistant(encoder: Encoder) -> Assistant:
    return Assistant.of([document("ferry", FERRY, "2021-03"), document("market", MARKET, "2021-04-02")], encoder)


GOOD = [pair(START, "3 May", "ferry"), pair(PRICE, "four pounds", "ferry"), pair(STALLS, "forty", "market", "market")]


def test_questions_of_pairs_that_are_right_come_from_all_documents_the_newest_first(assistant: Assistant) -> None:
    assert prompts(assistant, GOOD)[:3] == (STALLS, START, PRICE)
    assert prompts(assistant, GOOD) == prompts(assistant, GOOD)


@pytest.mark.parametrize(
    "bad",
    [
        pair(START, "4 May", "ferry"),
        pair("Which goalkeeper won the football cup?", "Smith", "ferry"),
        pair(START, "3 May", "harbour"),
        pair("Does the new ferry start on 3 May 2022?", "3 May", "ferry"),
        pair("when does the new ferry start", "3 May", "ferry"),
        pair("When does the new fery start?", "3 May", "ferry"),
        pair(f"When does the new ferry between Northport and Eastbay {'really ' * 6}start?", "3 May", "ferry"),
        pair("When does the new ferry start? What does it cost?", "3 May", "ferry"),
        pair("When does the new ferry start <!channel>?", "3 May", "ferry"),
        pair(START, "3 May", "ferry", follows="other"),
        pair(START, "3 May", "ferry", today="2021-01-01"),
        pair(START, "", "ferry", answerable=False),
    ],
    ids=[
        "wrong",
        "not known",
        "another library",
        "yes or no",
        "careless",
        "typing error",
        "too long",
        "two in one",
        "markup",
        "follow-up",
        "of another day",
        "to be declined",
    ],
)
def test_no_other_pair_is_suggested(assistant: Assistant, bad: Pair) -> None:
    assert bad.question not in prompts(assistant, [bad])


def test_without_pairs_headings_are_asked_about(assistant: Assistant) -> None:
    asked = prompts(assistant, ())
    assert asked == (
        "What about “Stalls of the market”?",
        "What about “Start of the ferry”?",
        "What about “Prices of the ferry”?",
    )
    assert not any(assistant.ask(question).abstained for question in asked)


def test_where_nothing_can_be_asked_nothing_is(encoder: Encoder) -> None:
    assert prompts(Assistant.of([], encoder), GOOD) == ()


def test_there_are_never_more_than_slack_shows(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    same = [pair(START, "3 May", "ferry"), *GOOD]
    assert len(set(prompts(assistant, same))) == len(prompts(assistant, same)) <= module.MOST
    monkeypatch.setattr(module, "TRIED", 1)
    assert prompts(assistant, GOOD) == (START,)


def desk_of(home: Home) -> ServiceDesk:
    return ServiceDesk(Service(home.folder))


def test_a_desk_chooses_once_for_each_index(home: Home) -> None:
    service = Service(home.folder)
    desk = ServiceDesk(service)
    chosen = desk.prompts()
    assert chosen[0] == "When does the new ferry start?"
    assert desk.prompts() is chosen
    file = home.folder.parent / "fair.md"
    file.write_text(FAIR)
    service.library.add([file])
    assert service.update().published
    assert "When does the spring fair open?" in desk.prompts()


def test_a_limited_document_is_known_to_its_readers_and_suggests_nothing_to_anybody(home: Home) -> None:
    home.run("documents", "set", "ferry", "audience=HR")
    desk = desk_of(home)
    assert [*desk.sources(frozenset({"HR"}))] == ["ferry"]
    assert ([*desk.sources(frozenset())], desk.prompts()) == ([], ())


def test_pairs_that_cannot_be_read_leave_the_headings(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    (home.folder / "questions.yaml").write_text("- no")
    assert "When does the new ferry start?" not in desk_of(home).prompts()
    assert "No questions of the known pairs are suggested" in caplog.text
