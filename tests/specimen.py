"""Every block and element that Slack's pictures know, with any text wherever there may be one."""

from __future__ import annotations

from collections.abc import Iterator

from bot.slack.types import Block


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def run(*held: Block, kind: str = "section", **more: object) -> Block:
    return {"type": f"rich_text_{kind}", "elements": list(held), **more}


def said(text: str, **style: bool) -> Block:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def option(text: str, value: str = "v", **more: object) -> Block:
    return {"text": plain(text), "value": value, **more}


def rich_texts(text: str) -> Iterator[Block]:
    """Every part and element of rich text."""
    styles = [said(text, **{name: True}) for name in ("bold", "italic", "strike", "underline", "code", "highlight")]
    ids = [("user", "user_id"), ("usergroup", "usergroup_id"), ("channel", "channel_id"), ("date", "fallback")]
    yield {
        "type": "rich_text",
        "elements": [
            run(
                said(text),
                *styles,
                {"type": "link", "url": "https://example.org", "text": text, "style": {"bold": True}},
            ),
            run(*({"type": kind, name: text} for kind, name in ids), {"type": "broadcast", "range": text}),
            run({"type": "emoji", "name": text}, {"type": "emoji", "name": "x", "unicode": "1f468-200d-2695"}),
            run(run(said(text)), kind="list", style="bullet"),
            run(run(said(text)), kind="list", style="ordered", indent=1, offset=3),
            run(said(text), kind="quote"),
            run({"type": "link", "url": text}, kind="preformatted"),
        ],
    }


def pressed(text: str) -> list[Block]:
    """Every element of a row of actions."""
    options = [option(text, "a", description=plain(text)), option(text, "b")]
    return [
        *({"type": "button", "text": plain(text), **more} for more in ({}, {"style": "primary"}, {"style": "danger"})),
        {"type": "overflow", "options": options},
        {"type": "static_select", "placeholder": plain(text), "options": options},
        {"type": "static_select", "initial_option": options[0], "options": options},
        {"type": "datepicker", "initial_date": "2019-11-01"},
        {"type": "datepicker", "placeholder": plain(text)},
        {"type": "users_select", "initial_user": text},
        {"type": "conversations_select", "initial_conversation": text},
        {"type": "channels_select", "initial_channel": text},
        {"type": "radio_buttons", "options": options, "initial_option": options[0]},
        {"type": "checkboxes", "options": options, "initial_options": options[:1]},
    ]


def filled(text: str) -> list[Block]:
    """Every element that a person fills in."""
    return [
        *(element for element in pressed(text) if element["type"] not in ("button", "overflow")),
        {"type": "plain_text_input", "placeholder": plain(text)},
        {"type": "plain_text_input", "multiline": True, "initial_value": text},
        {"type": "url_text_input", "initial_value": text},
        {"type": "multi_static_select", "initial_options": [option(text), option(text)]},
        {"type": "multi_users_select", "initial_users": [text]},
        {"type": "multi_conversations_select", "initial_conversations": [text]},
    ]


def everything(text: str) -> list[Block]:
    """Every block and element that can be drawn, with this text wherever there may be one."""
    markup = {
        "type": "mrkdwn",
        "text": f"{text}\n> {text}\n*{text}* _{text}_ ~{text}~ `{text}` ```{text}``` <{text}|{text}>",
    }
    image = {"type": "image", "alt_text": text, "image_url": text}
    sides = {side: {"text": plain(text), "value": "v"} for side in ("positive_button", "negative_button")}
    cells = [{"type": "raw_text", "text": text}, {"type": "raw_number", "text": text}, *rich_texts(text)]
    return [
        {"type": "header", "text": plain(text)},
        *rich_texts(text),
        {"type": "section", "text": markup, "fields": [plain(text), markup]},
        *({"type": "section", "text": plain(text), "accessory": beside} for beside in (*pressed(text), image)),
        {"type": "context", "elements": [plain(text), markup, image]},
        {"type": "divider"},
        {"type": "actions", "elements": pressed(text)},
        {
            "type": "context_actions",
            "elements": [
                {"type": "feedback_buttons", **sides},
                {"type": "icon_button", "icon": "trash", "text": plain(text)},
            ],
        },
        *(
            {"type": "input", "label": plain(text), "hint": plain(text), "optional": True, "element": element}
            for element in filled(text)
        ),
        {**image, "title": plain(text)},
        {"type": "table", "rows": [cells, cells], "column_settings": [None, {"align": "right"}]},
        *({"type": "alert", "level": level, "text": markup} for level in ("info", "warning", "error", "success")),
        {"type": "alert", "text": plain(text)},
    ]
