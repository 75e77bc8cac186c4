"""What there is in one Slack workspace: messages, modals, home tabs, prompts, files, and who belongs where."""

from __future__ import annotations

import time
from copy import deepcopy
from itertools import count
from threading import Condition, RLock
from typing import Any
from urllib.parse import quote

from tests.bot.slack.fake.methods import Rates, our_manifest
from tests.bot.slack.fake.modals import Views
from tests.bot.slack.fake.responses import Responses

JsonObject = dict[str, Any]


class Workspace:
    """A workspace in which one app is installed, seen from inside.

    Args:
        manifest: Of the app: its scopes, and what is switched on. The one we ship if none is given.
    """

    def __init__(self, manifest: JsonObject | None = None) -> None:
        self.manifest = our_manifest() if manifest is None else manifest
        self.scopes: set[str] = set(self.manifest["oauth_config"]["scopes"]["bot"])
        self.socket_url = ""
        """Where Socket Mode is."""
        self.address = ""
        """Where this Slack is, without a slash at the end."""
        self.shown_status: dict[tuple[str, str], str] = {}
        self.prompts: dict[str, list[JsonObject]] = {}
        """Suggested to whoever opens the direct message, by channel."""
        self.prompts_not_shown: list[JsonObject] = []
        """Calls for prompts that did nothing, because they named a thread."""
        self.groups: dict[str, list[str]] = {}
        """Users by user group."""
        self.directs: dict[str, str] = {}
        """The direct message of a user, where it is not the user's id with a D."""
        self.without_bot: set[str] = set()
        """Channels of which the bot is no member."""
        self.outside: set[tuple[str, str]] = set()
        """Channels and users who are no members of them."""
        self.files: dict[str, tuple[JsonObject, bytes]] = {}
        self.posted: list[JsonObject] = []
        self.whispered: list[JsonObject] = []
        self.numbers = count(1)
        self.changed = Condition(RLock())
        self._ahead = 0.0
        self.views = Views(self.clock)
        self.rates = Rates(self.clock)
        self.responses = Responses(self.clock, self.posted, self.whispered)

    def clock(self) -> float:
        """Seconds, as this Slack counts them."""
        return time.monotonic() + self._ahead

    def forward(self, seconds: float) -> None:
        """Let time pass for triggers, response addresses and rates, without waiting."""
        self._ahead += seconds

    @property
    def on_show(self) -> list[JsonObject]:
        """The messages as people see them now."""
        with self.changed:
            return [dict(message) for message in self.posted]

    @property
    def ephemerals(self) -> list[JsonObject]:
        """The messages that only one `user` sees, as they see them now."""
        with self.changed:
            return [dict(message) for message in self.whispered]

    @property
    def modals(self) -> dict[str, list[JsonObject]]:
        """The open modals of each user, the newest last."""
        with self.changed:
            return deepcopy({user: stack for user, stack in self.views.stacks.items() if stack})

    def modal_of(self, user: str = "U1") -> JsonObject | None:
        """The modal that a user has before them."""
        return self.modals.get(user, [None])[-1]

    def home_of(self, user: str = "U1") -> JsonObject | None:
        """The home tab that a user sees."""
        with self.changed:
            return deepcopy(self.views.homes.get(user))

    def errors_of(self, view: JsonObject) -> dict[str, str]:
        """What stands under the inputs of a modal, by block id."""
        with self.changed:
            return dict(self.views.errors.get(view["id"], {}))

    def trigger(self, user: str = "U1") -> str:
        """The id of a new trigger, which lives three seconds and works once."""
        with self.changed:
            return self.views.trigger(user)

    def expire_triggers(self) -> None:
        """Let all triggers be too old."""
        with self.changed:
            self.views.expire()

    def response_url(self, channel: str, user: str = "U1", *, ts: str = "", thread_ts: str = "") -> str:
        """A new response address, for an interaction of a user with the message `ts`, or with none."""
        with self.changed:
            return f"{self.address}/response/{self.responses.give(channel, user, ts, thread_ts)}"

    def direct(self, user: str) -> str:
        """The channel in which the bot and a user talk."""
        return self.directs.get(user, f"D{user[1:]}")

    def upload(
        self, name: str, data: bytes, user: str = "U1", mimetype: str = "application/octet-stream"
    ) -> JsonObject:
        """Store a file as if a user had sent it; returns the file object that events carry."""
        with self.changed:
            id = f"F{len(self.files) + 1}"
            address = f"{self.address}/files-pri/T1-{id}"
            file = {
                "id": id,
                "created": 1571648400,
                "timestamp": 1571648400,
                "name": name,
                "title": name,
                "mimetype": mimetype,
                "filetype": name.rpartition(".")[2].lower(),
                "user": user,
                "user_team": "T1",
                "size": len(data),
                "mode": "hosted",
                "is_external": False,
                "is_public": False,
                "url_private": f"{address}/{quote(name, safe='')}",
                "url_private_download": f"{address}/download/{quote(name, safe='')}",
                "file_access": "visible",
            }
            self.files[id] = (file, data)
        return dict(file)
