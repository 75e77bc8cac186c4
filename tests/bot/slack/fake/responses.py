"""Response addresses: where an app answers somebody who clicked or typed a command, for a while."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.bot.slack.fake.blocks import message_problem
from tests.bot.slack.fake.methods import Refused
from tests.bot.slack.fake.modals import BOT_ID, BOT_USER

JsonObject = dict[str, Any]

MAX_USES = 5
LIFE_SECONDS = 30 * 60.0
_FIELDS = {
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "mrkdwn",
    "unfurl_links",
    "unfurl_media",
    "metadata",
}


@dataclass
class Address:
    """One response address."""

    channel: str
    user: str
    ts: str
    """Of the message with which somebody did something; empty if there is none."""
    thread_ts: str
    made: float
    uses: int = 0


@dataclass
class Responses:
    """The addresses that were given out, and what was sent to them."""

    clock: Callable[[], float]
    posted: list[JsonObject]
    whispered: list[JsonObject]
    _addresses: dict[str, Address] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def give(self, channel: str, user: str, ts: str = "", thread_ts: str = "") -> str:
        """The id of a new address."""
        id = f"R{next(self._numbers)}"
        self._addresses[id] = Address(channel, user, ts, thread_ts, self.clock())
        return id

    def take(self, id: str, body: bytes) -> tuple[int, str]:
        """Status and text that come back for what is sent to an address."""
        address = self._addresses.get(id)
        if address is None:
            return 404, "no_team"
        if self.clock() - address.made > LIFE_SECONDS:
            return 404, "expired_url"
        if address.uses >= MAX_USES:
            return 404, "used_url"
        address.uses += 1
        try:
            self.say(address, json.loads(body))
        except Refused as refused:
            return 400, str(refused)
        except ValueError:
            return 400, "invalid_payload"
        return 200, "ok"

    def answer(self, id: str, message: JsonObject) -> None:
        """Show what came with the acknowledgement of a command; raises Refused."""
        self.say(self._addresses[id], message)

    def say(self, address: Address, message: JsonObject) -> None:
        """Show, replace or delete; raises Refused."""
        if unknown := message.keys() - _FIELDS:
            raise Refused("invalid_payload", f"unknown fields {sorted(unknown)}")
        if message.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
            raise Refused("invalid_payload", f"response_type {message['response_type']}")
        if message.get("delete_original"):
            shown, original = self._original(address)
            shown.remove(original)
            return
        code, _, detail = message_problem(message).partition(": ")
        if code:
            raise Refused(code, detail)
        content: JsonObject = {
            name: message[name] for name in ("text", "blocks", "mrkdwn", "metadata") if name in message
        }
        if message.get("replace_original"):
            _, original = self._original(address)
            for name in ("text", "blocks"):
                original.pop(name, None)
            original.update(content)
            return
        thread = {"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {}
        if message.get("response_type") == "in_channel":
            self.posted.append({**content, **thread, **self._from_bot(address.channel), "user": BOT_USER})
        else:
            self.whisper({**content, **thread, "channel": address.channel, "user": address.user})

    def whisper(self, message: JsonObject) -> JsonObject:
        """Show a message to its `user` alone."""
        shown = {**message, **self._from_bot(message["channel"]), "ephemeral": True}
        self.whispered.append(shown)
        return shown

    def _from_bot(self, channel: str) -> JsonObject:
        return {"channel": channel, "ts": f"1571650001.{next(self._numbers):06}", "bot_id": BOT_ID}

    def _original(self, address: Address) -> tuple[list[JsonObject], JsonObject]:
        for shown in (self.posted, self.whispered):
            for message in shown:
                if address.ts and (message["channel"], message["ts"]) == (address.channel, address.ts):
                    return shown, message
        raise Refused("message_not_found", "there is no original to replace or delete")
