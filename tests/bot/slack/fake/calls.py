"""What each method of the Web API does in a workspace, and what it refuses besides wrong arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bot.slack.fake.blocks import TIMESTAMP, message_problem
from tests.bot.slack.fake.methods import Refused
from tests.bot.slack.fake.modals import BOT_ID, BOT_USER
from tests.bot.slack.fake.workspace import Workspace

JsonObject = dict[str, Any]

MAX_UPDATE_CHARS = 4_000
MAX_PROMPTS = 4


def opened(slack: Workspace, channel: str) -> str:
    """The channel that a message to a channel or user goes into."""
    return slack.direct(channel) if channel.startswith(("U", "W")) else channel


def _check_message(slack: Workspace, args: JsonObject, channel: str) -> None:
    code, _, detail = message_problem(args).partition(": ")
    if code:
        raise Refused(code, detail)
    if channel in slack.without_bot:
        raise Refused("not_in_channel")
    if channel[:1] not in ("C", "D", "G"):
        raise Refused("channel_not_found", channel)


def _auth_test(slack: Workspace, args: JsonObject) -> JsonObject:
    return {"user": "merger", "user_id": BOT_USER, "bot_id": BOT_ID, "team": "Kent", "team_id": "T1"}


def _connections_open(slack: Workspace, args: JsonObject) -> JsonObject:
    return {"url": slack.socket_url}


def _post(slack: Workspace, args: JsonObject) -> JsonObject:
    channel = opened(slack, args["channel"])
    _check_message(slack, args, channel)
    ts = f"1571650000.{next(slack.numbers):06}"
    message = {**args, "channel": channel, "ts": ts, "bot_id": BOT_ID, "user": BOT_USER}
    slack.shown_status[channel, args.get("thread_ts", "")] = ""
    slack.rates.posted(channel)
    slack.posted.append(message)
    return {"channel": channel, "ts": ts, "message": {"type": "message", **message}}


def _post_ephemeral(slack: Workspace, args: JsonObject) -> JsonObject:
    _check_message(slack, args, args["channel"])
    if (args["channel"], args["user"]) in slack.outside:
        raise Refused("user_not_in_channel")
    return {"message_ts": slack.responses.whisper(args)["ts"]}


def _message(slack: Workspace, channel: str, ts: str) -> JsonObject:
    for message in slack.posted:
        if (message["channel"], message["ts"]) == (channel, ts):
            return message
    raise Refused("message_not_found", f"{ts} in {channel}")


def _update(slack: Workspace, args: JsonObject) -> JsonObject:
    message = _message(slack, args["channel"], args["ts"])
    if len(args.get("text", "")) > MAX_UPDATE_CHARS:
        raise Refused("msg_too_long")
    _check_message(slack, args, args["channel"])
    message.update(args)
    return {"channel": args["channel"], "ts": args["ts"], "text": args.get("text", "")}


def _delete(slack: Workspace, args: JsonObject) -> JsonObject:
    slack.posted.remove(_message(slack, args["channel"], args["ts"]))
    return {"channel": args["channel"], "ts": args["ts"]}


def _permalink(slack: Workspace, args: JsonObject) -> JsonObject:
    if not TIMESTAMP.fullmatch(args["message_ts"]):
        raise Refused("message_not_found", args["message_ts"])
    place = f"archives/{args['channel']}/p{args['message_ts'].replace('.', '')}"
    return {"channel": args["channel"], "permalink": f"https://kent.slack.com/{place}"}


def _set_status(slack: Workspace, args: JsonObject) -> JsonObject:
    slack.shown_status[args["channel_id"], args["thread_ts"]] = args["status"]
    return {}


def _set_prompts(slack: Workspace, args: JsonObject) -> JsonObject:
    prompts = args["prompts"]
    features = slack.manifest["features"]
    if "agent_view" not in features and "assistant_view" not in features:
        raise Refused("not_agent_app", "the manifest has no features.agent_view")
    if not isinstance(prompts, list) or not 0 < len(prompts) <= MAX_PROMPTS:
        raise Refused("invalid_arguments", f"1 to {MAX_PROMPTS} prompts are allowed")
    if any(prompt.keys() != {"title", "message"} or not all(prompt.values()) for prompt in prompts):
        raise Refused("invalid_arguments", "a prompt has a title and a message")
    if "thread_ts" in args and "agent_view" in features:
        slack.prompts_not_shown.append(args)
    else:
        slack.prompts[args["channel_id"]] = prompts
    return {}


def _replies(slack: Workspace, args: JsonObject) -> JsonObject:
    place = (args["channel"], args["ts"])
    thread = [message for message in slack.posted if (message["channel"], message.get("thread_ts")) == place]
    return {"messages": [m for m in thread if m["ts"] > args.get("oldest", "0")], "has_more": False}


def _channel(slack: Workspace, args: JsonObject) -> JsonObject:
    shared = {"is_ext_shared": False, "is_shared": False, "is_private": not args["channel"].startswith("C")}
    return {"channel": {"id": args["channel"], "name": args["channel"].lower(), **shared}}


def _open_direct(slack: Workspace, args: JsonObject) -> JsonObject:
    if "users" not in args:
        raise Refused("users_list_not_supplied")
    return {"channel": {"id": slack.direct(args["users"])}}


def _group_users(slack: Workspace, args: JsonObject) -> JsonObject:
    if args["usergroup"] not in slack.groups:
        raise Refused("no_such_subteam", args["usergroup"])
    return {"users": list(slack.groups[args["usergroup"]])}


def _file(slack: Workspace, args: JsonObject) -> JsonObject:
    if args["file"] not in slack.files:
        raise Refused("file_not_found", args["file"])
    return {"file": slack.files[args["file"]][0]}


def _view_open(slack: Workspace, args: JsonObject) -> JsonObject:
    return {"view": slack.views.open(args.get("trigger_id", ""), args["view"])}


def _view_push(slack: Workspace, args: JsonObject) -> JsonObject:
    return {"view": slack.views.push(args.get("trigger_id", ""), args["view"])}


def _view_update(slack: Workspace, args: JsonObject) -> JsonObject:
    names = {name: args.get(name) or "" for name in ("view_id", "external_id", "hash")}
    return {"view": slack.views.update(args["view"], **names)}


def _view_publish(slack: Workspace, args: JsonObject) -> JsonObject:
    if not slack.manifest["features"].get("app_home", {}).get("home_tab_enabled"):
        raise Refused("not_enabled", "the manifest has no home tab")
    return {"view": slack.views.publish(args["user_id"], args["view"], args.get("hash") or "")}


DOES: dict[str, Callable[[Workspace, JsonObject], JsonObject]] = {
    "auth.test": _auth_test,
    "apps.connections.open": _connections_open,
    "chat.postMessage": _post,
    "chat.postEphemeral": _post_ephemeral,
    "chat.update": _update,
    "chat.delete": _delete,
    "chat.getPermalink": _permalink,
    "assistant.threads.setStatus": _set_status,
    "assistant.threads.setSuggestedPrompts": _set_prompts,
    "conversations.replies": _replies,
    "conversations.info": _channel,
    "conversations.open": _open_direct,
    "usergroups.users.list": _group_users,
    "files.info": _file,
    "views.open": _view_open,
    "views.push": _view_push,
    "views.update": _view_update,
    "views.publish": _view_publish,
}
