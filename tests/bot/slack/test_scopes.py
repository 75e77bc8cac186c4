from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from bot.slack.scopes import LOST, NEEDED, without
from bot.slack.types import SlackSetupError
from tests.bot.slack.conftest import Asking, app
from tests.bot.slack.fake_slack import FakeSlack

MANIFEST = json.loads((Path(__file__).parents[3] / "deploy" / "slack-manifest.json").read_text())


def test_every_scope_of_the_manifest_is_known() -> None:
    assert sorted([*LOST, NEEDED]) == MANIFEST["oauth_config"]["scopes"]["bot"]


@pytest.mark.parametrize("granted", [None, ",".join([*LOST, NEEDED]), " , ".join([NEEDED, *LOST, "users:read"])])
def test_with_all_of_them_nothing_is_lacking(granted: str | None) -> None:
    assert without(granted) == ()


def test_what_is_lacking_is_said_when_the_bot_starts(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    slack.scopes = slack.scopes - {"files:read", "commands"}
    app(slack, Asking()).stop()
    assert [record.getMessage() for record in caplog.records] == [
        "The app lacks the scope commands: /merger and Find the answer do not work.",
        "The app lacks the scope files:read: documents cannot be sent in Slack.",
    ]


def test_an_app_that_may_not_post_does_not_start(slack: FakeSlack) -> None:
    slack.scopes = slack.scopes - {NEEDED}
    with pytest.raises(SlackSetupError, match="lacks the scope chat:write"):
        app(slack, Asking())
