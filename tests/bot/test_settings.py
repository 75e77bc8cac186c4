from __future__ import annotations

from pathlib import Path

import pytest

from bot import settings
from bot.settings import Settings, SettingsProblem
from index.encoder import DEFAULT_MODEL

TOKENS = {
    "SLACK_BOT_TOKEN": "xoxb-123-secret",
    "SLACK_APP_TOKEN": "xapp-456-secret",
    "SLACK_SIGNING_SECRET": "789-secret",
}


def test_without_variables_the_defaults_are_those_of_the_documentation() -> None:
    assert settings.load().model_dump() == {
        "home": Path(".merger-bot"),
        "model": DEFAULT_MODEL,
        "gate_right": 0.8,
        "gate_declined": 0.75,
        "workers": 4,
        "keep_questions_days": 30,
        "limit_person": 10,
        "limit_channel": 30,
        "host": "127.0.0.1",
        "port": 3000,
        "slack_bot_token": settings.load().slack_bot_token,
        "slack_app_token": settings.load().slack_app_token,
        "slack_signing_secret": settings.load().slack_signing_secret,
        "slack_api_url": "https://slack.com/api/",
    }
    assert settings.load().slack_bot_token.get_secret_value() == ""


@pytest.mark.parametrize(
    ("variable", "value", "field", "read"),
    [
        ("MERGER_BOT_HOME", "/srv/merger", "home", Path("/srv/merger")),
        ("MERGER_BOT_MODEL", "/srv/model", "model", "/srv/model"),
        ("MERGER_BOT_GATE_RIGHT", "0.5", "gate_right", 0.5),
        ("MERGER_BOT_GATE_DECLINED", "1", "gate_declined", 1.0),
        ("MERGER_BOT_WORKERS", "64", "workers", 64),
        ("MERGER_BOT_KEEP_QUESTIONS_DAYS", "0", "keep_questions_days", 0),
        ("MERGER_BOT_LIMIT_PERSON", "5", "limit_person", 5),
        ("MERGER_BOT_LIMIT_CHANNEL", "100", "limit_channel", 100),
        ("MERGER_BOT_HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("PORT", "0", "port", 0),
        ("PORT", "65535", "port", 65535),
        ("SLACK_API_URL", "http://127.0.0.1:9/api/", "slack_api_url", "http://127.0.0.1:9/api/"),
    ],
)
def test_each_variable_sets_its_setting(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, field: str, read: object
) -> None:
    monkeypatch.setenv(variable, value)
    assert getattr(settings.load(), field) == read


def test_the_tokens_are_read_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)
    read = settings.load()
    secrets = (read.slack_bot_token, read.slack_app_token, read.slack_signing_secret)
    assert [secret.get_secret_value() for secret in secrets] == list(TOKENS.values())
    assert not any(
        token in shown for token in TOKENS.values() for shown in (repr(read), str(read), read.model_dump_json())
    )


def test_no_token_stands_in_the_message_about_another_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)
    monkeypatch.setenv("PORT", "many")
    with pytest.raises(SettingsProblem) as problem:
        settings.load()
    assert "secret" not in str(problem.value)
    assert problem.value.__cause__ is None


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MERGER_BOT_HOME", "MERGER_BOT_GATE_RIGHT", "PORT", "SLACK_API_URL", "SLACK_APP_TOKEN"):
        monkeypatch.setenv(name, "")
    assert settings.load() == Settings()
    assert settings.load().home == Path(".merger-bot")


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("PORT", "many", "Input should be a valid integer, unable to parse string as an integer"),
        ("PORT", "-1", "Input should be greater than or equal to 0"),
        ("PORT", "65536", "Input should be less than or equal to 65535"),
        ("MERGER_BOT_WORKERS", "0", "Input should be greater than or equal to 1"),
        ("MERGER_BOT_WORKERS", "65", "Input should be less than or equal to 64"),
        ("MERGER_BOT_GATE_RIGHT", "85", "Input should be less than or equal to 1"),
        ("MERGER_BOT_GATE_RIGHT", "nan", "Input should be less than or equal to 1"),
        ("MERGER_BOT_GATE_DECLINED", "most", "Input should be a valid number, unable to parse string as a number"),
        ("SLACK_API_URL", "slack.com/api/", "String should match pattern '^https?://[^\\s/]'"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, why: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsProblem) as problem:
        settings.load()
    assert str(problem.value) == f"The environment variable {variable} is {value!r} and cannot be used: {why}."
