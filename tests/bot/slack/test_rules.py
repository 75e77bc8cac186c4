from __future__ import annotations

from pathlib import Path

import pytest

from bot.slack.rules import FILE, ChannelRules, Digest, People, Rules, load_rules
from bot.slack.schedule import Schedule
from bot.slack.types import SlackSetupError

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
    ("text", "place"),
    [
        ("admins: U0ADMIN", "admins"),
        ("admins: [anna]", "admins.0"),
        ("admin_channel: '#general'", "admin_channel"),
        ("people: {}", "people"),
        ("peoples: {}", "peoples"),
        ("audiences: {HR: [C0HR]}", "audiences.HR.0"),
        ("digest: {timezone: Kent}", "digest.timezone"),
        ("digest: {hour: 24}", "digest.hour"),
        ("channels: {C0HR: {quiet_hours: 25:00-08:00}}", "channels.C0HR.quiet_hours"),
        ("channels: {general: {}}", "channels.general.[key]"),
        ("- a list", "the file"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(SlackSetupError) as problem:
        load_rules(tmp_path)
    assert str(problem.value).startswith(f"{tmp_path / FILE} cannot be used: {place}: ")


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
