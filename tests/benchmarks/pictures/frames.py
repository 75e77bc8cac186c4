"""What Slack puts around blocks: conversations, windows and the Home tab, as whole pages of HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from html import escape
from pathlib import Path
from types import MappingProxyType

from bot.slack.types import Block, Message
from tests.benchmarks.pictures.blocks import blocks
from tests.benchmarks.pictures.icons import icon
from tests.benchmarks.pictures.words import PLAIN, Names, UnknownKind, drawn, text

APP = "Merger Assistant"
"""The bot's name, as in the manifest."""

_COLOURS = ("#4a154b", "#1264a3", "#007a5a", "#8a5a00", "#9a2f4f", "#3f5b8c")
"""Of the squares with people's initials."""


class Width(StrEnum):
    """What the page is seen on."""

    DESKTOP = "desktop"
    PHONE = "phone"

    @property
    def pixels(self) -> int:
        """How wide the page is, in CSS pixels."""
        return 760 if self is Width.DESKTOP else 390


@dataclass(frozen=True, slots=True)
class Post:
    """One message of a conversation."""

    author: str
    """`APP`, or the name of a person who does not exist."""
    time: str
    """As it is shown: `10:24`."""
    message: Message | str
    """What the bot posted, or what a person typed, as Slack's markup."""
    only_you: bool = False
    """Whether nobody else sees it."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Posts as they stand in a thread, a channel or a direct message."""

    place: str
    """`# merger`, or the name of the other side."""
    posts: tuple[Post, ...]
    is_thread: bool = True
    """Whether the first post is what the others hang on."""
    status: str = ""
    """What the bot says that it is doing, such as "is looking in the documents…"."""


@dataclass(frozen=True, slots=True)
class Window:
    """A modal."""

    view: Block


@dataclass(frozen=True, slots=True)
class Home:
    """The bot's Home tab."""

    view: Block


@dataclass(frozen=True, slots=True)
class Shown:
    """Something to see in Slack, and the names behind its mentions."""

    what: Conversation | Window | Home
    names: Names = field(default_factory=lambda: MappingProxyType({}))


def page(shown: Shown, width: Width) -> str:
    """A whole page that needs nothing else: no script, no address, no picture.

    Args:
        shown: What is to be seen.
        width: On what.

    Raises:
        UnknownKind: It holds what cannot be drawn yet, or a view is of another type than its frame.
    """
    what, names = shown.what, shown.names
    if isinstance(what, Conversation):
        frame = _conversation(what, names)
    elif isinstance(what, Window):
        frame = _window(what.view, names)
    else:
        frame = _home(what.view, names)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Slack</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{_style()}</style></head>'
        f'<body class="{width}" style="width:{width.pixels}px">{frame}</body></html>'
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("look.css").read_text("utf-8")


def _conversation(held: Conversation, names: Names) -> str:
    place = escape(held.place)
    head = f'<b>Thread</b><span class="place">{place}</span>' if held.is_thread else f"<b>{place}</b>"
    posts = [_post(post, names) for post in held.posts]
    replies = len(posts) - 1
    if held.is_thread and replies:
        posts.insert(1, f'<div class="replies">{replies} {"reply" if replies == 1 else "replies"}<hr></div>')
    status = f'<div class="status"><i></i><i></i><i></i><b>{APP}</b> {escape(held.status)}</div>' if held.status else ""
    close = icon("close") if held.is_thread else ""
    return f'<main class="conversation"><header>{icon("back")}{head}{close}</header>{"".join(posts)}{status}</main>'


def _post(post: Post, names: Names) -> str:
    if isinstance(post.message, str):
        inside = f'<div class="block">{text({"type": "mrkdwn", "text": post.message}, names)}</div>'
    else:
        inside = blocks(post.message["blocks"], names)
    tag = '<span class="app">APP</span>' if post.author == APP else ""
    seen = f'<div class="only-you">{icon("eye")}Only visible to you</div>' if post.only_you else ""
    about = f'<div class="who"><b>{escape(post.author)}</b>{tag}<time>{escape(post.time)}</time></div>'
    return f'<article>{_avatar(post.author)}<div class="post">{seen}{about}{inside}</div></article>'


def _avatar(author: str) -> str:
    initials = escape("".join(word[0] for word in author.split()[:2]).upper())
    colour = "#003087" if author == APP else _COLOURS[sum(map(ord, author)) % len(_COLOURS)]
    return f'<span class="avatar" style="background:{colour}">{initials}</span>'


def _window(view: Block, names: Names) -> str:
    _must_be("modal", view)
    title = drawn(view["title"], names, PLAIN, "A title")
    close = drawn(view["close"], names, PLAIN, "A button") if "close" in view else "Cancel"
    submit = drawn(view["submit"], names, PLAIN, "A button") if "submit" in view else ""
    sent = f'<span class="button large primary">{submit}</span>' if submit else ""
    return (
        f'<main class="backdrop"><section class="window"><header>{icon("close")}<b>{title}</b>'
        f'<span class="send">{submit}</span></header><div class="inside">{blocks(view["blocks"], names)}</div>'
        f'<footer><span class="button large">{close}</span>{sent}</footer></section></main>'
    )


def _home(view: Block, names: Names) -> str:
    _must_be("home", view)
    return (
        f'<main class="home"><header>{icon("back")}{_avatar(APP)}<b>{APP}</b></header>'
        f"<nav><span class='here'>Home</span><span>Messages</span><span>About</span></nav>"
        f'<div class="inside">{blocks(view["blocks"], names)}</div></main>'
    )


def _must_be(kind: str, view: Block) -> None:
    if view.get("type") != kind:
        raise UnknownKind(f"A view of the type {view.get('type')!r} stands where only {kind!r} can be drawn.")
