"""What happens when people open the app, and press or type a question there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.answer.types import QuestionRefused
from bot.slack import suggestions
from bot.slack.blocks import FAILED, HOW_TO_ASK
from bot.slack.limits import TOO_MANY_OF_YOU, Limits
from bot.slack.office import TOO_LATE
from bot.slack.rules import People, Rules
from bot.slack.suggestions import Suggestions
from bot.slack.views.window import LOOKING
from tests.bot.slack.conftest import APPROVAL, DIRECT, Asking, answer, direct, in_memory, over_http, over_socket
from tests.bot.slack.fake_slack import BOT_TOKEN, NO_RESPONSE, Failure, FakeSlack, JsonObject
from tests.bot.slack.test_home_view import lines

SECRET = replace(
    APPROVAL, source=APPROVAL.source.model_copy(update={"id": "pay", "title": "Pay bands", "audience": "HR"})
)
PROMPTS = "assistant.threads.setSuggestedPrompts"
CURRENCY = "Last updated 1 November 2019: 1 document of 21 October 2019. I know nothing of what happened after that."
LINE = "• The merger is approved · 21 October 2019"
NUMBERED = "When does it start?"

Connected = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(params=[over_http, over_socket], ids=["http", "socket"])
def connected(request: pytest.FixtureRequest) -> Iterator[Connected]:
    """Both ways of reaching the app."""
    yield request.param


def home_of(slack: FakeSlack, user: str = "U1") -> JsonObject:
    """Open the Home tab, and give what it shows once it was published anew."""
    before = len(slack.of("views.publish"))
    slack.app_home_opened(user=user)
    slack.wait_until(lambda fake: len(fake.of("views.publish")) > before)
    home = slack.home_of(user)
    assert home is not None
    return home


def window(slack: FakeSlack, user: str = "U1") -> list[str]:
    """What stands in the window, once it is no longer being looked up."""
    slack.wait_until(lambda fake: (view := fake.modal_of(user)) is not None and LOOKING not in lines(view))
    view = slack.modal_of(user)
    assert view is not None
    return lines(view)


def test_whoever_opens_the_home_tab_finds_what_can_be_asked_and_what_is_known(
    slack: FakeSlack, connected: Connected
) -> None:
    with connected(slack, Asking(), rules=Rules(people=People(channel="C0HELP"))):
        shown = lines(home_of(slack))
    assert shown[0] == "# Ask about the merger"
    assert shown[6:] == [
        "[When does it start?] [What conditions come with it?]",
        "Your question: ____",
        "[Ask]",
        "---",
        "# What I know",
        CURRENCY,
        LINE,
        "---",
        "When the documents do not say, ask in <C0HELP>.",
        "Your questions and their answers are kept for 30 days, without your name, then deleted.",
    ]


def test_a_document_for_hr_is_on_the_home_of_hr_alone(slack: FakeSlack) -> None:
    asking = Asking(shelf={"approval": APPROVAL, "pay": SECRET})
    with over_http(slack, asking, rules=Rules(audiences={"HR": ("U1",)})):
        theirs, others = (lines(home_of(slack, user)) for user in ("U1", "U2"))
    assert [line for line in theirs if "Pay" in line] == ["• Pay bands · 21 October 2019"]
    assert not any("Pay" in line or "2 documents" in line for line in others)


def test_the_next_opening_shows_a_new_index(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking):
        assert CURRENCY in lines(home_of(slack))
        newer = APPROVAL.source.model_copy(update={"id": "news", "title": "The news", "published": "2020-01"})
        asking.shelf["news"] = replace(APPROVAL, source=newer)
        asking.questions = ("What is the news?",)
        shown = lines(home_of(slack))
    assert "[What is the news?]" in shown
    assert shown[shown.index("• The news · January 2020") + 1] == LINE


def test_many_documents_are_turned_page_by_page(slack: FakeSlack, connected: Connected) -> None:
    made = (APPROVAL.source.model_copy(update={"id": f"n{n}", "published": f"{1950 + n}"}) for n in range(50))
    asking = Asking(shelf={source.id: replace(APPROVAL, source=source) for source in made})
    with connected(slack, asking):
        slack.click(home_of(slack), "documents:older")
        slack.wait_until(lambda fake: "Documents 21 to 40" in str(fake.home_of()))
        second = slack.home_of()
        assert second is not None
        slack.click(second, "documents:newer")
        slack.wait_until(lambda fake: "Documents 1 to 20" in str(fake.home_of()))
    assert "• The merger is approved · 1979" in lines(second)


def test_admins_find_the_panel_at_the_end(slack: FakeSlack, tmp_path: Path) -> None:
    with over_http(slack, Asking(), rules=Rules(admins=("U1",)), home=tmp_path):
        admin, other = (home_of(slack, user)["blocks"] for user in ("U1", "U2"))
    assert admin[: len(other)] != admin
    assert [block["type"] for block in other] == [block["type"] for block in admin[: len(other)]]


def test_a_panel_that_fails_does_not_take_the_home_away(slack: FakeSlack, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with over_http(slack, Asking(), rules=Rules(admins=("U1",)), home=tmp_path / "home"):
        assert LINE in lines(home_of(slack))


def test_a_home_that_cannot_be_published_is_logged_without_who(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fail("views.publish", Failure(error="not_enabled"))
    with over_http(slack, Asking()):
        slack.app_home_opened()
        slack.wait_until(lambda fake: any(call.method == "views.publish" for call in fake.calls))
        home_of(slack)
    [record] = [record for record in caplog.records if "not_enabled" in record.getMessage()]
    assert record.levelno == logging.ERROR
    assert "U1" not in caplog.text


def test_questions_are_suggested_to_whoever_opens_the_conversation(slack: FakeSlack, connected: Connected) -> None:
    with connected(slack, Asking()):
        slack.app_home_opened("messages")
        slack.wait_until(lambda fake: DIRECT in fake.prompts)
    [call] = slack.of(PROMPTS)
    assert {name: call[name] for name in ("channel_id", "title", "prompts")} == {
        "channel_id": DIRECT,
        "title": "You could ask",
        "prompts": [
            {"title": "When does it start?", "message": "When does it start?"},
            {"title": "What conditions come with it?", "message": "What conditions come with it?"},
        ],
    }
    assert slack.prompts_not_shown == []


def test_they_are_suggested_once_to_each(slack: FakeSlack) -> None:
    with over_http(slack, Asking()):
        for user in ("U1", "U1", "U2", "U1"):
            slack.app_home_opened("messages", user)
    assert sorted(call["channel_id"] for call in slack.of(PROMPTS)) == [DIRECT, "D2"]


def shown(slack: FakeSlack) -> Suggestions:
    return Suggestions(WebClient(token=BOT_TOKEN, base_url=slack.api_url, retry_handlers=[]))


def test_they_are_suggested_again_after_an_hour_or_when_they_have_changed(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggested = shown(slack)
    for questions in (["What?"], ["What?"], ["What?", "When?"], ["What?", "When?"]):
        suggested.show(DIRECT, "#U1", questions)
    assert [len(call["prompts"]) for call in slack.of(PROMPTS)] == [1, 2]
    monkeypatch.setattr(suggestions, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(suggestions, "KEPT", 1)
    suggested.show(DIRECT, "#U1", ["What?", "When?"])
    suggested.show(DIRECT, "#U2", [f"What {number}?" for number in range(9)])
    assert [len(call["prompts"]) for call in slack.of(PROMPTS)] == [1, 2, 2, 4]


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (Failure(error="not_agent_app"), "not_agent_app"),
        (Failure(error="missing_scope"), "missing_scope"),
        (Failure(429, "ratelimited"), "ratelimited"),
        (Failure(NO_RESPONSE), "RemoteDisconnected"),
    ],
    ids=["no agent", "no scope", "too often", "no reply"],
)
def test_what_fails_is_left_for_a_while_and_then_tried_again(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, failure: Failure, why: str
) -> None:
    caplog.set_level(logging.INFO, suggestions.__name__)
    slack.fail(PROMPTS, failure)
    suggested = shown(slack)
    for user in ("#U1", "#U2"):
        suggested.show(DIRECT, user, ["What?"])
    assert sum(call.method == PROMPTS for call in slack.calls) == 1
    told = [record.getMessage() for record in caplog.records if record.name == suggestions.__name__]
    assert told == [f"No questions are suggested for 10 minutes: {why}."]
    monkeypatch.setattr(suggestions, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + 601))
    suggested.show(DIRECT, "#U1", ["What?"])
    assert len(slack.of(PROMPTS)) == 1


def test_nothing_is_suggested_where_there_is_nothing_to_ask(slack: FakeSlack) -> None:
    with over_http(slack, Asking(questions=())):
        slack.app_home_opened("messages")
    assert slack.of(PROMPTS) == []


def test_a_workspace_without_agents_gets_its_answers(slack: FakeSlack, connected: Connected) -> None:
    del slack.manifest["features"]["agent_view"]
    with connected(slack, Asking()):
        slack.app_home_opened("messages")
        slack.event(direct())
        slack.wait_for_messages(1)
    assert slack.prompts == {}


def test_what_somebody_looks_at_is_acknowledged_and_ignored(slack: FakeSlack, connected: Connected) -> None:
    with connected(slack, Asking()):
        event = {"type": "app_context_changed", "user": "U1", "channel": DIRECT, "context": {"entities": []}}
        assert slack.event(event).status == 200
    assert [call.method for call in slack.calls if call.method not in ("auth.test", "apps.connections.open")] == []


def test_each_message_of_the_agent_is_a_thread_of_its_own(slack: FakeSlack, connected: Connected) -> None:
    told = {
        "client_msg_id": "0b1c",
        "team": "T1",
        "event_ts": "1571648400.000100",
        "blocks": [{"type": "rich_text", "block_id": "b", "elements": []}],
        "app_context": {"entities": [{"type": "channel", "value": "C0MERGER"}]},
    }
    with connected(slack, asking := Asking()):
        slack.event(direct("Who?", "1571648400.000100", **told))
        slack.wait_for_messages(1)
        slack.event(direct("And when?", "1571648400.000200", thread_ts="1571648400.000100", **told))
        slack.wait_for_messages(2)
        slack.event(direct("What?", "1571648400.000300", **told))
        threads = [message["thread_ts"] for message in slack.wait_for_messages(3)]
    assert threads == ["1571648400.000100", "1571648400.000100", "1571648400.000300"]
    assert [(text, len(turns)) for text, turns in asking.seen] == [("Who?", 0), ("And when?", 1), ("What?", 0)]


def test_a_prompt_that_is_pressed_is_answered_in_a_window(slack: FakeSlack, connected: Connected) -> None:
    asking, rules = Asking(), Rules(audiences={"HR": ("U1",)}, people=People(channel="C0HELP"))
    with connected(slack, asking, rules=rules):
        slack.click(home_of(slack), "prompt:0")
        shown = window(slack)
        view = slack.modal_of()
        assert view is not None
        slack.click(view, "source:0")
        slack.wait_until(lambda fake: len(fake.modals["U1"]) == 2)
    assert shown[:3] == [
        "*When does it start?*",
        "---",
        "You asked: When does it start? [[1]](https://example.org/approval)",
    ]
    assert (asking.seen, asking.audiences) == ([(NUMBERED, ())], [frozenset({"HR"})])
    assert slack.messages == []


def test_what_is_typed_is_answered_by_enter_and_by_the_button(slack: FakeSlack, connected: Connected) -> None:
    with connected(slack, asking := Asking()):
        slack.click(home_of(slack), "ask", value="Who <!channel> & *when*?")
        first = window(slack)
        view = slack.modal_of()
        assert view is not None
        slack.close(view)
        slack.click(home_of(slack), "ask:now", values={"ask": " And where? "})
        second = window(slack)
    assert (first[0], second[0]) == ("*Who <!channel> & *when*?*", "*And where?*")
    assert [text for text, _ in asking.seen] == ["Who <!channel> & *when*?", "And where?"]


def test_the_window_is_open_before_the_answer_is_there(slack: FakeSlack) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_http(slack, asking):
        slack.click(home_of(slack), "prompt:0")
        slack.wait_until(lambda fake: fake.modal_of() is not None)
        view = slack.modal_of()
        assert view is not None
        before = lines(view)
        asking.gate.set()
        after = window(slack)
    assert before == ["*When does it start?*", "---", LOOKING]
    assert after[2].startswith("You asked:")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(QuestionRefused("There is no word in it."), "There is no word in it."), (RuntimeError("private"), FAILED)],
    ids=["refused", "failed"],
)
def test_what_cannot_be_answered_is_said_in_the_window(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture, error: Exception, sentence: str
) -> None:
    with over_http(slack, Asking(error=error)):
        slack.click(home_of(slack), "prompt:0")
        assert window(slack)[2:] == [sentence]
    assert "private" not in caplog.text


def test_a_question_of_nothing_says_how_to_ask(slack: FakeSlack) -> None:
    with over_http(slack, asking := Asking()):
        slack.click(home_of(slack), "ask:now")
        assert window(slack)[2:] == [HOW_TO_ASK]
    assert asking.seen == []


def test_questions_in_windows_count_as_all_others(slack: FakeSlack) -> None:
    with over_http(slack, asking := Asking(), limits=Limits(person=1)):
        home = home_of(slack)
        shown = []
        for _ in range(3):
            slack.click(home, "prompt:0")
            shown.append(window(slack)[2])
            view = slack.modal_of()
            assert view is not None
            slack.close(view)
    assert shown[1:] == [TOO_MANY_OF_YOU] * 2
    assert len(asking.seen) == 1


def test_a_press_that_is_too_old_is_told_in_the_conversation(slack: FakeSlack) -> None:
    with over_http(slack, asking := Asking()):
        home = home_of(slack)
        slack.fail("views.open", Failure(error="expired_trigger_id"))
        slack.click(home, "prompt:0")
        [message] = slack.wait_for_messages(1)
    assert (message["channel"], message["text"], asking.seen) == ("U1", TOO_LATE, [])


def test_an_answer_in_a_window_offers_a_person_and_no_thumbs(slack: FakeSlack) -> None:
    why = "The documents do not say."
    asking = Asking(replies=lambda text: answer(text, abstained=True, reason=why, parts=(), citations=()))
    with over_http(slack, asking, in_memory(), rules=Rules(people=People(channel="C0HELP"))):
        slack.click(home_of(slack), "prompt:0")
        assert window(slack)[2:] == ["The documents do not say.", "[Ask a person]"]
