from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import limits
from bot.slack.limits import TOO_MANY_HERE, TOO_MANY_OF_YOU, WINDOW_SECONDS, Limiter, Limits
from tests.bot.slack.conftest import Asking, mention, over_http
from tests.bot.slack.fake_slack import FakeSlack

ASKED = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("CD"), st.floats(0, 300)), max_size=60)


@given(ASKED, st.integers(1, 4), st.integers(1, 6))
def test_no_minute_has_more_questions_than_the_limits_say(
    asked: list[tuple[str, str, float]], person_most: int, channel_most: int
) -> None:
    limiter = Limiter(Limits(person_most, channel_most))
    asked = sorted(asked, key=lambda each: each[2])
    admitted: list[tuple[str, str, float]] = []
    for person, channel, now in asked:
        recent = [each for each in admitted if each[2] > now - WINDOW_SECONDS]
        of_person = sum(each[0] == person for each in recent)
        in_channel = sum(each[1] == channel for each in recent)
        free = of_person < person_most and in_channel < channel_most
        assert (limiter.refusal(person, channel, now) is None) == free
        if free:
            admitted.append((person, channel, now))


@given(ASKED)
def test_each_reason_is_told_at_most_once_a_minute(asked: list[tuple[str, str, float]]) -> None:
    limiter = Limiter(Limits(1, 2))
    told: dict[tuple[str, str], float] = {}
    for person, channel, now in sorted(asked, key=lambda each: each[2]):
        sentence = limiter.refusal(person, channel, now)
        if sentence:
            about = (person, "") if sentence == TOO_MANY_OF_YOU else ("", channel)
            assert now - told.get(about, float("-inf")) >= WINDOW_SECONDS
            told[about] = now


def test_who_may_not_ask_is_told_why_and_then_left_in_peace() -> None:
    limiter = Limiter(Limits(2, 3))
    said = [limiter.refusal(person, "C1", 0.0) for person in ("a", "a", "a", "a", "b", "b", "c")]
    assert said == [None, None, TOO_MANY_OF_YOU, "", None, TOO_MANY_HERE, ""]
    assert limiter.refusal("c", "C2", 1.0) is None
    assert limiter.refusal("a", "C1", WINDOW_SECONDS) is None


def test_who_has_been_quiet_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEPT", 2)
    limiter = Limiter(Limits(1, 1))
    for n in range(5):
        assert limiter.refusal(f"U{n}", f"C{n}", n * WINDOW_SECONDS) is None
    assert set(limiter._asked) == {"person U4", "channel C4"}
    assert limiter.refusal("U4", "C9", 4 * WINDOW_SECONDS) == TOO_MANY_OF_YOU


def test_the_sentence_is_posted_once_and_what_is_too_much_is_not_asked(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking, limits=Limits(2, 100)) as http:
        for n in range(5):
            http.post(mention(f"Question {n}", ts=f"1571648400.{n:06}"), f"Ev{n}")
        http.post(mention("Question 4", ts="1571648400.000004"), "Ev4", X_Slack_Retry_Num="1")
        http.post(mention("Of another", ts="1571648500.000004", user="U2"), "Ev9")
        slack.wait_for_messages(4)
    assert sorted(text for text, _ in asking.seen) == ["Of another", "Question 0", "Question 1"]
    told = [(m["thread_ts"], m["text"]) for m in slack.messages if "You asked" not in m["text"]]
    assert told == [("1571648400.000002", TOO_MANY_OF_YOU)]
