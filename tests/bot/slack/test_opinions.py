"""What is kept of what people said about answers, and where questions to people were posted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread

from hypothesis import given
from hypothesis import strategies as st

from bot.database import IN_MEMORY
from bot.slack.copies import KEPT_DAYS, Copies
from bot.slack.feedback import Feedback, Opinion, Reason, SaidOfAnswer, Verdict, report
from bot.slack.types import Block
from bot.slack.views.feedback import COMMENT_CHARS, REASONS, reason_view, thanks_view
from tests.bot.slack.conftest import answer
from tests.bot.slack.fake_slack import view_problem
from tests.bot.slack.test_answers import given as given_answer

DAY = 86_400.0
NOW = 1_571_648_400.0


def opinion(answer: str = "a1", person: str = "#U1", **changes: object) -> Opinion:
    said = {"verdict": Verdict.UNHELPFUL, "said_at": NOW, "reason": Reason.WRONG, "comment": "It is May."}
    return Opinion(answer, person, **{**said, **changes})  # type: ignore[arg-type]


def test_an_opinion_comes_back_after_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    helpful = opinion("a2", verdict=Verdict.HELPFUL, reason=None, comment="", said_at=NOW + 1)
    with closing(Feedback(url, 30)) as first:
        first.keep(opinion())
        first.keep(helpful)
    with closing(Feedback(url, 30)) as other:
        assert other.since(NOW) == (helpful, opinion())
        assert other.since(NOW + 0.5) == (helpful,)


def test_a_later_opinion_of_the_same_person_takes_the_place_of_the_earlier_one() -> None:
    kept = Feedback(IN_MEMORY, 30)
    later = opinion(said_at=NOW + 5, reason=Reason.OTHER)
    for one in (opinion(), opinion(person="#U2"), later, opinion(said_at=NOW + 1), opinion("a2", said_at=NOW - 1)):
        kept.keep(one)
    assert kept.since(0.0) == (later, opinion(person="#U2"), opinion("a2", said_at=NOW - 1))


def test_whoever_keeps_an_opinion_hears_whether_the_verdict_is_news() -> None:
    kept = Feedback(IN_MEMORY, 30)
    helpful = opinion(verdict=Verdict.HELPFUL, reason=None, comment="", said_at=NOW + 1)
    said = (opinion(), opinion(comment="May."), helpful, helpful, opinion(), opinion(said_at=NOW + 2))
    assert [kept.keep(one) for one in said] == [True, False, True, False, False, True]


def test_of_opinions_at_once_one_is_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    together = Barrier(4)

    def keep(number: int) -> None:
        with closing(Feedback(url, 30)) as process:
            together.wait()
            process.keep(opinion(said_at=NOW + number))

    threads = [Thread(target=keep, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with closing(Feedback(url, 30)) as kept:
        assert kept.since(0.0) == (opinion(said_at=NOW + 3),)


def test_what_is_too_old_is_forgotten() -> None:
    kept, copies = Feedback(IN_MEMORY, 2), Copies(IN_MEMORY)
    kept.keep(opinion())
    kept.keep(opinion("a2", said_at=NOW + 1))
    assert kept.forget(NOW + 2 * DAY + 0.5) == 1
    assert [one.answer for one in kept.since(0.0)] == ["a2"]
    copies.add("ask:a1:#U1", "D1", "1.1")
    assert copies.forget(datetime.now(UTC).timestamp() + KEPT_DAYS * DAY - 60) == 0
    assert copies.forget(datetime.now(UTC).timestamp() + KEPT_DAYS * DAY + 60) == 1
    assert copies.of("ask:a1:#U1") == ()


def test_zero_days_keep_nothing_on_the_disk_and_delete_what_was_kept(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    with closing(Feedback(f"sqlite:///{file}", 30)) as kept:
        kept.keep(opinion())
    with closing(Feedback(f"sqlite:///{file}", 0)) as private:
        assert private.since(0.0) == ()
        private.keep(opinion())
        assert private.since(0.0) == (opinion(),)
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT count(*) FROM slack_feedback").fetchone() == (0,)


def test_the_posts_of_a_question_are_found_in_their_order(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    with closing(Copies(url)) as copies:
        copies.add("ask:a1:#U1", "D2", "2.1")
        copies.add("ask:a1:#U2", "C1", "1.2")
        copies.add("ask:a1:#U1", "D1", "1.1")
    with closing(Copies(url)) as copies:
        assert copies.of("ask:a1:#U1") == (("D2", "2.1"), ("D1", "1.1"))


def test_a_report_counts_verdicts_and_reasons_and_names_nobody() -> None:
    helpful = opinion("a2", "#U2", verdict=Verdict.HELPFUL, reason=None, comment="")
    silent = opinion("a3", reason=None, comment="")
    opinions = [opinion(), opinion(person="#U2"), helpful, silent, opinion("a4", reason=Reason.OUTDATED)]
    known = given_answer(answer("When?", id="a1"))
    made = report(opinions, {"a1": known}.get, 30)
    assert (made.days, made.helpful, made.unhelpful) == (30, 1, 4)
    assert list(made.reasons.items()) == [("wrong", 2), ("", 1), ("outdated", 1)]
    at = datetime.fromtimestamp(NOW, UTC)
    unhelpful = Verdict.UNHELPFUL
    assert made.said[0] == SaidOfAnswer(at, unhelpful, "wrong", "It is May.", "a1", "When?", ("approval",))
    assert made.said[3] == SaidOfAnswer(at, unhelpful, "", "", "a3", "", ())
    assert "#U" not in repr(made)


def labels(view: Block) -> list[str]:
    return [option["text"]["text"] for option in view["blocks"][0]["element"]["options"]]


def test_the_window_asks_for_a_reason_and_if_wanted_a_comment() -> None:
    view = reason_view("a1")
    assert labels(view) == [
        "The answer is wrong",
        "It is out of date",
        "The source does not say this",
        "Something is missing",
        "It is not what I asked",
        "Something else",
    ]
    assert set(REASONS) == set(Reason)
    assert [block["optional"] for block in view["blocks"]] == [False, True]
    assert view["blocks"][1]["element"]["max_length"] == COMMENT_CHARS == 1_000
    assert (view["callback_id"], view["private_metadata"]) == ("feedback", "a1")
    assert view_problem(view) == ""


def test_the_thanks_offer_a_person_where_there_is_one() -> None:
    assert [block["type"] for block in thanks_view("")["blocks"]] == ["rich_text"]
    assert view_problem(thanks_view("")) == view_problem(thanks_view("a1")) == ""
    offered = thanks_view("a1")["blocks"][-1]["elements"]
    assert [(one["action_id"], one["value"]) for one in offered] == [("ask_person", "a1")]


@given(st.text(max_size=2_000))
def test_a_comment_is_kept_as_it_was_written(comment: str) -> None:
    whole = comment.encode("utf-8", "ignore").decode().replace("\x00", "")
    kept = Feedback(IN_MEMORY, 30)
    kept.keep(opinion(comment=whole))
    assert kept.since(0.0)[0].comment == whole
    kept.close()
