"""Who belongs to what: admins, and the readers of documents that are not for all staff."""

from __future__ import annotations

import http.client
import logging
import time
from collections.abc import Callable, Iterable
from threading import Lock

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.posting import error_code
from bot.slack.rules import Rules
from knowledge.audience import FOR_ALL, Audience

FRESH_SECONDS = 300.0
"""How long the members of a user group are taken to be the same."""

_log = logging.getLogger(__name__)


class Members:
    """Looks up user groups. Whom Slack cannot name is nobody: then less is shown, never more.

    Args:
        client: For `usergroups.users.list`.
        rules: Who is allowed what.
        pseudonym: Gives a Slack user id its hash.
    """

    def __init__(self, client: WebClient, rules: Rules, pseudonym: Callable[[str], str]) -> None:
        self._client = client
        self._rules = rules
        self._pseudonym = pseudonym
        self._groups: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._lock = Lock()

    def is_admin(self, user: str) -> bool:
        """Whether a person, by Slack's id, looks after the documents."""
        return user in self._people(self._rules.admins)

    def audience(self, asker: str, channel: str = "") -> Audience:
        """What may be quoted to somebody, who is known by a hash only.

        Args:
            asker: Hash of the person.
            channel: Where the answer can be read; empty if, as in a direct message, only the person sees it.
        """
        if channel and not channel.startswith("D"):
            return self._rules.audience_of(channel)
        names = (
            name
            for name, members in self._rules.audiences.items()
            if asker in map(self._pseudonym, self._people(members))
        )
        return frozenset(names) or FOR_ALL

    def of(self, group: str) -> tuple[str, ...]:
        """The ids of the members of a user group; none if Slack does not say."""
        with self._lock:
            looked_up, members = self._groups.get(group, (float("-inf"), ()))
        if time.monotonic() - looked_up < FRESH_SECONDS:
            return members
        try:
            members = tuple(self._client.usergroups_users_list(usergroup=group)["users"])
        except (SlackApiError, OSError, http.client.HTTPException) as error:
            code = error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
            _log.warning("The members of the user group %s are not known: %s.", group, code)
            return ()
        with self._lock:
            self._groups[group] = time.monotonic(), members
        return members

    def _people(self, members: Iterable[str]) -> set[str]:
        people: set[str] = set()
        for member in members:
            people.update(self.of(member) if member.startswith("S") else (member,))
        return people
