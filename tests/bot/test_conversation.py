"""JSON lines in, JSON lines out, through the command line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import answer_lines
from bot.service import Service
from tests.bot.conftest import Home

WHEN = "When does the new ferry start?"
FORM = 'A line is {"question": ..., "thread": ..., "today": ..., "audience": [...]}.'


def line(question: str, **more: str) -> str:
    return json.dumps({"question": question, **more}) + "\n"


def test_answers_come_in_the_order_of_the_questions(home: Home) -> None:
    questions = [WHEN, "Who chairs the harbour board of Northport?", "Who agreed the timetable?", WHEN]
    ran = home.run("ask", "--json", "-", stdin="".join(map(line, questions)))
    assert (ran.code, ran.err) == (0, "")
    assert [answer["question"] for answer in ran.json] == questions


def test_a_line_gets_the_same_answer_as_the_question_alone(home: Home) -> None:
    (streamed,) = home.run("ask", "--json", "-", stdin=line(WHEN)).json
    alone = home.ask(WHEN)
    assert streamed.keys() == alone.keys()
    changing = {"id", "took_ms"}
    assert {k: v for k, v in streamed.items() if k not in changing} == {
        k: v for k, v in alone.items() if k not in changing
    }


def test_the_turns_of_a_thread_lean_on_each_other_and_not_on_other_threads(home: Home) -> None:
    """What "it" means is in the thread; where nothing was said before there is nothing to look up."""
    stdin = line(WHEN, thread="a") + line("when?", thread="a") + line("when?", thread="b") + line("when?")
    first, leaning, other, alone = home.run("ask", "--json", "-", stdin=stdin).json
    assert "3 May 2022" in first["text"]
    assert "3 May 2022" in leaning["text"]
    assert other["abstained"]
    assert alone["abstained"]


def test_lines_may_end_in_carriage_returns_and_blank_ones_are_passed_over(home: Home) -> None:
    ran = home.run("ask", "--json", "-", stdin=line(WHEN).replace("\n", "\r\n") + "\r\n  \n\n" + line(WHEN).strip())
    assert ran.code == 0
    assert [answer["question"] for answer in ran.json] == [WHEN, WHEN]


def test_no_lines_make_no_answers(home: Home) -> None:
    assert home.run("ask", "--json", "-").out == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"nonsense\n", f"Line 2: Invalid JSON: expected ident at line 1 column 2. {FORM}"),
        (b"[]\n", f"Line 2: Input should be an object. {FORM}"),
        (b"{}\n", f"Line 2: question: Field required. {FORM}"),
        (b'{"question": 5}\n', f"Line 2: question: Input should be a valid string. {FORM}"),
        (b'{"question": "a", "tread": "b"}\n', f"Line 2: tread: Extra inputs are not permitted. {FORM}"),
        (b'{"question": "\xff"}\n', f"Line 2: Invalid JSON: invalid unicode code point at line 1 column 15. {FORM}"),
        (
            b'{"question": "When?", "today": "soon"}\n',
            f"Line 2: today: Input should be a valid date or datetime, input is too short. {FORM}",
        ),
        (
            b'{"question": " "}\n',
            "Line 2: There is no question. Ask something like: When does the single CCG start?",
        ),
        (
            line("ferry " * 100_000).encode(),
            "Line 2: The question has 599,999 characters; at most 2,000 can be looked up. Ask for one thing.",
        ),
    ],
)
def test_a_line_that_cannot_be_answered_gets_its_error_in_its_place(home: Home, text: bytes, problem: str) -> None:
    ran = home.run("ask", "--json", "-", stdin=line(WHEN).encode() + text + line(WHEN).encode())
    before, error, after = ran.json
    assert error == {"error": problem}
    assert "3 May 2022" in before["text"]
    assert "3 May 2022" in after["text"]
    assert ran.code == 1
    assert ran.err == "Not every line could be answered; in the place of an answer stands what was wrong.\n"


def test_whatever_is_typed_every_line_that_is_not_blank_gets_one_line(home: Home) -> None:
    service = Service(home.folder)
    words = st.one_of(st.binary(max_size=40), st.text(max_size=40).map(lambda text: line(text).encode()))

    @given(st.lists(words.map(lambda text: text.replace(b"\n", b"") + b"\n"), max_size=5))
    def check(lines: list[bytes]) -> None:
        written: list[str] = []
        sound = answer_lines(service, lines, written.append)
        assert len(written) == sum(bool(text.strip()) for text in lines)
        assert sound == all("error" not in json.loads(text) for text in written)
        assert all("\n" not in text for text in written)

    check()


def test_today_may_be_given(home: Home) -> None:
    (answer,) = home.run("ask", "--json", "-", stdin=line(WHEN, today="2021-11-01")).json
    assert "3 May 2022" in answer["text"]
