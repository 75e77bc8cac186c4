"""`merger-bot feedback`: what an admin reads of what staff said."""

from __future__ import annotations

import time
from contextlib import closing

import pytest

from bot.slack.answers import Answers, Given
from bot.slack.feedback import Feedback, Opinion, Reason, Verdict
from bot.slack.state import DATABASE
from knowledge.audience import FOR_ALL
from tests.bot.conftest import Home
from tests.bot.slack.conftest import answer

DAY = 86_400.0


def say(home: Home, *said: Opinion) -> None:
    url = f"sqlite:///{home.folder / DATABASE}"
    home.folder.mkdir(parents=True, exist_ok=True)
    with closing(Feedback(url, 30)) as feedback, closing(Answers(url, 30)) as answers:
        answers.keep(Given(answer("When \x1b[31mdoes it start?", id="a1"), "#U1", "C1", "1.1", FOR_ALL, time.time()))
        for opinion in said:
            feedback.keep(opinion)


def test_what_was_said_is_counted_and_listed_with_its_question(home: Home) -> None:
    now = time.time()
    say(
        home,
        Opinion("a1", "#U1", Verdict.UNHELPFUL, now, Reason.OUTDATED, "It is\n\x1b[31mMay."),
        Opinion("a1", "#U2", Verdict.HELPFUL, now - DAY),
        Opinion("a0", "#U2", Verdict.UNHELPFUL, now - 2 * DAY),
        Opinion("a0", "#U1", Verdict.UNHELPFUL, now - 9 * DAY, Reason.WRONG),
    )
    shown = home.run("feedback", "--days", "5").out.splitlines()
    assert [line if line[:2] != "20" else line[18:] for line in shown] == [
        "1 helpful, 2 not helpful, in the last 5 days.",
        "  1  outdated",
        "  1  no reason given",
        "",
        "not helpful: outdated",
        "    When [31mdoes it start?",
        "    from approval",
        "    “It is [31mMay.”",
        "",
        "helpful",
        "    When [31mdoes it start?",
        "    from approval",
        "",
        "not helpful: no reason given",
        "    The question is no longer kept.",
    ]
    [told] = home.run("feedback", "--days", "5", "--json").json
    assert (told["helpful"], told["unhelpful"], told["reasons"]) == (1, 2, {"outdated": 1, "": 1})
    assert told["said"][0].keys() == {
        "said_at",
        "verdict",
        "reason",
        "comment",
        "answer",
        "question",
        "documents",
    }
    assert "#U" not in str(told)


def test_nothing_was_said(home: Home) -> None:
    assert home.run("feedback").out == "Nobody has said anything about an answer in the last 30 days.\n"


def test_what_only_the_bot_knows_is_not_looked_for(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    say(home, Opinion("a1", "#U1", Verdict.HELPFUL, time.time()))
    monkeypatch.setenv("MERGER_BOT_KEEP_QUESTIONS_DAYS", "0")
    refused = home.run("feedback")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == "MERGER_BOT_KEEP_QUESTIONS_DAYS is 0, so that only the running bot knows what was said.\n"
