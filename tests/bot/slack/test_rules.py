from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from bot.slack.rules import FILE, ChannelRules, Digest, People, Rules, load_rules
from bot.slack.schedule import Schedule
from bot.slack.types import SlackSetupError

EXAMPLE = Path(__file__).parents[3] / "deploy" / "slack.example.yaml"

WHOLE = """
admins: [U0ADMIN, S0ADMINS]
admin_channel: C0ADMIN
people: {channel: C0HELP, group: S0HELP}
audiences:
  HR: [S0HR, U0HEAD]
digest: {weekday: friday, hour: 15, timezone: Europe/Berlin}
channels:
  C0HR: {audience: HR, people: {group: S0HR}, quiet_hours: "18:00-08:00"}
  C0MERGER: {answer_without_mention: true}
"""


def test_a_home_without_rules_has_none(tmp_path: Path) -> None:
    assert load_rules(tmp_path) == Rules()
    (tmp_path / FILE).write_text("# nothing yet\n")
    assert load_rules(tmp_path) == Rules()


def test_the_rules_are_read(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(WHOLE)
    rules = load_rules(tmp_path)
    assert rules == Rules(
        admins=("U0ADMIN", "S0ADMINS"),
        admin_channel="C0ADMIN",
        people=People(channel="C0HELP", group="S0HELP"),
        audiences={"HR": ("S0HR", "U0HEAD")},
        digest=Digest(weekday="friday", hour=15, timezone="Europe/Berlin"),
        channels={
            "C0HR": ChannelRules(audience="HR", people=People(group="S0HR"), quiet_hours="18:00-08:00"),
            "C0MERGER": ChannelRules(answer_without_mention=True),
        },
    )
    assert rules.people_for("C0HR") == People(group="S0HR")
    assert rules.people_for("C0MERGER") == rules.people_for("C0OTHER") == rules.people
    assert rules.audience_of("C0HR") == {"HR"}
    assert rules.audience_of("C0MERGER") == set()
    assert (rules.answers_unprompted("C0MERGER"), rules.answers_unprompted("C0HR")) == (True, False)


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("admins: U0ADMIN", "admins", "write a list, such as [U0123456789, S0123456789]"),
        (
            "admins: [anna]",
            "admins.0",
            "write the id of a person or user group, such as U0123456789 or S0123456789, and not a name",
        ),
        (
            "admin_channel: '#general'",
            "admin_channel",
            "write the id of a channel, such as C0123456789, and not its name",
        ),
        ("people: {}", "people", "name a channel, a group, or both"),
        ("peoples: {}", "peoples", "there is no such setting"),
        (
            "audiences: {HR: [C0HR]}",
            "audiences.HR.0",
            "write the id of a person or user group, such as U0123456789 or S0123456789, and not a name",
        ),
        ("digest: {timezone: Kent}", "digest.timezone", "no such time zone; Europe/London is one"),
        ("digest: {hour: 24}", "digest.hour", "Input should be less than or equal to 23"),
        ("channels: {C0HR: {quiet_hours: 25:00-08:00}}", "channels.C0HR.quiet_hours", "write hours as '18:00-08:00'"),
        (
            "channels: {general: {}}",
            "channels.general.[key]",
            "write the id of a channel, such as C0123456789, and not its name",
        ),
        (
            "people: {group: '@hr'}",
            "people.group",
            "write the id of a user group, such as S0123456789, and not its name",
        ),
        ("channels: {C0HR: }", "channels.C0HR", "write settings under it, each as `name: value`"),
        ("- a list", "the file", "write settings under it, each as `name: value`"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, place: str, why: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(SlackSetupError) as problem:
        load_rules(tmp_path)
    example = "deploy/slack.example.yaml shows all settings."
    assert str(problem.value) == f"{tmp_path / FILE} cannot be used: {place}: {why}. {example}"


def test_the_example_names_every_setting_and_can_be_used(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path / FILE)
    rules = load_rules(tmp_path)
    held = yaml.safe_load(EXAMPLE.read_text())
    assert held.keys() == Rules.model_fields.keys()
    assert held["people"].keys() == People.model_fields.keys()
    assert held["digest"].keys() == Digest.model_fields.keys()
    channels = held["channels"].values()
    assert set().union(*channels) == ChannelRules.model_fields.keys()
    assert rules.audience_of("C0123456792") == {"HR"} == set(rules.audiences)
    assert rules.digest == Digest()


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe\xff", b"!!python/object/apply:os.system [ls]"])
def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(SlackSetupError, match="it is not YAML in UTF-8"):
        load_rules(tmp_path)


def test_the_quiet_hours_of_the_admin_channel_are_those_of_the_digest(tmp_path: Path) -> None:
    rules = Rules(
        admin_channel="C0ADMIN",
        digest=Digest(weekday="friday", hour=15, timezone="Europe/Berlin"),
        channels={"C0ADMIN": ChannelRules(quiet_hours="18:00-08:00"), "C0HR": ChannelRules(quiet_hours="00:00-23:59")},
    )
    assert rules.schedule == Schedule(weekday="friday", hour=15, time_zone="Europe/Berlin", quiet_hours="18:00-08:00")
    (tmp_path / FILE).write_text(
        "admin_channel: C0ADMIN\ndigest: {weekday: sunday, hour: 9}\n"
        'channels: {C0ADMIN: {quiet_hours: "08:00-23:30"}}\n'
    )
    with pytest.raises(SlackSetupError, match="A digest on sunday at 9:00 would never be posted"):
        load_rules(tmp_path)


def test_what_is_said_twice_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("audiences:\n  HR: [S0HR]\n  Pay: [S0PAY]\n  HR: [S0OTHER]\n")
    with pytest.raises(SlackSetupError, match="line 4 says HR again"):
        load_rules(tmp_path)
