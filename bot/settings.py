"""The one place that reads the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.encoder import DEFAULT_MODEL

Share = Annotated[float, Field(ge=0, le=1)]

_OWN_NAMES = {"port", "slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_api_url"}
"""Settings whose variables have no prefix."""


class SettingsProblem(Exception):
    """A setting cannot be used. The message names the variable and says what it takes."""


class Settings(BaseSettings):
    """What can be set from outside: `MERGER_BOT_*`, and the names that Slack's own tools use."""

    model_config = SettingsConfigDict(
        env_prefix="MERGER_BOT_", env_ignore_empty=True, frozen=True, extra="ignore", populate_by_name=True
    )

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
    host: str = "127.0.0.1"
    """Address of HTTP mode."""
    port: Annotated[int, Field(ge=0, le=65535, validation_alias=AliasChoices("port", "PORT"))] = 3000
    slack_bot_token: SecretStr = Field(
        default=SecretStr(""), validation_alias=AliasChoices("slack_bot_token", "SLACK_BOT_TOKEN")
    )
    slack_app_token: SecretStr = Field(
        default=SecretStr(""), validation_alias=AliasChoices("slack_app_token", "SLACK_APP_TOKEN")
    )
    slack_signing_secret: SecretStr = Field(
        default=SecretStr(""), validation_alias=AliasChoices("slack_signing_secret", "SLACK_SIGNING_SECRET")
    )
    slack_api_url: Annotated[
        str,
        StringConstraints(pattern=r"^https?://[^\s/]"),
        Field(validation_alias=AliasChoices("slack_api_url", "SLACK_API_URL")),
    ] = "https://slack.com/api/"
    """Base of Slack's Web API."""


def load() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsProblem: A variable has a value that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as problem:
        error = problem.errors()[0]
        name = str(error["loc"][0]).lower()
        variable = name.upper() if name in _OWN_NAMES else f"MERGER_BOT_{name.upper()}"
        # No secret can get here: every string is a token until Slack has seen it.
        raise SettingsProblem(
            f"The environment variable {variable} is {error['input']!r} and cannot be used: {error['msg']}."
        ) from None
