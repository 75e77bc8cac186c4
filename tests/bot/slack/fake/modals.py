"""The modals and home tabs that people have before them, and the triggers that open them."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.bot.slack.fake.blocks import HOME, MODAL
from tests.bot.slack.fake.methods import Refused
from tests.bot.slack.fake.views import MAX_DEPTH, view_problem

JsonObject = dict[str, Any]

TRIGGER_SECONDS = 3.0
BOT_USER = "U0BOT"
BOT_ID = "B0BOT"
_INTERACTIVE = "actions", "context_actions"


@dataclass
class Trigger:
    """What somebody did, for which a modal may be opened once and soon."""

    user: str
    at: float
    used: bool = False


@dataclass
class Views:
    """Stacks of modals and home tabs, per user."""

    clock: Callable[[], float]
    stacks: dict[str, list[JsonObject]] = field(default_factory=dict)
    homes: dict[str, JsonObject] = field(default_factory=dict)
    errors: dict[str, dict[str, str]] = field(default_factory=dict)
    """Shown under the inputs, by block id, of each view id."""
    _triggers: dict[str, Trigger] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def trigger(self, user: str) -> str:
        """A new trigger of this user."""
        id = f"{next(self._numbers)}.1.{user}"
        self._triggers[id] = Trigger(user, self.clock())
        return id

    def expire(self) -> None:
        """Let all triggers be too old."""
        for trigger in self._triggers.values():
            trigger.at = float("-inf")

    def open(self, trigger_id: str, view: JsonObject) -> JsonObject:
        """Open a modal; raises Refused."""
        user = self._use(trigger_id, view)
        self.stacks[user] = [self._shown(view)]
        return self.stacks[user][-1]

    def push(self, trigger_id: str, view: JsonObject) -> JsonObject:
        """Put a modal on top of the open one; raises Refused."""
        user = self._use(trigger_id, view, pushed=True)
        return self._put_on(user, view)

    def _put_on(self, user: str, view: JsonObject) -> JsonObject:
        stack = self.stacks[user]
        if len(stack) >= MAX_DEPTH:
            raise Refused("push_limit_reached", f"{MAX_DEPTH} modals are open")
        stack.append(self._shown(view, root=stack[0]["id"], previous=stack[-1]["id"]))
        return stack[-1]

    def update(self, view: JsonObject, view_id: str = "", external_id: str = "", hash: str = "") -> JsonObject:
        """Replace what stands in an open view; raises Refused."""
        for user, stack in self.stacks.items():
            for place, old in enumerate(stack):
                if (view_id and old["id"] == view_id) or (external_id and old["external_id"] == external_id):
                    _check_hash(old, hash)
                    self._check(view, MODAL, replaced=old["id"])
                    stack[place] = self._shown(view, old["root_view_id"], old["previous_view_id"], id=old["id"])
                    self.errors.pop(old["id"], None)
                    return self.stacks[user][place]
        for user, home in self.homes.items():
            if view_id and home["id"] == view_id:
                return self.publish(user, view, hash)
        raise Refused("not_found", f"no view {view_id or external_id} is open")

    def publish(self, user: str, view: JsonObject, hash: str = "") -> JsonObject:
        """Show a home tab; raises Refused."""
        old = self.homes.get(user)
        _check_hash(old, hash)
        self._check(view, HOME, replaced=old["id"] if old else "")
        self.homes[user] = self._shown(view, id=old["id"] if old else "")
        return self.homes[user]

    def close(self, user: str, view_id: str) -> None:
        """Take a view off the top, as when it is submitted; nothing if it is not open."""
        self.stacks[user] = [view for view in self.stacks.get(user, []) if view["id"] != view_id]
        self.errors.pop(view_id, None)

    def respond(self, user: str, view_id: str, response: JsonObject) -> None:
        """Do what the acknowledgement of a submission says; raises Refused if Slack would not."""
        stack = self.stacks.get(user, [])
        view = next((view for view in stack if view["id"] == view_id), None)
        action = response.get("response_action")
        if action is None:
            if response:
                raise Refused("invalid_response", f"acknowledgement of a submission: {response}")
            self.close(user, view_id)
        elif action == "clear":
            self.stacks[user] = []
        elif view is None:
            self._check(response["view"], MODAL) if action in ("update", "push") else None
        elif action == "errors":
            self.errors[view_id] = _checked_errors(view, response.get("errors"))
        elif action == "update":
            self.update(response["view"], view_id)
        elif action == "push":
            self._check(response["view"], MODAL)
            self._put_on(user, response["view"])
        else:
            raise Refused("invalid_response", f"response_action {action}")

    def _use(self, trigger_id: str, view: JsonObject, *, pushed: bool = False) -> str:
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id", f"there is no trigger {trigger_id}")
        if trigger.used:
            raise Refused("exchanged_trigger_id", "a trigger works once")
        if self.clock() - trigger.at > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id", f"a trigger lives {TRIGGER_SECONDS:.0f} s")
        self._check(view, MODAL)
        if pushed and not self.stacks.get(trigger.user):
            raise Refused("not_found", "no modal is open")
        trigger.used = True
        return trigger.user

    def _check(self, view: JsonObject, kind: str, replaced: str = "") -> None:
        problem = view_problem(view) or ("" if view["type"] == kind else f"a {view['type']} is no {kind}")
        if problem == "view_too_large":
            raise Refused(problem)
        if problem:
            raise Refused("invalid_arguments", problem)
        others = [*(view for stack in self.stacks.values() for view in stack), *self.homes.values()]
        taken = {other["external_id"] for other in others if other["id"] != replaced} - {""}
        if view.get("external_id") in taken:
            raise Refused("duplicate_external_id", view["external_id"])

    def _shown(self, view: JsonObject, root: str = "", previous: str | None = None, id: str = "") -> JsonObject:
        number = next(self._numbers)
        id = id or f"V{number}"
        modal = {"title": None, "close": None, "submit": None, "clear_on_close": False, "notify_on_close": False}
        return {
            "id": id,
            "team_id": "T1",
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            **(modal if view["type"] == MODAL else {}),
            **deepcopy(view),
            "blocks": with_ids(view["blocks"]),
            "state": {"values": {}},
            "hash": f"1571650000.{number:08x}",
            "previous_view_id": previous,
            "root_view_id": root or id,
            "app_id": "A1",
            "app_installed_team_id": "T1",
            "bot_id": BOT_ID,
        }


def with_ids(blocks: list[JsonObject]) -> list[JsonObject]:
    """A copy of the blocks with the ids that Slack gives where the app gave none."""
    copies = deepcopy(blocks)
    for number, block in enumerate(copies):
        block.setdefault("block_id", f"b{number:04}")
        for place, element in enumerate(pressable(block)):
            element.setdefault("action_id", f"a{number:02}{place:02}")
    return copies


def pressable(block: JsonObject) -> list[JsonObject]:
    """The elements in a block with which people can do something."""
    inside = [block[name] for name in ("accessory", "element") if name in block]
    inside += block["elements"] if block["type"] in _INTERACTIVE else []
    return [element for element in inside if element["type"] != "image"]


def _check_hash(old: JsonObject | None, hash: str) -> None:
    if hash and old is not None and hash != old["hash"]:
        raise Refused("hash_conflict", "the view was changed by somebody else")


def _checked_errors(view: JsonObject, errors: object) -> dict[str, str]:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise Refused("invalid_response", f"errors name no input block of the view: {errors}; inputs are {inputs}")
    if not all(isinstance(words, str) and words for words in errors.values()):
        raise Refused("invalid_response", f"empty errors: {errors}")
    return errors
