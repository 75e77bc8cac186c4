from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.evaluate import Pair
from bot.service import Service
from bot.slack import digest
from bot.slack.answers import Given
from bot.slack.app import SlackApp
from bot.slack.desk import ServiceDesk
from bot.slack.inhand import EVENTS_KEPT
from bot.slack.rules import FILE, ChannelRules, Digest, Rules
from bot.slack.state import State, open_state
from bot.slack.types import Desk
from bot.slack.views.digest import ALL_ANSWERED
from bot.unanswered import Group, Unanswered
from tests.bot.conftest import Home
from tests.bot.slack.bots import NOW, bot
from tests.bot.slack.conftest import Asking, answer, app, in_memory, over_http, over_socket
from tests.bot.slack.fake_slack import Failure, FakeSlack
from tests.bot.slack.test_blocks import shown

ADMINS = "C0ADMIN"
WHOLE_WEEK = Digest(weekday="monday", hour=0, timezone="Etc/UTC")
RULES = Rules(admins=("U0ADMIN",), admin_channel=ADMINS, digest=WHOLE_WEEK)
LEFT_OPEN = ("Who is the chair?", "What money is there?")


def given(question: str, asker: str = "#U1", hours: float = 1.0, **changes: Any) -> Given:  # noqa: ANN401
    """An answer of so many hours ago, that was none."""
    values: dict[str, Any] = {"id": f"{question}{asker}", "abstained": True, "reason": "The documents do not say."}
    held = {"audience": frozenset[str](), "said_at": (NOW - timedelta(hours=hours)).timestamp(), **changes}
    return Given(answer(question, **values), asker, "D1", "", **held)


def asked_in_a_week(state: State) -> State:
    for one in (
        given(LEFT_OPEN[0], "#U1"),
        given(LEFT_OPEN[0], "#U2"),
        given(LEFT_OPEN[1], "#U2"),
        given("How is the boat?", "#U3", audience=frozenset({"HR"})),
        given("Who is the chair of old?", "#U1", hours=7 * 24 + 1),
    ):
        state.answers.keep(one)
    state.answers.keep(Given(answer(id="known"), "#U1", "C1", "", frozenset(), NOW.timestamp() - 5))
    return state


@contextmanager
def running(slack: FakeSlack, state: State, desk: Desk | None = None, **changes: Any) -> Iterator[SlackApp]:  # noqa: ANN401
    made = app(slack, desk or Asking(), state, **{"rules": RULES, "clock": lambda: NOW, **changes})
    try:
        yield made
    finally:
        made.stop()


def tried(slack: FakeSlack) -> int:
    """Messages that were sent, whatever became of them."""
    return sum(call.method == "chat.postMessage" for call in slack.calls)


def check_digest(slack: FakeSlack) -> None:
    [posted] = slack.wait_for_messages(1)
    assert (posted["channel"], posted.get("thread_ts")) == (ADMINS, None)
    text = [block for block in posted["blocks"] if block["type"] != "actions"]
    assert shown({"text": "", "blocks": text}) == [
        "Questions of the last week without an answer",
        "4 of 5; what is alike stands together, the most frequent first.",
        LEFT_OPEN[0],
        "Asked twice by 2 people. The documents do not say.",
        LEFT_OPEN[1],
        "Asked once by 1 person. The documents do not say.",
        "1 more question that may be about what not all staff may read: only counted.",
    ]


@pytest.mark.parametrize("over", [over_http, over_socket])
def test_a_running_bot_posts_the_digest_once_and_not_again_after_a_restart(
    slack: FakeSlack, over: Callable[..., Any]
) -> None:
    state = asked_in_a_week(in_memory())
    with over(slack, Asking(), state, rules=RULES, clock=lambda: NOW):
        check_digest(slack)
    with running(slack, state) as again:
        again.digest.look()
    assert tried(slack) == 1


def test_of_two_processes_one_posts_the_digest(slack: FakeSlack, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        f"admin_channel: {ADMINS}\ndigest: {{weekday: monday, hour: 0, timezone: Etc/UTC}}\n", "utf-8"
    )
    with open_state(tmp_path, 30) as state:
        asked_in_a_week(state)
    with bot(slack, tmp_path) as one, bot(slack, tmp_path) as other:
        check_digest(slack)
        # Each has looked before it ends: that is the first thing it does.
        one.end()
        other.end()
    assert tried(slack) == 1


def test_looks_at_the_same_moment_post_one_digest(slack: FakeSlack, tmp_path: Path) -> None:
    together = Barrier(2)

    def clock() -> datetime:
        together.wait(20)
        return NOW

    with open_state(tmp_path, 30) as first, open_state(tmp_path, 30) as second:
        asked_in_a_week(first)
        with running(slack, first, clock=clock), running(slack, second, clock=clock):
            check_digest(slack)
    assert tried(slack) == 1


def test_in_quiet_hours_nothing_is_posted(slack: FakeSlack) -> None:
    moments = [NOW]
    hours = f"{NOW - timedelta(hours=1):%H:%M}-{NOW + timedelta(hours=1):%H:%M}"
    quiet = RULES.model_copy(update={"channels": {ADMINS: ChannelRules(quiet_hours=hours)}})
    with running(slack, asked_in_a_week(in_memory()), rules=quiet, clock=lambda: moments[-1]) as made:
        made.digest.look()
        assert tried(slack) == 0
        moments.append(NOW + timedelta(hours=2))
        made.digest.look()
        assert tried(slack) == 1


def test_what_slack_does_not_take_is_tried_again(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(digest, "LOOK_SECONDS", 0.02)
    slack.fail("chat.postMessage", *[Failure(error="not_in_channel")] * 3, Failure(429, "ratelimited"))
    with running(slack, asked_in_a_week(in_memory())) as made:
        check_digest(slack)
        made.digest.look()
    assert tried(slack) == 5
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == [
        "Slack did not take the digest: not_in_channel. The bot has to be a member of the admin channel.",
        "Slack cannot take the digest just now. It is tried again.",
    ]


def test_what_may_have_arrived_is_not_posted_again(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    slack.fail("chat.postMessage", Failure(500, "internal_error", arrives=True))
    with running(slack, asked_in_a_week(in_memory())) as made:
        check_digest(slack)
        made.digest.look()
    assert tried(slack) == 1
    assert "may not have been posted" in caplog.text


def test_a_failure_on_the_way_is_tried_again_and_logged_without_words(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Asking):
        times = 0

        def grouped(self, questions: Sequence[Unanswered]) -> tuple[Group, ...]:
            self.times += 1
            if self.times == 1:
                raise ValueError(questions[0].text)
            return super().grouped(questions)

    state = asked_in_a_week(in_memory())
    with running(slack, state, Failing(), rules=RULES.model_copy(update={"admin_channel": None})) as made:
        by_hand = digest.Digest(replace(made.office, rules=RULES), lambda: NOW)
        by_hand.look()
        assert tried(slack) == 0
        by_hand.look()
    check_digest(slack)
    assert "The digest was not posted: ValueError" in caplog.text
    assert "chair" not in caplog.text


def test_a_week_in_which_all_was_answered_is_one_line(slack: FakeSlack) -> None:
    state = in_memory()
    state.answers.keep(Given(answer(id="known"), "#U1", "C1", "", frozenset(), NOW.timestamp() - 5))
    with running(slack, state):
        assert slack.wait_for_messages(1)[0]["text"] == ALL_ANSWERED


@pytest.mark.parametrize("rules", [RULES, RULES.model_copy(update={"admin_channel": None})], ids=["quiet week", "none"])
def test_nothing_is_posted_if_nobody_asked_or_nobody_reads(slack: FakeSlack, rules: Rules) -> None:
    state = in_memory() if rules.admin_channel else asked_in_a_week(in_memory())
    with running(slack, state, rules=rules):
        pass
    assert tried(slack) == 0


def test_a_week_is_remembered_until_it_is_over() -> None:
    clocks_go_back = datetime(2026, 10, 19, tzinfo=ZoneInfo("Europe/London"))
    over = datetime(2026, 10, 26, tzinfo=ZoneInfo("Europe/London"))
    assert over.astimezone(UTC) - clocks_go_back.astimezone(UTC) < EVENTS_KEPT


def test_a_stop_does_not_wait_for_the_next_look(slack: FakeSlack) -> None:
    with running(slack, in_memory()):
        assert "digest" in running_threads()
    assert "digest" not in running_threads()


def running_threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_the_real_service_groups_questions_and_tries_a_pair(home: Home) -> None:
    service = Service(home.folder)
    desk = ServiceDesk(service)
    wordings = ("Is there wifi on the ferry?", "Is there any wifi on the ferry?", "Who repairs the lighthouse?")
    groups = desk.grouped([Unanswered(text, "#U1", NOW, "No.") for text in wordings])
    assert [(set(group.wordings), group.questions) for group in groups] == [(set(wordings[:2]), 2), ({wordings[2]}, 1)]
    question = "When does the new ferry start?"
    assert desk.tried(Pair(id="a", question=question, must_contain=("3 May 2022",), sources=("ferry",))).right
    assert desk.tried(Pair(id="b", question=question, must_contain=("4 May",))).problem == "The answer lacks 4 May."
    service.close()
