"""What an organisation decides about the bot in Slack: who looks after it, whom to ask, what holds in which channel.

One file, `slack.yaml` in the home, so that a change can be reviewed before it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.slack.schedule import Schedule, Weekday
from bot.slack.types import SlackSetupError
from knowledge.audience import FOR_ALL, Audience

FILE = "slack.yaml"

_CHANNEL = r"^[CG][A-Z0-9]+$"
_GROUP = r"^S[A-Z0-9]+$"
_MEMBER = r"^[UWS][A-Z0-9]+$"
_HOURS = r"^(|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)$"

ChannelId = Annotated[str, StringConstraints(pattern=_CHANNEL, max_length=64)]
GroupId = Annotated[str, StringConstraints(pattern=_GROUP, max_length=64)]
MemberId = Annotated[str, StringConstraints(pattern=_MEMBER, max_length=64)]
"""Of a person (U or W) or of a user group (S)."""
QuietHours = Annotated[str, StringConstraints(pattern=_HOURS)]
"""As `18:00-08:00`, which may go past midnight."""

_WANTED = {
    _CHANNEL: "write the id of a channel, such as C0123456789, and not its name",
    _GROUP: "write the id of a user group, such as S0123456789, and not its name",
    _MEMBER: "write the id of a person or user group, such as U0123456789 or S0123456789, and not a name",
    _HOURS: "write hours as '18:00-08:00'",
    "extra_forbidden": "there is no such setting",
    "tuple_type": "write a list, such as [U0123456789, S0123456789]",
    "model_type": "write settings under it, each as `name: value`",
    "dict_type": "write settings under it, each as `name: value`",
}
"""What to write instead, by the pattern that was not met or by the kind of mistake."""


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("no such time zone; Europe/London is one")
    return name


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class People(_Part):
    """Whom to ask what the documents do not say; at least one of the two."""

    channel: ChannelId | None = None
    """Where such questions are posted."""
    group: GroupId | None = None
    """Who is called there; without a channel each member gets a direct message."""

    @model_validator(mode="after")
    def _somebody(self) -> People:
        if not (self.channel or self.group):
            raise ValueError("name a channel, a group, or both")
        return self


class Digest(_Part):
    """When the questions without an answer are shown to those who look after the documents."""

    weekday: Weekday = "monday"
    hour: Annotated[int, Field(ge=0, le=23)] = 9
    timezone: Annotated[str, AfterValidator(_timezone)] = "Europe/London"


class ChannelRules(_Part):
    """What holds in one channel."""

    answer_without_mention: bool = False
    """Questions to nobody in particular are answered, too, if the documents know the answer."""
    audience: str = ""
    """All members of the channel may read documents for this audience."""
    people: People | None = None
    """Whom to ask for those who ask here; as everywhere if nothing is said."""
    quiet_hours: QuietHours = ""
    """When no digest is posted there."""


NO_RULES = ChannelRules()


class Rules(_Part):
    """All that is decided."""

    admins: tuple[MemberId, ...] = ()
    """Who looks after documents and index in Slack: persons and user groups."""
    admin_channel: ChannelId | None = None
    """Gets the digest of questions without an answer."""
    people: People | None = None
    audiences: Mapping[str, tuple[MemberId, ...]] = Field(default_factory=dict)
    """Who may read documents for an audience, by its name."""
    digest: Digest = Digest()
    channels: Mapping[ChannelId, ChannelRules] = Field(default_factory=dict)

    def of(self, channel: str) -> ChannelRules:
        """What holds in a channel."""
        return self.channels.get(channel, NO_RULES)

    def answers_unprompted(self, channel: str) -> bool:
        """Whether questions to nobody in particular are answered in a channel."""
        return self.of(channel).answer_without_mention

    def people_for(self, channel: str) -> People | None:
        """Whom to ask for those who ask in a channel."""
        return self.of(channel).people or self.people

    def audience_of(self, channel: str) -> Audience:
        """What all members of a channel may read."""
        audience = self.of(channel).audience
        return frozenset({audience}) if audience else FOR_ALL

    @property
    def zone(self) -> ZoneInfo:
        """In which the hours are meant."""
        return ZoneInfo(self.digest.timezone)

    @property
    def schedule(self) -> Schedule:
        """When the digest is due."""
        quiet = self.of(self.admin_channel).quiet_hours if self.admin_channel else ""
        wanted = self.digest
        return Schedule(weekday=wanted.weekday, hour=wanted.hour, time_zone=wanted.timezone, quiet_hours=quiet)

    @model_validator(mode="after")
    def _digest_has_time(self) -> Rules:
        try:
            self.schedule  # noqa: B018 - quiet hours that leave it no time are refused here, not when it is due
        except ValidationError as problem:
            raise ValueError(problem.errors()[0]["msg"].removeprefix("Value error, ")) from None
        return self


def load_rules(home: Path) -> Rules:
    """Read the rules of a home; without a file nobody is an admin and nothing is out of the ordinary.

    Raises:
        SlackSetupError: The file cannot be read or used; says where.
    """
    file = home / FILE
    try:
        text = file.read_text("utf-8")
        held, node = yaml.safe_load(text), yaml.compose(text, Loader=yaml.SafeLoader)
    except FileNotFoundError:
        return Rules()
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is not YAML in UTF-8"
        raise SlackSetupError(f"{file} cannot be read: {why}.") from problem
    if twice := next(_repeated(node), None):
        line = twice.start_mark.line + 1
        raise SlackSetupError(f"{file} cannot be used: line {line} says {twice.value} again. Put both together.")
    try:
        return Rules.model_validate(held or {})
    except ValidationError as problem:
        error = problem.errors()[0]
        place = ".".join(map(str, error["loc"])) or "the file"
        wanted = _WANTED.get(str(error.get("ctx", {}).get("pattern", error["type"])), error["msg"])
        why = wanted.removeprefix("Value error, ").rstrip(".")
        raise SlackSetupError(
            f"{file} cannot be used: {place}: {why}. deploy/slack.example.yaml shows all settings."
        ) from None


def _repeated(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """Names that stand twice in one place: YAML would take the last without a word."""
    if isinstance(node, yaml.SequenceNode):
        for held in node.value:
            yield from _repeated(held)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, held in node.value:
            if isinstance(name, yaml.ScalarNode) and name.value in seen:
                yield name
            seen.add(str(name.value))
            yield from _repeated(held)
