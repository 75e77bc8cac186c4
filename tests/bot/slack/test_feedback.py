"""Whether an answer helped: the real app in front of the fake Slack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.database import LogUnusable
from bot.slack.features.feedback import NO_REASON, NOT_STORED, TOO_LONG
from bot.slack.features.people import ALREADY
from bot.slack.feedback import Feedback, Opinion, Reason, Verdict
from bot.slack.office import TOO_LATE
from bot.slack.rules import People, Rules
from bot.slack.state import State, open_state
from bot.slack.views.feedback import PERSON, READ, THANKS
from tests.bot.slack.conftest import CHANNEL, Asking, in_memory, mention, over_http, over_socket
from tests.bot.slack.fake_slack import Failure, FakeSlack, JsonObject, live_markup
from tests.bot.slack.test_people import THREAD, told
from tests.bot.slack.test_people_view import lines

HELP = "C0HELP"
TO_CHANNEL = Rules(people=People(channel=HELP))
COMMENT = "Ann <!channel> said *May*."
GLAD = "Thank you, I am glad that it helped."

Serve = Callable[..., Any]


@contextmanager
def rated(
    slack: FakeSlack,
    state: State,
    serve: Serve = over_http,
    **settings: Any,  # noqa: ANN401
) -> Iterator[JsonObject]:
    """An answer that can be rated, while the app runs."""
    with serve(slack, Asking(), state, **settings):
        slack.event(mention("When does it start?"))
        slack.wait_for_messages(1)
        yield slack.on_show[0]


def id_of(message: JsonObject) -> str:
    [buttons] = message["blocks"][-1]["elements"]
    return str(buttons["positive_button"]["value"].partition(":")[0])


def unhelpful(slack: FakeSlack, message: JsonObject, user: str = "U1") -> JsonObject:
    """Say that it did not help; the window."""
    slack.feedback(message, f"{id_of(message)}:unhelpful", user)
    slack.wait_until(lambda s: s.modal_of(user) is not None)
    window = slack.modal_of(user)
    assert window is not None
    return window


def kept(state: State) -> list[tuple[str, Verdict, Reason | None, str]]:
    return [(one.person, one.verdict, one.reason, one.comment) for one in state.feedback.since(0.0)]


@pytest.mark.parametrize("serve", [over_http, over_socket])
def test_what_somebody_says_is_stored_and_thanked_for(slack: FakeSlack, serve: Serve) -> None:
    state = in_memory()
    with rated(slack, state, serve) as message:
        slack.feedback(message, f"{id_of(message)}:helpful", "U2")
        assert told(slack) == [GLAD]
        assert (slack.ephemerals[0]["user"], slack.ephemerals[0]["thread_ts"]) == ("U2", THREAD)
        window = unhelpful(slack, message)
        assert window["title"]["text"] == "What was wrong?"
        slack.submit(window, {"reason": "outdated", "comment": COMMENT})
        thanks = slack.modal_of("U1")
        assert thanks is not None
        assert lines(thanks["blocks"]) == [f"{THANKS} {READ}"]
    assert kept(state) == [
        ("#U1", Verdict.UNHELPFUL, Reason.OUTDATED, COMMENT),
        ("#U2", Verdict.HELPFUL, None, ""),
    ]
    assert [one.answer for one in state.feedback.since(0.0)] == [id_of(message)] * 2
    assert len(slack.messages) == 1


def test_a_verdict_without_a_reason_counts_and_a_later_one_takes_its_place(slack: FakeSlack) -> None:
    state = in_memory()
    with rated(slack, state) as message:
        window = unhelpful(slack, message)
    assert kept(state) == [("#U1", Verdict.UNHELPFUL, None, "")]
    with over_http(slack, Asking(), state):
        slack.submit(window, {"reason": "wrong"})
        slack.submit(window, {"reason": "other", "comment": " Sorry. "})
        assert kept(state) == [("#U1", Verdict.UNHELPFUL, Reason.OTHER, "Sorry.")]
        slack.feedback(message, f"{id_of(message)}:helpful")
        told(slack)
        assert kept(state) == [("#U1", Verdict.HELPFUL, None, "")]


def test_what_was_said_outlives_the_process(slack: FakeSlack, tmp_path: Path) -> None:
    with open_state(tmp_path, 30) as state, rated(slack, state) as message:
        window = unhelpful(slack, message)
    with open_state(tmp_path, 30) as state, over_http(slack, Asking(), state):
        slack.submit(window, {"reason": "wrong", "comment": COMMENT})
    with open_state(tmp_path, 30) as state:
        [opinion] = state.feedback.since(0.0)
    assert (opinion.reason, opinion.comment) == (Reason.WRONG, COMMENT)
    assert opinion.person == state.pseudonym("U1") != "U1"


def test_where_there_is_somebody_to_ask_the_thanks_offer_it(slack: FakeSlack) -> None:
    with rated(slack, in_memory(), rules=TO_CHANNEL) as message:
        slack.submit(unhelpful(slack, message), {"reason": "incomplete"})
        thanks = slack.modal_of("U1")
        assert thanks is not None
        assert lines(thanks["blocks"]) == [f"{THANKS} {READ}", PERSON, "[Ask a person]"]
        slack.click(thanks, "ask_person")
        slack.wait_until(lambda s: len(s.of("views.update")) == 1)
        asked = slack.modal_of("U1")
        assert asked is not None
        assert lines(asked["blocks"])[0].startswith(f"I have asked in <{HELP}>. They see your question")
        slack.click(thanks, "ask_person")
        slack.wait_until(lambda s: len(s.of("views.update")) == 2)
        asked = slack.modal_of("U1")
        assert asked is not None
        assert lines(asked["blocks"]) == [ALREADY]
    [post] = [one for one in slack.on_show if one["channel"] == HELP]
    assert lines(post["blocks"])[2:4] == [
        "The documents have an answer, but it did not help.",
        "What was answered",
    ]


def test_what_is_missing_or_too_long_is_said_in_the_window(slack: FakeSlack) -> None:
    state = in_memory()
    with rated(slack, state) as message:
        window = unhelpful(slack, message)
        no_reason = {**window, "blocks": [{**block, "optional": True} for block in window["blocks"]]}
        slack.submit(no_reason, {"comment": "x"})
        assert slack.errors_of(window) == {"reason": NO_REASON}
        limits = [{**block, "element": {**block["element"], "max_length": 2_000}} for block in window["blocks"][1:]]
        slack.submit({**window, "blocks": [window["blocks"][0], *limits]}, {"reason": "wrong", "comment": "x" * 1_001})
        assert slack.errors_of(window) == {"comment": TOO_LONG}
    assert kept(state) == [("#U1", Verdict.UNHELPFUL, None, "")]


def test_an_expired_trigger_stores_nothing_and_says_so(slack: FakeSlack) -> None:
    state = in_memory()
    with rated(slack, state) as message:
        slack.fail("views.open", Failure(error="expired_trigger_id"))
        slack.feedback(message, f"{id_of(message)}:unhelpful")
        assert told(slack) == [TOO_LATE]
        assert kept(state) == []
        unhelpful(slack, message)
    assert kept(state) == [("#U1", Verdict.UNHELPFUL, None, "")]


def test_what_cannot_be_stored_stays_in_the_window(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Feedback, opinion: Opinion) -> None:
        raise LogUnusable(f"The log cannot be written: {opinion.comment}")

    with rated(slack, in_memory()) as message:
        window = unhelpful(slack, message)
        with monkeypatch.context() as patched:
            patched.setattr(Feedback, "keep", broken)
            slack.submit(window, {"reason": "wrong", "comment": COMMENT})
        assert slack.errors_of(window) == {"reason": NOT_STORED}
        slack.submit(window, {"reason": "wrong", "comment": COMMENT})
        thanks = slack.modal_of("U1")
        assert thanks is not None
        assert thanks["title"]["text"] == "Thank you"
    assert "was not stored" in caplog.text
    assert "Ann" not in caplog.text


def test_nothing_that_was_said_is_logged_or_shown(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "bot")
    with rated(slack, in_memory(), rules=TO_CHANNEL) as message:
        slack.submit(unhelpful(slack, message), {"reason": "wrong", "comment": COMMENT})
    assert "Ann" not in caplog.text
    assert "U1" not in caplog.text
    assert live_markup(slack.modal_of("U1")) == []
    assert [one["channel"] for one in slack.messages] == [CHANNEL]
