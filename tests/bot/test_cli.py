"""The command line as people and programs use it; what needs processes of its own is in `test_cli_processes.py`."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import app
from knowledge.types import Source
from tests.bot.conftest import FAIR, PLAN, URL, Home

WHEN = "When does the new ferry start?"
COMMANDS = [
    "ask",
    "chat",
    "search",
    "documents add",
    "documents list",
    "documents show",
    "documents remove",
    "documents set",
    "index update",
    "index list",
    "index history",
    "index rollback",
    "index verify",
    "evaluate",
    "slack",
]
ANSWER = {
    "id": str,
    "question": str,
    "abstained": bool,
    "reason": str,
    "confidence": float,
    "as_of": str,
    "text": str,
    "parts": list,
    "citations": list,
    "conflicts": list,
    "closest": list,
    "index_version": str,
    "took_ms": float,
}
CITATION = {
    "number": int,
    "document": str,
    "title": str,
    "publisher": str,
    "published": str,
    "url": str,
    "section": str,
    "page": type(None),
    "start": int,
    "end": int,
    "quote": str,
}


def typed(value: dict[str, object]) -> dict[str, type]:
    return {name: type(field) for name, field in value.items()}


def fair(home: Home) -> Path:
    file = home.folder.parent / "fair.md"
    file.write_text(FAIR, "utf-8")
    return file


@pytest.mark.parametrize("command", ["", "documents", "index", *COMMANDS])
def test_every_command_has_help_for_itself_and_all_it_takes(command: str) -> None:
    ran = CliRunner().invoke(app, [*command.split(), "--help"], prog_name="merger-bot")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert f"Usage: merger-bot {command}".strip() in ran.stdout
    found: Any = typer.main.get_command(app)
    for word in command.split():
        found = found.commands[word]
    assert found.help.endswith(".")
    assert [parameter.name for parameter in found.params if not parameter.help] == []


def test_help_names_all_commands() -> None:
    shown = " ".join(CliRunner().invoke(app, [*words, "--help"]).stdout for words in ((), ("documents",), ("index",)))
    assert [command for command in COMMANDS if f"│ {command.split()[-1]} " not in shown] == []


def test_an_answer_for_people_has_its_sources_date_and_an_unbroken_link(home: Home) -> None:
    ran = home.run("ask", *WHEN.split())
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[-4:] == [
        "",
        "Sources",
        *[line for line in lines if line.startswith("  [1]")],
        f"      {URL}",
    ]
    assert "As of 4 March 2021." in lines
    assert "The new ferry between Northport and Eastbay starts on 3 May 2022. [1]" in " ".join(lines)
    assert [line for line in lines if line != line.rstrip()] == []


def test_an_answer_in_json_is_one_line_of_the_form_that_is_promised(home: Home) -> None:
    ran = home.run("ask", "--json", WHEN)
    assert (ran.code, ran.err) == (0, "")
    (answer,) = ran.json
    assert typed(answer) == ANSWER
    assert [typed(citation) for citation in answer["citations"]] == [CITATION] * len(answer["citations"])
    assert [typed(part) for part in answer["parts"]] == [{"text": str, "citations": list}] * len(answer["parts"])
    assert answer["question"] == WHEN
    assert not answer["abstained"]


def test_what_is_not_answered_has_the_same_form_with_a_reason_and_the_closest_passages(home: Home) -> None:
    ran = home.run("ask", "--json", "Which goalkeeper won the football cup?")
    assert ran.code == 0
    (answer,) = ran.json
    assert typed(answer) == ANSWER | {"as_of": type(None)}
    assert answer["abstained"]
    assert answer["reason"] == "None of the words of the question occur in the documents."
    assert (answer["text"], answer["parts"], answer["citations"]) == ("", [], [])
    assert home.run("ask", "Which goalkeeper won the football cup?").out.startswith(f"Not answered. {answer['reason']}")


@pytest.mark.parametrize("question", [WHEN, "Who agreed the timetable?", "Who chairs the harbour board?", "football"])
def test_every_quotation_stands_in_the_document_where_the_citation_says(home: Home, question: str) -> None:
    answer = home.ask(question)
    for citation in (*answer["citations"], *answer["closest"]):
        (document,) = home.run("documents", "show", citation["document"], "--json").json
        assert document["text"][citation["start"] : citation["end"]] == citation["quote"]
    numbers = [citation["number"] for citation in answer["citations"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {number for part in answer["parts"] for number in part["citations"]} <= set(numbers)


def test_passages_are_found_with_their_scores(home: Home) -> None:
    ran = home.run("search", "ferry", "-k", "1", "--json")
    (hit,) = ran.json
    assert set(hit) == {"passage", "source", "score", "dense", "lexical", "match"}
    assert Source.model_validate(hit["source"]).id == "ferry"
    shown = home.run("search", "ferry").out
    assert shown.startswith("1. The ferry plan > The new ferry")
    scores = f"cosine {hit['dense']:.3f}, BM25 {hit['lexical']:.2f}, words {hit['match']:.2f}"
    assert f"score {hit['score']:.3f} ({scores})" in " ".join(shown.split())


def test_a_conversation_answers_each_question_until_an_empty_line(home: Home) -> None:
    ran = home.run("chat", stdin=f"{WHEN}\nwhen?\n???\n\nWho chairs the harbour board?\n")
    assert ran.code == 0
    assert ran.out.count("3 May 2022") == 2
    assert "Anna Marsh" not in ran.out.rpartition("3 May 2022")[2]
    assert ran.err == "There is no word in the question. Ask something like: When does the single CCG start?\n"


def test_a_courtesy_is_returned_in_a_conversation_and_in_json_alike(home: Home) -> None:
    """In JSON it has the form of any answer: nothing is answered, and the reply is the reason."""
    ran = home.run("ask", "--json", "Hello!")
    assert (ran.code, ran.err) == (0, "")
    (answer,) = ran.json
    assert typed(answer) == ANSWER | {"as_of": type(None)}
    assert (answer["abstained"], answer["confidence"], answer["text"]) == (True, 0.0, "")
    assert [answer[name] for name in ("parts", "citations", "conflicts", "closest")] == [[]] * 4
    assert answer["reason"].startswith("Hello. I answer questions")
    said = home.run("ask", "Hello!").out
    assert " ".join(said.split()) == answer["reason"]
    assert home.run("chat", stdin="Hello!\n").out == f"> {said}\n> \n"


def test_a_conversation_may_end_without_a_word(home: Home) -> None:
    assert home.run("chat").code == 0


def test_the_home_may_be_named_by_the_environment(home: Home, model_once: None) -> None:
    ran = CliRunner().invoke(app, ["documents", "list"], env={"MERGER_BOT_HOME": str(home.folder)})
    assert ran.stdout.startswith("ferry  2021-03-04  The ferry plan")


def test_a_home_that_is_named_is_named_in_hints_and_in_no_quotation(home: Home) -> None:
    file = home.folder.parent / "manual.txt"
    file.write_text("The index of the harbour is made by `merger-bot index update` on Mondays.\n", "utf-8")
    named = ["--home", str(home.folder)]
    added = CliRunner().invoke(app, [*named, "documents", "add", str(file)]).stdout
    assert f"Run `merger-bot --home {home.folder} index update` to answer from them." in added
    assert f"  merger-bot --home {home.folder} documents set manual published=YYYY-MM-DD publisher=" in added
    assert CliRunner().invoke(app, [*named, "index", "update", "--force", "--because", "test"]).exit_code == 0
    asked = CliRunner().invoke(app, [*named, "ask", "When is the index of the harbour made?"]).stdout
    assert "made by `merger-bot index update` on Mondays. [1]" in " ".join(asked.split())
    in_json = CliRunner().invoke(app, [*named, "documents", "remove", "nobody", "--json"])
    assert in_json.stderr.endswith(f"`merger-bot --home {home.folder} documents list` shows them all.\n")


def test_an_answer_is_logged(home: Home) -> None:
    answer = home.ask(WHEN)
    with closing(sqlite3.connect(home.folder / "log.db")) as log:
        assert log.execute("SELECT id, via FROM answers").fetchall()[-1] == (answer["id"], "cli")


def test_without_a_word_the_home_is_a_hidden_folder_where_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["--no-bundled", "documents", "list"]).exit_code == 0
    assert [entry.name for entry in tmp_path.iterdir()] == [".merger-bot"]


def test_a_home_can_be_moved(home: Home, tmp_path: Path) -> None:
    moved = Home(Path(shutil.move(home.folder, tmp_path / "elsewhere")))
    assert "3 May 2022" in moved.ask(WHEN)["text"]
    assert PLAN.endswith((moved.folder / "documents" / "ferry.md").read_text("utf-8")[-40:])
