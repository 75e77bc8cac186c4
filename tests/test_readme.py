"""What the README says of the Slack app is what the manifest asks for, and what it shows is there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
MANIFEST = json.loads((ROOT / "deploy" / "slack-manifest.json").read_text("utf-8"))


def table(head: str) -> str:
    """The rows of the table under a head."""
    return README.split(head, 1)[1].split("\n\n", 1)[0]


def test_the_link_that_makes_the_app_holds_the_manifest() -> None:
    encoded = quote(json.dumps(MANIFEST, separators=(",", ":")), safe="")
    new = f"[new-app]: https://api.slack.com/apps?new_app=1&manifest_json={encoded}"
    (link,) = re.findall(r"^\[new-app\]: .*$", README, re.MULTILINE)
    assert link == new, f"The manifest has changed; the last line of the README is now:\n{new}"
    assert json.loads(parse_qs(urlsplit(link.split()[1]).query)["manifest_json"][0]) == MANIFEST


def test_each_scope_and_event_is_explained() -> None:
    rows = table("| Scope | For | Without it |\n").splitlines()
    explained = [scope for row in rows for scope in re.findall(r"`([a-z_:]+)`", row.split("|")[1])]
    assert sorted(explained) == sorted(MANIFEST["oauth_config"]["scopes"]["bot"])
    events = README.split("\nEvents: ", 1)[1].split("\n\n", 1)[0]
    assert sorted(re.findall(r"`([a-z_.]+)`", events)) == MANIFEST["settings"]["event_subscriptions"]["bot_events"]


def test_what_is_shown_and_linked_is_there() -> None:
    shown = re.findall(r'<img src="([^"]+)" width="\d+" alt="[^"]{20,}">', README)
    assert len(shown) == README.count("<img ") > 0
    linked = [target.split("#")[0] for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", README)]
    assert [name for name in shown + linked if not (ROOT / name).is_file()] == []
    heads = {re.sub(r"[^a-z ]", "", head.lower()).replace(" ", "-") for head in re.findall(r"^## (.+)$", README, re.M)}
    assert {target for target in re.findall(r"\]\(#([^)]+)\)", README)} <= heads
