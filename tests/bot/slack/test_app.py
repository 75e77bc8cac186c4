"""What is checked when the app starts, and the manifest it is installed with."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import jsonschema
import pytest

from bot.slack.types import SlackSetupError
from tests.bot.slack.conftest import Asking, app
from tests.bot.slack.fake_slack import Failure, FakeSlack

ROOT = Path(__file__).parents[3]
MANIFEST = ROOT / "deploy" / "slack-manifest.json"
SCHEMA = ROOT.parent / "shared" / "slack" / "manifest.schema.2.0.0.json"
METHODS = ROOT.parent / "shared" / "slack" / "web_api_methods.json"

PROMPTS = "assistant.threads.setSuggestedPrompts"
PLACE = "api.slack.com/apps, your app, OAuth & Permissions, Bot User OAuth Token."


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", f"SLACK_BOT_TOKEN is not set. Find it at {PLACE}"),
        (
            "xapp-1-good",
            f"SLACK_BOT_TOKEN should start with xoxb-, but it starts with xapp-. Find the right one at {PLACE}",
        ),
        ("secret", f"SLACK_BOT_TOKEN should start with xoxb-, but it does not. Find the right one at {PLACE}"),
        ("xoxb-1-wrong", f"Slack does not accept SLACK_BOT_TOKEN (invalid_auth). Get a new one at {PLACE}"),
    ],
)
def test_a_missing_or_wrong_bot_token_is_named_with_the_place_to_get_another(
    slack: FakeSlack, token: str, message: str
) -> None:
    with pytest.raises(SlackSetupError) as error:
        app(slack, Asking(), bot_token=token)
    assert str(error.value) == message


def test_a_slack_in_trouble_is_not_blamed_on_the_token(slack: FakeSlack) -> None:
    slack.fail("auth.test", Failure(error="team_access_not_granted"))
    with pytest.raises(SlackSetupError) as error:
        app(slack, Asking())
    assert str(error.value) == (
        "Slack refused SLACK_BOT_TOKEN (team_access_not_granted). Check the app at api.slack.com/apps."
    )


def test_a_slack_that_cannot_be_reached_is_named(slack: FakeSlack) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/api"
    with pytest.raises(SlackSetupError) as error:
        app(slack, Asking(), api_url=address)
    assert str(error.value).startswith(f"Slack cannot be reached at {address}/ (")


def test_the_app_knows_its_name_and_workspace(slack: FakeSlack) -> None:
    made = app(slack, Asking())
    made.stop()
    assert (made.name, made.team) == ("merger", "Kent")


def test_the_manifest_is_valid() -> None:
    if not SCHEMA.exists():
        pytest.skip(f"Slack's schema of manifests is not at {SCHEMA}.")
    jsonschema.validate(json.loads(MANIFEST.read_text()), json.loads(SCHEMA.read_text()))


def test_the_manifest_asks_for_no_more_than_is_used() -> None:
    manifest = json.loads(MANIFEST.read_text())
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == [
        "app_context_changed",
        "app_home_opened",
        "app_mention",
        "message.channels",
        "message.groups",
        "message.im",
    ]
    assert manifest["oauth_config"]["scopes"]["bot"] == [
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "chat:write",
        "commands",
        "files:read",
        "groups:history",
        "im:history",
        "usergroups:read",
    ]
    assert manifest["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert manifest["settings"]["interactivity"] == {"is_enabled": True}


def test_the_manifest_grants_what_posting_needs() -> None:
    if not METHODS.exists():
        pytest.skip(f"Slack's list of methods is not at {METHODS}.")
    methods = json.loads(METHODS.read_text())["methods"]
    granted = json.loads(MANIFEST.read_text())["oauth_config"]["scopes"]["bot"]
    for method in ("chat.postMessage", "chat.update", "assistant.threads.setStatus", PROMPTS, "usergroups.users.list"):
        assert set(methods[method]["bot_scopes"]) <= set(granted)
    assert set(granted) & set(methods["conversations.replies"]["bot_scopes"]) == {
        "channels:history",
        "groups:history",
        "im:history",
    }
