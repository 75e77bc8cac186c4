"""A home with a document that is only for HR: who is quoted it, from which moment on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import pytest

from bot.access import without
from bot.answer.types import Answer
from bot.service import Service
from bot.update import Orders, Step
from index.search import Index
from knowledge.types import LibraryUnusable, Metadata
from tests.bot.conftest import PAIRS, Home, copied
from tests.bot.test_service import wait_for

PAY = """# Redundancy of pilots

Redundancy payments of the Pilot Exit Scheme (PES) are capped at 5,000 crowns. Olga Brandt leads the Pilot Exit Scheme.

The new ferry between Northport and Eastbay starts on 9 June 2022.
"""
HR = frozenset({"HR"})
WHEN = "When does the new ferry start?"
CAPPED = "What are redundancy payments capped at?"
QUESTIONS = (
    WHEN,
    CAPPED,
    "What are redundency payments capped at?",
    "What does PES stand for?",
    "Who is Olga Brandt?",
    "Who leads the Pilot Exit Scheme?",
    "Who chairs the harbour board of Northport?",
    "Which goalkeeper won the football cup?",
)
PAY_PAIR = """\
- id: capped
  question: What are redundancy payments capped at?
  must_contain: ['5,000 crowns']
  sources: [pay]
"""


def add(home: Home, name: str, text: str, **said: Any) -> None:  # noqa: ANN401
    file = home.folder.parent / name
    file.write_text(text, "utf-8")
    Service(home.folder).library.add([file], Metadata(**said))


@pytest.fixture(scope="module")
def _limited(_indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home(copied(_indexed, tmp_path_factory.mktemp("limited") / "home"))
    add(home, "pay.md", PAY, audience="HR")
    assert home.run("index", "update").code == 0
    return home.folder


@pytest.fixture
def limited(_limited: Path, tmp_path: Path) -> Home:
    """A home that knows the ferry plan, and what HR alone may read."""
    return Home(copied(_limited, tmp_path / "limited"))


def cited(answer: Answer) -> set[str]:
    return {citation.document for citation in (*answer.citations, *answer.closest)}


def said(answer: Answer) -> dict[str, Any]:
    """All that a person can learn from it."""
    return answer.model_dump(exclude={"id", "took_ms", "index_version"})


def test_others_do_not_notice_a_limited_document_in_any_way(home: Home, limited: Home) -> None:
    without, with_it = Service(home.folder), Service(limited.folder)
    assert list(with_it.store.load()[0].sources) == ["ferry", "pay"]
    for question in QUESTIONS:
        assert said(with_it.ask(question)) == said(without.ask(question))
        assert with_it.search(question, 50) == without.search(question, 50)
    assert with_it.assistant().index.manifest.sources.keys() == {"ferry"}


def test_whoever_may_read_it_is_quoted_it(limited: Home) -> None:
    service = Service(limited.folder)
    answers = {question: service.ask(question, audience=frozenset({" hr"})) for question in QUESTIONS}
    assert "5,000 crowns" in answers[CAPPED].text
    assert cited(answers[CAPPED]) == {"pay"}
    assert "5,000 crowns" in answers["What are redundency payments capped at?"].text
    assert "Olga Brandt" in answers["Who leads the Pilot Exit Scheme?"].text
    assert cited(answers[WHEN]) == {"ferry", "pay"}
    assert {hit.source.id for hit in service.search(CAPPED, 50, HR)} == {"ferry", "pay"}
    assert cited(service.ask(CAPPED, audience=frozenset({"Finance"}))) <= {"ferry"}


def test_a_mark_counts_from_the_next_question_on_though_another_process_made_it(home: Home) -> None:
    """The other process is a real one; the bot watches, and its index stays as it is."""
    service = Service(home.folder)
    command = [sys.executable, "-c", "from bot.cli import app; app()", "--home", str(home.folder)]
    with service.watch(seconds=0.01):
        assert cited(service.ask(WHEN)) == {"ferry"}
        subprocess.run([*command, "documents", "set", "ferry", "audience=HR"], check=True, capture_output=True)
        assert said(service.ask(WHEN)) == said(Service(home.folder).ask(WHEN))
        assert (cited(service.ask(WHEN)), cited(service.ask(WHEN, audience=HR))) == (set(), {"ferry"})
        assert service.ask(WHEN).index_version == "v0001"


@pytest.mark.parametrize(
    ("mark", "for_all", "for_hr"),
    [
        (Metadata(audience="Board"), False, False),
        (Metadata(audience=""), True, True),
        (Metadata(status="withdrawn"), False, False),
        (Metadata(title="Another"), False, True),
    ],
)
def test_each_mark_counts_without_an_update(limited: Home, mark: Metadata, for_all: bool, for_hr: bool) -> None:
    service = Service(limited.folder)
    assert (cited(service.ask(CAPPED)), cited(service.ask(CAPPED, audience=HR))) == (set(), {"pay"})
    Service(limited.folder).library.set("pay", mark)
    found = [cited(service.ask(CAPPED, audience=audience)) == {"pay"} for audience in (frozenset[str](), HR)]
    assert found == [for_all, for_hr]


def test_an_older_index_quotes_nothing_that_the_library_has_limited_since(home: Home) -> None:
    add(home, "pay.md", PAY)
    service = Service(home.folder)
    assert service.update().published
    assert cited(service.ask(CAPPED)) == {"pay"}
    service.library.set("pay", Metadata(audience="HR"))
    service.library.set("ferry", Metadata(title="The plan of the ferry"))
    assert service.update().published
    back = service.rollback("v0002")
    assert (back.live, back.stale) == ("v0002", ())
    assert cited(service.ask(CAPPED)) <= {"ferry"}
    assert cited(service.ask(CAPPED, audience=HR)) == {"pay"}


def test_a_new_audience_costs_no_encoding(limited: Home) -> None:
    service = Service(limited.folder)
    service.library.set("pay", Metadata(audience="Board"))
    steps: list[tuple[Step, int, int]] = []
    done = service.update(Orders(progress=lambda *step: steps.append(step)))
    assert (done.changes.changed, done.published) == (("pay",), True)
    assert ("reading", 1, 1) in steps
    assert [step for step in steps if step[0] == "encoding"] == []
    assert cited(service.ask(CAPPED, audience=frozenset({"board"}))) == {"pay"}
    assert cited(service.ask(CAPPED, audience=HR)) <= {"ferry"}


def test_a_home_of_nothing_but_limited_documents_answers_the_others_that_there_is_nothing(empty: Home) -> None:
    add(empty, "pay.md", PAY, audience="HR")
    service = Service(empty.folder)
    answer = service.ask(CAPPED)
    assert (answer.abstained, answer.closest, service.search(CAPPED, 5)) == (True, (), [])
    assert cited(service.ask(CAPPED, audience=HR)) == {"pay"}


def test_nothing_is_answered_while_it_cannot_be_said_who_may_read_what(limited: Home) -> None:
    service = Service(limited.folder)
    register = limited.folder / "documents" / "register.json"
    sound = register.read_bytes()
    with service.watch(seconds=0.01):
        service.ask(WHEN)
        register.write_bytes(sound[:-9])
        for audience in (frozenset[str](), HR):
            with pytest.raises(LibraryUnusable, match="register"):
                service.ask(WHEN, audience=audience)
        register.write_bytes(sound)
        assert "3 May 2022" in service.ask(WHEN).text


def test_a_watching_bot_makes_ready_what_a_mark_leaves_before_it_is_asked(
    limited: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[AbstractSet[str]] = []

    def seen(index: Index, hidden: AbstractSet[str]) -> Index:
        made.append(hidden)
        return without(index, hidden)

    monkeypatch.setattr("bot.views.without", seen)
    service = Service(limited.folder)
    service.ask(WHEN)
    with service.watch(seconds=0.01):
        Service(limited.folder).library.set("ferry", Metadata(audience="HR"))
        wait_for(lambda: len(made) > 1)
    assert made == [{"pay"}, {"ferry", "pay"}]


# Known pairs


def test_a_known_pair_is_asked_as_somebody_of_its_audience_and_skipped_without(limited: Home) -> None:
    pairs = limited.folder / "questions.yaml"
    service = Service(limited.folder)
    pairs.write_text(PAIRS + PAY_PAIR, "utf-8")
    outcome = service.evaluate().outcomes[-1]
    assert (outcome.pair.id, outcome.skipped) == ("capped", True)
    pairs.write_text(PAIRS + PAY_PAIR + "  audience: hr\n", "utf-8")
    outcome = service.evaluate().outcomes[-1]
    assert (outcome.pair.id, outcome.right) == ("capped", True)
    assert service.update().unasked == 1
    service.library.set("pay", Metadata(title="Redundancy"))
    updated = service.update()
    assert updated.report is not None
    assert updated.report.outcomes[-1].right
    assert [(each.kind.value, each.now.pair.id) for each in updated.differences] == []
    assert service.update().unasked == 0
    assert limited.run("evaluate", "--report", limited.folder.parent / "page.html").code == 0


# On the command line


def test_an_audience_is_named_with_an_option(limited: Home) -> None:
    command = ("ask", "--json", CAPPED)
    assert limited.run(*command).json[0]["citations"] == []
    assert limited.run(*command, "--audience", "Finance").json[0]["citations"] == []
    for words in (("--audience", "hr"), ("--audience", "Finance", "--audience", "HR")):
        (answer,) = limited.run(*command, *words).json
        assert [citation["document"] for citation in answer["citations"]] == ["pay"]
    assert {hit["source"]["id"] for hit in limited.run("search", "--json", CAPPED).json} == {"ferry"}
    found = limited.run("search", "--json", CAPPED, "--audience", "HR").json
    assert {hit["source"]["id"] for hit in found} == {"ferry", "pay"}
    assert "5,000 crowns" in limited.run("chat", "--audience", "HR", stdin=f"{CAPPED}\n\n").out
    assert "5,000 crowns" not in limited.run("chat", stdin=f"{CAPPED}\n\n").out


def test_each_line_may_name_its_audience_and_has_a_thread_with_its_like(limited: Home) -> None:
    lines = [
        {"question": CAPPED, "thread": "a"},
        {"question": CAPPED, "thread": "a", "audience": ["HR"]},
        {"question": "and who leads it?", "thread": "a"},
        {"question": CAPPED, "audience": []},
    ]
    stdin = "".join(json.dumps(line) + "\n" for line in lines)
    documents = [[citation["document"] for citation in answer["citations"]] for answer in asked(limited, stdin)]
    assert (documents[0], documents[1], documents[3]) == ([], ["pay"], [])
    alone = "".join(json.dumps(line) + "\n" for line in (lines[0], lines[2]))
    leaning = [answer | {"id": "", "took_ms": 0} for answer in asked(limited, alone)]
    assert asked(limited, stdin)[2] | {"id": "", "took_ms": 0} == leaning[1]
    documents = [
        [each["document"] for each in answer["citations"]] for answer in asked(limited, stdin, "--audience", "HR")
    ]
    assert (documents[0], documents[1], documents[3]) == (["pay"], ["pay"], [])


def asked(home: Home, stdin: str, *words: str) -> list[Any]:
    return home.run("ask", "--json", "-", *words, stdin=stdin).json


def test_whoever_looks_after_the_documents_sees_who_may_read_them(limited: Home) -> None:
    assert "pay    undated     [only for HR] Redundancy of pilots\n" in limited.run("documents", "list").out
    assert "  audience       HR; nobody else is quoted it\n" in limited.run("documents", "show", "pay").out
