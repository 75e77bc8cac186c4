"""Ask a person, and Mark answered: the real app in front of the fake Slack."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.slack.answers import Given
from bot.slack.blocks import Offers, answer_message
from bot.slack.features.people import ALREADY, MOST_MEMBERS, NOBODY, NOT_TOLD, UNCLEAR
from bot.slack.office import TOO_LATE
from bot.slack.rules import ChannelRules, People, Rules
from bot.slack.state import State, open_state
from bot.slack.views.people import ANSWERED
from knowledge.audience import FOR_ALL
from tests.bot.slack.conftest import (
    APPROVAL,
    CHANNEL,
    DIRECT,
    SECRET,
    Asking,
    answer,
    citation,
    direct,
    in_memory,
    mention,
    over_http,
    over_socket,
)
from tests.bot.slack.fake.wire import over_http as http_route
from tests.bot.slack.fake_slack import Failure, FakeSlack, JsonObject
from tests.bot.slack.test_people_view import lines

HELP, GROUP = "C0HELP", "S0HELP"
TO_CHANNEL, TO_GROUP = Rules(people=People(channel=HELP)), Rules(people=People(group=GROUP))
THREAD = "1571648400.000100"
QUESTION = "Who signs the lease?"
NOTE = "Ann <!channel> signs *it*, see <https://evil.example|here>.\n@everyone"


def unanswered(text: str) -> Any:  # noqa: ANN401
    near = citation(1, quote="It starts on 1 April 2020.")
    return answer(
        text, text="", abstained=True, reason="The documents do not say.", parts=(), citations=(), closest=(near,)
    )


def asking() -> Asking:
    return Asking(replies=unanswered)


Serve = Callable[..., Any]


@contextmanager
def answered_in(
    slack: FakeSlack,
    serve: Serve = over_http,
    event: JsonObject | None = None,
    **settings: Any,  # noqa: ANN401
) -> Iterator[JsonObject]:
    """The message with the button Ask a person, while the app runs."""
    with serve(slack, settings.pop("desk", None) or asking(), settings.pop("state", None), **settings):
        slack.event(event or mention(QUESTION))
        slack.wait_for_messages(1)
        yield slack.on_show[0]


def told(slack: FakeSlack, count: int = 1) -> list[str]:
    """What was said to one person alone, a message a line, once there are so many."""
    slack.wait_until(lambda s: len(s.ephemerals) >= count)
    return ["\n".join(lines(message["blocks"])) for message in slack.ephemerals]


def posts(slack: FakeSlack, count: int, *channels: str) -> list[JsonObject]:
    """The messages in these channels as people see them now, once there are so many."""

    def there(seen: FakeSlack) -> list[JsonObject]:
        return [message for message in seen.on_show if message["channel"] in channels]

    slack.wait_until(lambda s: len(there(s)) >= count)
    return there(slack)


def mark(slack: FakeSlack, post: JsonObject, user: str = "U2", note: str = NOTE) -> JsonObject:
    """Press Mark answered, fill in the note and send it; the window."""
    slack.click(post, "mark_answered", user)
    slack.wait_until(lambda s: s.modal_of(user) is not None)
    window = slack.modal_of(user)
    assert window is not None
    slack.submit(window, {"note": note}, user)
    return window


def wait_until_answered(slack: FakeSlack, count: int = 1) -> None:
    slack.wait_until(lambda s: len(s.of("chat.update")) >= count)


@pytest.mark.parametrize("serve", [over_http, over_socket])
def test_a_question_goes_to_the_channel_and_the_answer_comes_back(slack: FakeSlack, serve: Serve) -> None:
    rules = Rules(people=People(channel=HELP, group=GROUP))
    with answered_in(slack, serve, rules=rules) as said:
        slack.click(said, "ask_person")
        assert told(slack) == [
            f"I have asked in <{HELP}> and called <{GROUP}>. They see your question, your name and what I found. "
            "You will be told here in the thread when somebody has answered."
        ]
        assert (slack.ephemerals[0]["channel"], slack.ephemerals[0]["thread_ts"]) == (CHANNEL, THREAD)
        [post] = posts(slack, 1, HELP)
        assert "thread_ts" not in post
        assert lines(post["blocks"]) == [
            f"<{GROUP}>, <U1> asks:",
            f"| {QUESTION}",
            "The documents do not answer this.",
            "What comes closest",
            "| It starts on 1 April 2020.",
            "The merger is approved · Kent and Medway CCGs · 21 October 2019 · Conditions",
            "[Mark answered] [Open the thread]",
        ]
        assert post["blocks"][-1]["elements"][1]["url"] == "https://kent.slack.com/archives/C0MERGER/p1571648400000100"
        window = mark(slack, post)
        assert window["title"]["text"] == "Mark answered"
        wait_until_answered(slack)
        [post] = posts(slack, 1, HELP)
        note = "| Ann <!channel> signs *it*, see <https://evil.example|here>.\n@everyone"
        assert lines(post["blocks"]) == [
            "Answered by <U2>",
            note,
            "<U1> asked:",
            f"| {QUESTION}",
            "What comes closest",
            "| It starts on 1 April 2020.",
            "The merger is approved · Kent and Medway CCGs · 21 October 2019 · Conditions",
            "[Open the thread]",
        ]
        reply = slack.on_show[-1]
    assert (reply["channel"], reply["thread_ts"]) == (CHANNEL, THREAD)
    assert lines(reply["blocks"]) == ["<U1>, <U2> has answered your question:", f"| {QUESTION}", note]
    assert slack.modals == {}
    assert len(slack.messages) == 3


def test_a_second_press_asks_nobody_again(slack: FakeSlack) -> None:
    with answered_in(slack, rules=TO_CHANNEL) as said:
        for _ in range(3):
            slack.click(said, "ask_person")
        assert sorted(told(slack, 3))[1:] == [ALREADY, ALREADY]
        slack.click(said, "ask_person", "U3")
        assert [lines(post["blocks"])[0] for post in posts(slack, 2, HELP)] == ["<U1> asks:", "<U3> asks:"]


def test_two_processes_ask_once(slack: FakeSlack, tmp_path: Path) -> None:
    with (
        open_state(tmp_path, 30) as one,
        open_state(tmp_path, 30) as other,
        over_http(slack, asking(), one, rules=TO_CHANNEL) as first,
        answered_in(slack, state=other, rules=TO_CHANNEL) as said,
    ):
        slack.click(said, "ask_person")
        slack.route = http_route(first.address, SECRET)
        slack.click(said, "ask_person")
        assert ALREADY in told(slack, 2)
        assert len(posts(slack, 1, HELP)) == 1


def test_all_goes_on_after_a_restart(slack: FakeSlack, tmp_path: Path) -> None:
    with open_state(tmp_path, 30) as state, answered_in(slack, state=state, rules=TO_CHANNEL) as said:
        pass
    with open_state(tmp_path, 30) as state, over_http(slack, asking(), state, rules=TO_CHANNEL):
        slack.click(said, "ask_person")
        told(slack)
    with open_state(tmp_path, 30) as state, over_http(slack, asking(), state, rules=TO_CHANNEL):
        slack.click(said, "ask_person")
        assert told(slack, 2)[1] == ALREADY
        [post] = posts(slack, 1, HELP)
        slack.click(post, "mark_answered", "U2")
        slack.wait_until(lambda s: s.modal_of("U2") is not None)
        window = slack.modal_of("U2")
        assert window
    with open_state(tmp_path, 30) as state, over_http(slack, asking(), state, rules=TO_CHANNEL):
        slack.submit(window, {"note": "Ann."}, "U2")
        wait_until_answered(slack)
        slack.submit(window, {"note": "Ann."}, "U2")
        mark(slack, post, "U3")
        [late] = posts(slack, 1, "D3")
    assert lines(late["blocks"]) == [ANSWERED]
    assert len(posts(slack, 1, HELP)) == 1
    assert len([message for message in slack.on_show if message["channel"] == CHANNEL]) == 2


def test_what_is_no_longer_kept_can_still_be_answered(slack: FakeSlack) -> None:
    with answered_in(slack, rules=TO_CHANNEL) as said:
        slack.click(said, "ask_person")
        told(slack)
        [post] = posts(slack, 1, HELP)
    with over_http(slack, asking(), in_memory(), rules=TO_CHANNEL):
        mark(slack, post, note="")
        wait_until_answered(slack)
    [post] = posts(slack, 1, HELP)
    assert lines(post["blocks"])[:3] == ["Answered by <U2>", "<U1> asked:", f"| {QUESTION}"]
    assert lines(slack.on_show[-1]["blocks"]) == [
        "<U1>, <U2> has marked your question as answered:",
        f"| {QUESTION}",
    ]


def test_the_members_of_a_group_are_asked_and_all_their_posts_change(slack: FakeSlack) -> None:
    slack.groups[GROUP] = ["U1", "U2", "U3", "U4"]
    with answered_in(slack, rules=TO_GROUP) as said:
        slack.click(said, "ask_person")
        assert told(slack)[0].startswith(f"I have asked 3 members of <{GROUP}>. They see")
        copies = posts(slack, 3, "D2", "D3", "D4")
        assert [copy["channel"] for copy in copies] == ["D2", "D3", "D4"]
        mark(slack, copies[1], "U3", "Ann.")
        wait_until_answered(slack, 3)
        copies = posts(slack, 3, "D2", "D3", "D4")
    assert [lines(copy["blocks"])[:2] for copy in copies] == [["Answered by <U3>", "| Ann."]] * 3
    assert (slack.on_show[-1]["channel"], slack.on_show[-1]["thread_ts"]) == (CHANNEL, THREAD)


def test_of_a_large_group_some_are_asked(slack: FakeSlack) -> None:
    slack.groups[GROUP] = [f"U{number}" for number in range(2, 30)]
    with answered_in(slack, rules=TO_GROUP) as said:
        slack.click(said, "ask_person")
        assert told(slack)[0].startswith(f"I have asked {MOST_MEMBERS} members of")
    assert len(slack.messages) == 1 + MOST_MEMBERS


def test_members_who_cannot_be_reached_do_not_keep_it_from_the_others(slack: FakeSlack) -> None:
    slack.groups[GROUP] = ["U2", "U3"]
    slack.without_bot.add("D2")
    with answered_in(slack, rules=TO_GROUP) as said:
        slack.click(said, "ask_person")
        assert told(slack)[0].startswith(f"I have asked one member of <{GROUP}>")


def empty(slack: FakeSlack) -> None:
    slack.groups[GROUP] = ["U1"]


def archived(slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", Failure(error="is_archived"))


def no_member(slack: FakeSlack) -> None:
    slack.without_bot.add(HELP)


def unknown(slack: FakeSlack) -> None:
    slack.groups[GROUP] = []
    slack.fail("usergroups.users.list", Failure(error="no_such_subteam"))


@pytest.mark.parametrize(
    ("rules", "trouble", "logged"),
    [
        (TO_CHANNEL, archived, "A question for people was not posted: is_archived."),
        (TO_CHANNEL, no_member, "A question for people was not posted: not_in_channel."),
        (TO_GROUP, empty, f"A question reached nobody: the user group {GROUP} has no members"),
        (TO_GROUP, unknown, f"A question reached nobody: the user group {GROUP} has no members"),
    ],
)
def test_where_nobody_is_reached_it_can_be_asked_again(
    slack: FakeSlack,
    caplog: pytest.LogCaptureFixture,
    rules: Rules,
    trouble: Callable[[FakeSlack], None],
    logged: str,
) -> None:
    with answered_in(slack, rules=rules) as said:
        trouble(slack)
        slack.click(said, "ask_person")
        assert told(slack) == [NOBODY]
        [error] = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
        assert error.startswith(logged)
        slack.without_bot.clear()
        slack.click(said, "ask_person")
        told(slack, 2)
    asked = [message for message in slack.on_show if message["channel"] == HELP]
    assert len(asked) == (1 if rules is TO_CHANNEL else 0)
    assert "lease" not in caplog.text


def test_a_channel_of_other_organisations_gets_nothing(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    with answered_in(slack, rules=TO_CHANNEL) as said:
        slack.event(mention("Hello", ts="1571648400.000900", channel=HELP), shared=True)
        refusal = posts(slack, 1, HELP)
        slack.click(said, "ask_person")
        assert told(slack) == [NOBODY]
        assert posts(slack, 1, HELP) == refusal
    assert f"the channel {HELP} is shared with another organisation" in caplog.text


def test_only_what_the_readers_may_read_is_shown(slack: FakeSlack) -> None:
    shelf = {"approval": replace(APPROVAL, source=APPROVAL.source.model_copy(update={"audience": "HR"}))}
    desk = Asking(replies=unanswered, shelf=shelf)
    for_hr = ChannelRules(audience="HR")
    rules = Rules(people=People(channel=HELP), channels={CHANNEL: for_hr})
    with answered_in(slack, desk=desk, rules=rules) as said:
        slack.click(said, "ask_person")
        [post] = posts(slack, 1, HELP)
        assert lines(post["blocks"])[2:-1] == [
            "The documents do not answer this.",
            "What was found is limited to HR and is not shown.",
        ]
        told(slack)
        mark(slack, post)
        wait_until_answered(slack)
        assert "April" not in str(posts(slack, 1, HELP))


def test_a_channel_of_the_same_audience_sees_what_was_found(slack: FakeSlack) -> None:
    shelf = {"approval": replace(APPROVAL, source=APPROVAL.source.model_copy(update={"audience": "HR"}))}
    for_hr = ChannelRules(audience="HR")
    rules = Rules(people=People(channel=HELP), channels={CHANNEL: for_hr, HELP: for_hr})
    with answered_in(slack, desk=Asking(replies=unanswered, shelf=shelf), rules=rules) as said:
        slack.click(said, "ask_person")
        assert "| It starts on 1 April 2020." in lines(posts(slack, 1, HELP)[0]["blocks"])


def test_direct_messages_show_only_what_is_for_all(slack: FakeSlack) -> None:
    slack.groups[GROUP] = ["U2"]
    shelf = {"approval": replace(APPROVAL, source=APPROVAL.source.model_copy(update={"audience": "HR"}))}
    rules = Rules(people=People(group=GROUP), audiences={"HR": ("U1", "U2")})
    desk = Asking(replies=unanswered, shelf=shelf)
    with answered_in(slack, event=direct(QUESTION), desk=desk, rules=rules) as said:
        slack.click(said, "ask_person")
        [post] = posts(slack, 1, "D2")
    assert lines(post["blocks"])[3] == "What was found is limited to HR and is not shown."
    assert [one["text"]["text"] for one in post["blocks"][-1]["elements"]] == ["Mark answered"]


def test_a_direct_message_gets_its_answer_in_its_thread(slack: FakeSlack) -> None:
    with answered_in(slack, event=direct(QUESTION), rules=TO_CHANNEL) as said:
        slack.click(said, "ask_person")
        [post] = posts(slack, 1, HELP)
        told(slack)
        mark(slack, post)
        wait_until_answered(slack)
    assert (slack.on_show[-1]["channel"], slack.on_show[-1]["thread_ts"]) == (DIRECT, THREAD)
    assert slack.of("chat.getPermalink") == []


def private(slack: FakeSlack, state: State) -> JsonObject:
    """An answer that only the asker sees, as after a command."""
    said = unanswered(QUESTION).model_copy(update={"id": "private"})
    state.answers.keep(Given(said, "#U1", CHANNEL, "", FOR_ALL, time.time()))
    message = answer_message(said, Offers(person=True))
    return {**message, "channel": CHANNEL, "ts": "1571648400.000700", "user": "U1", "ephemeral": True}


def test_who_asked_without_a_thread_is_told_directly(slack: FakeSlack) -> None:
    state = in_memory()
    with over_http(slack, asking(), state, rules=TO_CHANNEL):
        slack.click(private(slack, state), "ask_person")
        assert told(slack)[0].endswith("You will be told in a direct message when somebody has answered.")
        [post] = posts(slack, 1, HELP)
        mark(slack, post)
        wait_until_answered(slack)
    assert (slack.on_show[-1]["channel"], "thread_ts" in slack.on_show[-1]) == (DIRECT, False)
    assert slack.of("chat.getPermalink") == []


def test_who_cannot_be_told_in_the_thread_is_told_directly(slack: FakeSlack) -> None:
    with answered_in(slack, rules=TO_CHANNEL) as said:
        slack.click(said, "ask_person")
        told(slack)
        [post] = posts(slack, 1, HELP)
        slack.without_bot.add(CHANNEL)
        mark(slack, post)
        wait_until_answered(slack)
    assert slack.on_show[-1]["channel"] == DIRECT


def test_an_asker_who_cannot_be_told_leaves_the_question_open(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    with answered_in(slack, rules=TO_CHANNEL) as said:
        slack.click(said, "ask_person")
        told(slack)
        [post] = posts(slack, 1, HELP)
        slack.without_bot |= {CHANNEL, DIRECT}
        mark(slack, post)
        assert [lines(message["blocks"]) for message in posts(slack, 1, "D2")] == [[NOT_TOLD]]
        assert posts(slack, 1, HELP) == [post]
        slack.without_bot.clear()
        mark(slack, post)
        wait_until_answered(slack)
    assert lines(slack.on_show[-1]["blocks"])[0] == "<U1>, <U2> has answered your question:"
    assert "An asker could not be told of an answer." in caplog.text


def test_of_two_people_who_answer_at_once_one_has(slack: FakeSlack) -> None:
    with answered_in(slack, rules=TO_CHANNEL) as said:
        slack.click(said, "ask_person")
        told(slack)
        [post] = posts(slack, 1, HELP)
        for user in ("U2", "U3"):
            slack.click(post, "mark_answered", user)
        slack.wait_until(lambda s: len(s.modals) == 2)
        windows = {user: slack.modal_of(user) for user in ("U2", "U3")}
        for user, window in windows.items():
            assert window
            slack.submit(window, {"note": f"by {user}"}, user)
            slack.submit(window, {"note": f"by {user}"}, user)
        [late] = posts(slack, 1, "D2", "D3")
        wait_until_answered(slack)
    first = "U2" if late["channel"] == "D3" else "U3"
    assert lines(late["blocks"]) == [ANSWERED]
    assert lines(posts(slack, 1, HELP)[0]["blocks"])[:2] == [f"Answered by <{first}>", f"| by {first}"]
    assert len([message for message in slack.messages if message["channel"] == CHANNEL]) == 2


def test_an_expired_trigger_does_nothing_but_say_so(slack: FakeSlack) -> None:
    with answered_in(slack, rules=TO_CHANNEL) as said:
        slack.click(said, "ask_person")
        told(slack)
        [post] = posts(slack, 1, HELP)
        slack.fail("views.open", Failure(error="expired_trigger_id"))
        slack.click(post, "mark_answered", "U2")
        assert told(slack, 2)[1] == TOO_LATE
        assert posts(slack, 1, HELP) == [post]
        mark(slack, post)
        wait_until_answered(slack)


@pytest.mark.parametrize("status", [429, 500])
@pytest.mark.parametrize("method", ["chat.getPermalink", "usergroups.users.list", "views.open", "chat.update"])
def test_a_call_that_slack_refuses_once_is_made_again(slack: FakeSlack, method: str, status: int) -> None:
    slack.groups[GROUP] = ["U2"]
    again = Failure(status, "ratelimited" if status == 429 else "internal_error", {"Retry-After": "0"})
    with answered_in(slack, rules=TO_GROUP) as said:
        slack.fail(method, again)
        slack.click(said, "ask_person")
        told(slack)
        [post] = posts(slack, 1, "D2")
        mark(slack, post)
        wait_until_answered(slack)
        [post] = posts(slack, 1, "D2")
    assert lines(post["blocks"])[0] == "Answered by <U2>"
    assert lines(post["blocks"])[-1] == "[Open the thread]"
    assert [call.accepted for call in slack.calls if call.method == method] == [False, True]


def test_what_slack_puts_off_is_posted_once(slack: FakeSlack) -> None:
    busy = Failure(429, "ratelimited", {"Retry-After": "0"})
    with answered_in(slack, rules=TO_CHANNEL) as said:
        slack.fail("chat.postMessage", busy, busy)
        slack.click(said, "ask_person")
        told(slack)
        [post] = posts(slack, 1, HELP)
        slack.fail("chat.postMessage", busy, busy)
        mark(slack, post)
        wait_until_answered(slack)
    assert [message["channel"] for message in slack.messages] == [CHANNEL, HELP, CHANNEL]


@pytest.mark.parametrize("arrives", [True, False])
def test_what_may_have_arrived_is_never_posted_again_by_itself(slack: FakeSlack, arrives: bool) -> None:
    unclear = Failure(500, "internal_error", arrives=arrives)
    with answered_in(slack, rules=TO_CHANNEL) as said:
        slack.fail("chat.postMessage", unclear)
        slack.click(said, "ask_person")
        assert told(slack) == [UNCLEAR]
        assert len([message for message in slack.on_show if message["channel"] == HELP]) == int(arrives)
        slack.forward(2.0)
        slack.click(said, "ask_person")
        told(slack, 2)
        post = posts(slack, 1, HELP)[-1]
        slack.fail("chat.postMessage", unclear)
        mark(slack, post)
        wait_until_answered(slack)
    replies = [message for message in slack.on_show if message["channel"] == CHANNEL]
    assert len(replies) == 1 + int(arrives)


def test_a_link_that_slack_does_not_give_is_left_out(slack: FakeSlack) -> None:
    with answered_in(slack, rules=TO_CHANNEL) as said:
        slack.fail("chat.getPermalink", Failure(error="message_not_found"))
        slack.click(said, "ask_person")
        [post] = posts(slack, 1, HELP)
    assert lines(post["blocks"])[-1] == "[Mark answered]"


def test_no_words_and_no_people_are_logged(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "bot")
    with answered_in(slack, rules=TO_CHANNEL) as said:
        slack.click(said, "ask_person")
        told(slack)
        [post] = posts(slack, 1, HELP)
        slack.fail("chat.update", Failure(error="message_not_found"))
        mark(slack, post)
        slack.wait_until(lambda s: any(call.method == "chat.update" for call in s.calls))
    assert "The post of an answered question was not changed" in caplog.text
    for words in ("lease", "Ann", "evil", "U1", "U2"):
        assert words not in caplog.text
