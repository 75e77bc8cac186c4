"""The one place that reads the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError

from index.encoder import DEFAULT_MODEL

Share = Annotated[float, Field(ge=0, le=1)]

_OWN_NAMES = {"port", "slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_api_url"}
"""Settings whose variables have no prefix."""


class SettingsProblem(Exception):
    """A setting cannot be used. The message names the variable and says what it takes."""


class Settings(BaseModel):
    """What can be set from outside: `MERGER_BOT_*`, and the names that Slack's own tools use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Path(".merger-bot")
    """Folder of all state."""
    model: str = DEFAULT_MODEL
    """Name or path of a sentence-transformers model on this machine."""
    gate_right: Share = 0.8
    """Share of the answerable known pairs that must be right before an index goes live."""
    gate_declined: Share = 0.75
    """Share of the unanswerable known pairs that must be declined before an index goes live."""
    workers: Annotated[int, Field(ge=1, le=64)] = 4
    """Questions answered at the same time in Slack."""
    keep_questions_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """How long what was asked and answered in Slack is kept for follow-ups; 0 keeps it in memory only."""
    limit_person: Annotated[int, Field(ge=1, le=1000)] = 10
    """Questions of one person in a minute in Slack."""
    limit_channel: Annotated[int, Field(ge=1, le=10_000)] = 30
    """Questions of one channel in a minute in Slack."""
    host: str = "127.0.0.1"
    """Address of HTTP mode."""
    port: Annotated[int, Field(ge=0, le=65535)] = 3000
    """Of HTTP mode."""
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_api_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]")] = "https://slack.com/api/"
    """Base of Slack's Web API."""


def load() -> Settings:
    """Read the settings from the environment; an empty variable counts as not set.

    Raises:
        SettingsProblem: A variable has a value that cannot be used.
    """
    given = {name: value for name in Settings.model_fields if (value := os.environ.get(_variable(name)))}
    try:
        return Settings.model_validate(given)
    except ValidationError as problem:
        error = problem.errors()[0]
        # No secret can get here: every string is a token until Slack has seen it.
        raise SettingsProblem(
            f"The environment variable {_variable(str(error['loc'][0]))} is {error['input']!r} and cannot be used: "
            f"{error['msg']}."
        ) from None


def _variable(name: str) -> str:
    return name.upper() if name in _OWN_NAMES else f"MERGER_BOT_{name.upper()}"
