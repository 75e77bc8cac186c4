"""The gate in front of the app: what Slack did not sign, other addresses, ports, and what never reaches the log."""

from __future__ import annotations

import json
import logging
import re
import socket
import time
from threading import Event

import pytest
from waitress.trigger import trigger as waitress_trigger

from bot.slack.app import serve_http
from bot.slack.http import HttpServer, Response
from bot.slack.types import SlackSetupError
from tests.bot.slack.conftest import SECRET, Asking, app, direct, event_body, mention, over_http
from tests.bot.slack.fake_slack import FakeSlack

WORDS = "zanzibar"
"""Stands in questions that must not be found in a log."""

BAD_SIGNATURES: dict[str, dict[str, str | None]] = {
    "no timestamp": {"timestamp": None},
    "a timestamp that is no number": {"timestamp": "soon"},
    "a timestamp with another script's digits": {"timestamp": "²²²"},
    "a negative timestamp": {"timestamp": "-1"},
    "an endless timestamp": {"timestamp": "1" * 5_000},
    "an old timestamp": {"timestamp": str(int(time.time()) - 400)},
    "a timestamp from the future": {"timestamp": str(int(time.time()) + 1_000)},
    "no signature": {"signature": None},
    "another signature": {"signature": "v0=" + "0" * 64},
    "a signature that is not ASCII": {"signature": "v0=\xe9"},
}


def test_what_slack_did_not_sign_gets_401_and_leaves_no_word_in_the_log(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asking = Asking()
    body = json.dumps(event_body(mention(WORDS)))
    with over_http(slack, asking) as http:
        statuses = {
            name: http.send(body, timestamp=headers.get("timestamp", ""), signature=headers.get("signature", ""))[0]
            for name, headers in BAD_SIGNATURES.items()
        }
    assert statuses == dict.fromkeys(BAD_SIGNATURES, 401)
    assert (asking.seen, slack.messages) == ([], [])
    assert "Refused a request without a valid signature" in caplog.text
    assert WORDS not in caplog.text


def test_a_question_leaves_no_word_in_the_log(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with over_http(slack, Asking()) as http:
        http.post(mention(WORDS))
        http.post(direct(WORDS, subtype="message_changed"), "Ev2")
        http.send(f"payload=%7B%22type%22%3A%22block_actions%22%2C%22value%22%3A%22{WORDS}%22%7D")
        http.send(f"{WORDS} is not JSON")
        slack.wait_for_messages(1)
    assert re.search(r"Answered a\d+ in 1 ms\.", caplog.text)
    assert WORDS not in caplog.text


def test_the_address_is_confirmed_to_slack(slack: FakeSlack) -> None:
    with over_http(slack, Asking()) as http:
        challenge = {"type": "url_verification", "token": "verification", "challenge": "3eZbrw1aB"}
        assert http.send(json.dumps(challenge)) == (200, '{"challenge": "3eZbrw1aB"}')


def test_other_addresses_are_not_found_and_unreadable_bodies_refused(slack: FakeSlack) -> None:
    with over_http(slack, Asking()) as http:
        assert http.send("{}", path="/")[0] == 404
        assert http.send("{}", path="/slack/events/more")[0] == 404
        assert http.send("{not json")[0] == 400
        assert http.send(b"\xff\xfe")[0] == 400


def test_a_port_in_use_is_named(slack: FakeSlack) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SlackSetupError) as error:
            serve_http(app(slack, Asking()), "127.0.0.1", port, stop=Event())
    assert str(error.value) == (
        f"Port {port} on 127.0.0.1 is in use by another program. Stop that one, or set PORT to another."
    )


def test_a_port_that_may_not_be_used_is_named(slack: FakeSlack) -> None:
    with pytest.raises(SlackSetupError, match=r"^Cannot listen on 192\.0\.2\.1, port 8000 \(.+\)\. Set PORT"):
        serve_http(app(slack, Asking()), "192.0.2.1", 8000, stop=Event())


def test_http_needs_a_signing_secret(slack: FakeSlack) -> None:
    made = app(slack, Asking(), signing_secret="")
    with pytest.raises(
        SlackSetupError,
        match=r"^Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set\. .* Basic Information, Signing Secret",
    ):
        serve_http(made, "127.0.0.1", 0, stop=Event())


def test_the_signing_secret_is_not_shown(slack: FakeSlack) -> None:
    made = app(slack, Asking())
    made.stop()
    assert SECRET not in repr(made)


def test_a_server_woken_twice_while_it_is_closed_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    server = HttpServer("127.0.0.1", 0, "/", signing_secret=SECRET, receive=lambda body, kind: Response(200, ""))
    loop = server._loop
    pull = waitress_trigger._physical_pull

    def pull_twice(trigger: waitress_trigger) -> None:
        # An answer that is sent at this moment wakes the server's thread first.
        pull(trigger)
        loop.join(0.2)
        pull(trigger)

    monkeypatch.setattr(waitress_trigger, "_physical_pull", pull_twice)
    server.close()
    assert not loop.is_alive()
