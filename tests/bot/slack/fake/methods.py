"""The methods of the Web API: what they take, which scope they need, and how often they may be called."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

JsonObject = dict[str, Any]

MANIFEST = Path(__file__).parents[4] / "deploy" / "slack-manifest.json"
MINUTE = 60.0
CALLS_A_MINUTE = {"t1": 1, "t2": 20, "t3": 50, "t4": 100}
"""What Slack promises for each tier; the special tier has rules of its own."""
CHANNEL_SECONDS = 0.99
"""Between two messages into a channel; a little less than a second, for the clocks of both sides."""
_BY_CHANNEL = {"C": ("channels:",), "G": ("groups:", "mpim:"), "D": ("im:",)}
"""Which of several scopes a call on a conversation takes, by the first letter of its id."""


class Refused(Exception):
    """Slack does not do it.

    Args:
        code: Slack's error code.
        detail: What is wrong, for whoever reads the answer.
        more: What else the answer says.
    """

    def __init__(self, code: str, detail: str = "", **more: object) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.more = more


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the Web API."""

    required: frozenset[str]
    scopes: tuple[str, ...]
    tier: str
    args: dict[str, str]
    """Names, and the types that Slack documents; empty where it does not."""


METHODS: dict[str, Method] = {
    name: Method(frozenset(row["required"]), tuple(row["scopes"]), row["tier"], row["args"])
    for name, row in json.loads(Path(__file__).with_name("methods.json").read_text())["methods"].items()
}


def our_manifest() -> JsonObject:
    """The manifest that we ship."""
    manifest: JsonObject = json.loads(MANIFEST.read_text())
    return manifest


def check_arguments(name: str, args: JsonObject) -> None:
    """Raises Refused if an argument is missing, unknown or of the wrong type."""
    method = METHODS[name]
    if missing := method.required - args.keys():
        raise Refused("invalid_arguments", f"missing required field: {', '.join(sorted(missing))}")
    for arg, value in args.items():
        if arg == "team_id":  # Bolt adds it to every call, Slack ignores it
            continue
        if arg not in method.args:
            raise Refused("invalid_arg_name", f"{name} takes no {arg}")
        right = _RIGHT.get(method.args[arg])
        if right is not None and not right(value):
            raise Refused("invalid_arguments", f"{arg} must be {method.args[arg]}, not {str(value)[:80]!r}")


_RIGHT: dict[str, Callable[[object], bool]] = {
    "boolean": lambda value: value in (True, False, "1", "0", "true", "false"),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list | str),
    "integer": lambda value: str(value).isdigit(),
    "number": lambda value: str(value).isdigit(),
}


def check_scopes(name: str, args: JsonObject, granted: set[str]) -> None:
    """Raises Refused if the app was not granted what the method needs."""
    needed = METHODS[name].scopes
    if len(needed) > 1:
        starts = _BY_CHANNEL.get(str(args.get("channel", "D"))[:1], ("",))
        needed = tuple(scope for scope in needed if scope.startswith(starts))
    if needed and not granted & set(needed):
        raise Refused("missing_scope", needed=",".join(needed), provided=",".join(sorted(granted)))


@dataclass
class Rates:
    """How often methods may be called and messages posted, by a clock."""

    clock: Callable[[], float]
    on: bool = True
    """Tiers; the pace of a channel always holds."""
    _calls: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _posted: dict[str, float] = field(default_factory=lambda: defaultdict(lambda: float("-inf")))

    def wait_seconds(self, name: str) -> float:
        """Until the method may be called; counts the call if that is now."""
        most = CALLS_A_MINUTE.get(METHODS[name].tier)
        if not self.on or most is None:
            return 0.0
        now, calls = self.clock(), self._calls[name]
        while calls and now - calls[0] >= MINUTE:
            calls.popleft()
        if len(calls) >= most:
            return MINUTE - (now - calls[0])
        calls.append(now)
        return 0.0

    def may_post(self, channel: str) -> bool:
        """About one message a second goes into a channel."""
        return self.clock() - self._posted[channel] >= CHANNEL_SECONDS

    def posted(self, channel: str) -> None:
        """A message went into the channel."""
        self._posted[channel] = self.clock()
