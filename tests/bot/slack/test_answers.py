from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.answer.types import Answer, Conflict, Part
from bot.database import IN_MEMORY
from bot.log import Log
from bot.slack.answers import Answers, Given
from bot.slack.feedback import Feedback, Opinion, Reason, Verdict
from tests.bot.slack.conftest import answer, citation

DAY = 86_400.0


def given(said: Answer, at: float = 0.0, **changes: object) -> Given:
    values = {"asker": "#U1", "channel": "C1", "thread_ts": "1.000001", "audience": frozenset({"HR"}), "said_at": at}
    return Given(said, **{**values, **changes})  # type: ignore[arg-type]


FULL = answer(
    "Who?",
    parts=(Part(text="money", citations=(1,), item=True, lead="In 2018:"),),
    citations=(citation(page=3, page_name="slide", note="read from a picture"),),
    conflicts=(Conflict(text="people", citations=(1,)),),
    closest=(citation(2, document="other"),),
    courtesy=False,
)


def test_an_answer_comes_back_with_all_of_its_fields(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    first = Answers(url, 30)
    first.keep(given(FULL, 5.0))
    first.close()
    assert Answers(url, 30).find("a1") == given(FULL, 5.0)
    assert Answers(url, 30).find("a2") is None


def test_what_is_too_old_is_forgotten() -> None:
    answers = Answers(IN_MEMORY, 30)
    answers.keep(given(answer(id="old"), 0.0))
    answers.keep(given(answer(id="new"), 1.0))
    assert answers.forget(30 * DAY + 1.0) == 1
    assert (answers.find("old"), answers.find("new") is not None) == (None, True)


def test_zero_days_keep_nothing_on_the_disk_and_delete_what_was_kept(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    kept = Answers(f"sqlite:///{file}", 30)
    kept.keep(given(FULL))
    kept.close()
    private = Answers(f"sqlite:///{file}", 0)
    assert private.find("a1") is None
    private.keep(given(FULL))
    assert private.find("a1") == given(FULL)
    private.close()
    with create_engine(f"sqlite:///{file}").connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM slack_answers")).scalar() == 0


def test_what_was_not_answered_is_found_by_its_time() -> None:
    answers = Answers(IN_MEMORY, 30)
    for at, identity, abstained, courtesy in (
        (1.0, "before", True, False),
        (2.0, "first", True, False),
        (3.0, "answered", False, False),
        (4.0, "greeting", True, True),
        (5.0, "last", True, False),
        (6.0, "after", True, False),
    ):
        answers.keep(given(answer(id=identity, abstained=abstained, courtesy=courtesy), at))
    assert [one.answer.id for one in answers.unanswered(2.0, 6.0)] == ["first", "last"]
    assert (answers.count(2.0, 6.0), answers.count(6.5, 9.0)) == (4, 0)


@pytest.mark.parametrize("quoted", ["approval", "other"])
def test_answers_that_quote_a_purged_document_are_forgotten(tmp_path: Path, quoted: str) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    answers = Answers(url, 30)
    answers.keep(given(FULL))
    answers.keep(given(answer(id="a2", citations=(), parts=())))
    feedback = Feedback(url, 30)
    for identity in ("a1", "a2"):
        feedback.keep(Opinion(identity, "#U1", Verdict.UNHELPFUL, 1.0, Reason.WRONG, "It says money."))
    Log(url).forget_document(quoted)
    assert (answers.find("a1"), answers.find("a2") is not None) == (None, True)
    comments = {opinion.answer: opinion.comment for opinion in feedback.since(0.0)}
    assert comments == {"a1": "", "a2": "It says money."}


def test_not_even_the_engine_logs_what_was_asked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "sqlalchemy")
    answers = Answers(f"sqlite:///{tmp_path / 'log.db'}", 30)
    asked = given(answer("Who signs the lease?"))
    answers.keep(asked)
    assert answers.find(asked.answer.id) == asked
    answers.close()
    assert "lease" not in caplog.text
