"""What people do in Slack, delivered to the app that is connected, and what its acknowledgements bring about."""

from __future__ import annotations

from typing import Any

from tests.bot.slack.fake import payloads
from tests.bot.slack.fake.methods import Refused
from tests.bot.slack.fake.modals import with_ids
from tests.bot.slack.fake.payloads import NotPossible
from tests.bot.slack.fake.web import WebApi
from tests.bot.slack.fake.wire import COMMAND, EVENT, INTERACTIVE, Delivery, Route, through

JsonObject = dict[str, Any]

USER = "U1"


class FakeSlack(WebApi):
    """A Slack with people in it; use it in a `with`.

    Args:
        manifest: Of the app that is installed. The one we ship if none is given.
    """

    def __init__(self, manifest: JsonObject | None = None) -> None:
        super().__init__(manifest)
        self.route: Route | None = None
        """How the app is reached; through its socket if nothing else is said."""
        self.deliveries: list[Delivery] = []
        self.late: list[Delivery] = []
        """What was not acknowledged within three seconds: people see a warning sign."""

    def deliver(self, kind: str, payload: JsonObject) -> Delivery:
        """Deliver anything, and keep how it was acknowledged."""
        route = self.route or through(self.sockets)
        done = route(kind, payload)
        with self.changed:
            self.deliveries.append(done)
            if not done.in_time:
                self.late.append(done)
            self.changed.notify_all()
        return done

    def event(self, event: JsonObject, event_id: str = "", *, shared: bool = False) -> Delivery:
        """Deliver an event; shared if its channel is shared with another organisation."""
        self._subscribed(event)
        return self.deliver(EVENT, payloads.event_body(event, event_id or f"Ev{self._number()}", shared=shared))

    def click(
        self,
        shown: JsonObject,
        action_id: str,
        user: str = USER,
        value: object = None,
        values: JsonObject | None = None,
    ) -> Delivery:
        """Press a button or choose something in a message or view.

        Args:
            shown: From `on_show`, `ephemerals`, `modals` or `home_of`.
            action_id: Of the element.
            user: Who does it.
            value: Which one, if several elements have the action id; or what is chosen or typed: the value of an
                option, a list of them for checkboxes, a day, a user.
            values: What else stands in the inputs, by action id or block id.
        """
        payload = payloads.block_actions(shown, action_id, user, value, values or {}, self.numbers)
        more = {"trigger_id": self.trigger(user)}
        if "channel" in payload:
            thread_ts = shown.get("thread_ts", "")
            more["response_url"] = self.response_url(shown["channel"], user, ts=shown["ts"], thread_ts=thread_ts)
        return self._interact({**payload, **more})

    def feedback(self, message: JsonObject, value: str, user: str = USER) -> Delivery:
        """Press the feedback button of a message that has this value."""
        for block in with_ids(message["blocks"]):
            for element in block.get("elements", []):
                if element["type"] == "feedback_buttons":
                    return self.click(message, element["action_id"], user, value)
        raise NotPossible("the message has no feedback buttons")

    def submit(self, view: JsonObject, values: JsonObject | None = None, user: str = USER) -> Delivery:
        """Fill in a modal, by action id or block id, and send it; a second time too. Applies the acknowledgement."""
        payload = payloads.view_submission(view, values or {}, user)
        done = self._interact({**payload, "trigger_id": self.trigger(user)})
        if done.in_time:
            with self.changed:
                self._apply(lambda: self.views.respond(user, view["id"], done.answer))
        return done

    def close(self, view: JsonObject, user: str = USER) -> Delivery | None:
        """Close a modal. The app hears of it only if it asked to."""
        with self.changed:
            self.views.close(user, view["id"])
        return self._interact(payloads.view_closed(view, user)) if view["notify_on_close"] else None

    def command(self, command: str, text: str = "", user: str = USER, channel: str = "C0MERGER") -> Delivery:
        """Type a slash command; shows what comes with the acknowledgement."""
        if command not in {each["command"] for each in self.manifest["features"].get("slash_commands", [])}:
            raise NotPossible(f"the manifest has no command {command}")
        if "commands" not in self.scopes:
            raise NotPossible("the manifest does not ask for the scope commands")
        address = self.response_url(channel, user)
        more = {"trigger_id": self.trigger(user), "response_url": address}
        done = self.deliver(COMMAND, {**payloads.slash_command(command, text, user, channel), **more})
        if done.in_time and done.answer:
            with self.changed:
                self._apply(lambda: self.responses.answer(address.rpartition("/")[2], done.answer))
        return done

    def shortcut(self, callback_id: str, message: JsonObject, user: str = USER) -> Delivery:
        """Choose a shortcut in the menu of a message, which has a channel, a ts and a text."""
        if callback_id not in {each["callback_id"] for each in self.manifest["features"].get("shortcuts", [])}:
            raise NotPossible(f"the manifest has no shortcut {callback_id}")
        payload = payloads.message_shortcut(callback_id, message, user, self._number())
        thread_ts = message.get("thread_ts", "")
        address = self.response_url(message["channel"], user, ts=message["ts"], thread_ts=thread_ts)
        return self._interact({**payload, "trigger_id": self.trigger(user), "response_url": address})

    def app_home_opened(self, tab: str = "home", user: str = USER) -> Delivery:
        """Open the app at a tab: home or messages."""
        ts = f"1571650003.{self._number():06}"
        return self.event(payloads.home_opened(user, self.direct(user), tab, self.home_of(user), ts))

    def send_file(
        self,
        name: str,
        data: bytes,
        user: str = USER,
        *,
        text: str = "",
        channel: str = "",
        mimetype: str = "application/octet-stream",
    ) -> Delivery:
        """Send a file, to the bot alone if no channel is given."""
        file = self.upload(name, data, user, mimetype)
        ts = f"1571650003.{self._number():06}"
        return self.event(payloads.file_message(file, user, channel or self.direct(user), text, ts))

    def _number(self) -> int:
        with self.changed:
            return next(self.numbers)

    def _interact(self, payload: JsonObject) -> Delivery:
        if not self.manifest["settings"].get("interactivity", {}).get("is_enabled"):
            raise NotPossible("interactivity is off in the manifest")
        return self.deliver(INTERACTIVE, payload)

    def _subscribed(self, event: JsonObject) -> None:
        kind = event["type"]
        if kind == "message":
            kind = {"D": "message.im", "G": "message.groups"}.get(event["channel"][:1], "message.channels")
        if kind not in self.manifest["settings"]["event_subscriptions"]["bot_events"]:
            raise NotPossible(f"the manifest does not subscribe to {kind}")

    @staticmethod
    def _apply(what: Any) -> None:  # noqa: ANN401
        try:
            what()
        except Refused as refused:
            raise AssertionError(f"Slack would not take this acknowledgement: {refused}") from None
