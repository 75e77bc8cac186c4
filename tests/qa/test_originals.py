"""Questions that the five original documents answer, asked of them as they were collected."""

import re
from pathlib import Path

import pytest

from bot import Assistant
from index.types import Encoder
from knowledge.library import Library

ANSWERED = [
    (
        "What conditions come with the approval?",
        ("Constitution", "statutory Governing Body", "financial recovery plan", "directions", "recruitment panel"),
        "000",
    ),
    ("What are the four ICPs?", ("West Kent", "Dartford", "Medway & Swale", "East Kent"), "003"),
    ("When does the single CCG start?", ("1 April 2020|April 1(st)?,? (2020|next year)",), ""),
    ("Who was to become East Kent Managing Director in 2018?", ("Caroline Selkirk",), "004"),
    ("Which CCGs was Simon Perks accountable officer of?", ("Ashford", "Canterbury and Coastal"), "004"),
    ("Who chairs the system transformation steering group?", ("Bob Bowes",), "000"),
    ("How are GPs represented on the Governing Body?", ("GP majority|majority of GPs", "one"), ""),
    (
        "What are the benefits of a single CCG?",
        ("prevention", "insight", "fragmentation", "networks", "bids", "recruitment", "buying", "involve"),
        "000",
    ),
    ("When does the strategic commissioner start in shadow form?", ("April 2018",), "004"),
    ("How many CCGs had agreed the 2018 proposal?", ("Six of the eight",), "004"),
]
DECLINED = [
    "What is the phone number of the governing body's secretary?",
    "Who won the world cup in 1966?",
    "How do I claim my travel expenses?",
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, shared: Path) -> Assistant:
    library = Library(tmp_path_factory.mktemp("library"))
    library.add([shared / "sources"])
    return Assistant.of([library.document(source.id) for source in library.sources()], encoder)


@pytest.mark.parametrize(("question", "needed", "document"), ANSWERED, ids=lambda value: str(value)[:40])
def test_the_originals_answer_in_their_own_words(
    assistant: Assistant, question: str, needed: tuple[str, ...], document: str
) -> None:
    answer = assistant.ask(question)
    assert not answer.abstained, answer.reason
    for pattern in needed:
        assert re.search(pattern, answer.text), (pattern, answer.text)
    assert all(citation.document.startswith(document) for citation in answer.citations)
    for citation in answer.citations:
        assert citation.quote == assistant.index.documents[citation.document].text[citation.start : citation.end]


@pytest.mark.parametrize("question", DECLINED)
def test_what_the_originals_do_not_say_is_declined(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).abstained
