"""A file that somebody sent, fetched from Slack."""

from __future__ import annotations

import http.client
import urllib.request
from collections.abc import Mapping
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from slack_sdk import WebClient

from bot.incoming import MAX_BYTES

SECONDS = 60.0
"""Without a byte, before it is given up."""

CANNOT = "I could not fetch `{name}` from Slack"


class FileUnavailable(Exception):
    """A file cannot be fetched. The message says why, for whoever sent it."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Whoever is redirected would take the token along."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Any,  # noqa: ANN401
        newurl: str,
    ) -> None:
        return None


def fetch(client: WebClient, file: Mapping[str, Any]) -> bytes:
    """The bytes of a file.

    Args:
        client: Its token may read files (scope `files:read`).
        file: As events describe it.

    Raises:
        FileUnavailable: It is too large, lies elsewhere, or Slack does not hand it out.
    """
    name = str(file.get("name") or "the file")
    size = file.get("size")
    if isinstance(size, int) and size > MAX_BYTES:
        raise FileUnavailable(f"`{name}` is larger than {MAX_BYTES // 1_000_000} MB. Split it into smaller documents.")
    url = str(file.get("url_private_download") or "")
    if file.get("is_external") or not is_slacks(url, client.base_url):
        raise FileUnavailable(f"`{name}` does not lie in Slack but elsewhere. Download it and send me the file itself.")
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {client.token}"})
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=SECONDS) as reply:
            data: bytes = reply.read(MAX_BYTES + 1)
            kind = reply.headers.get_content_type()
    except HTTPError as refused:
        raise FileUnavailable(
            f"{CANNOT.format(name=name)} (HTTP status {refused.code}). Please send it again."
        ) from None
    except (URLError, OSError, http.client.HTTPException) as failed:
        raise FileUnavailable(f"{CANNOT.format(name=name)} ({type(failed).__name__}). Please send it again.") from None
    if kind == "text/html" and file.get("mimetype") != "text/html":
        # Slack shows whoever may not read a file the page to sign in.
        raise FileUnavailable(f"{CANNOT.format(name=name)}: the app lacks the scope files:read. Install it anew.")
    return data


def is_slacks(url: str, base_url: str) -> bool:
    """Whether an address belongs to the Slack that the bot talks with; nobody else gets its token, or an answer."""
    try:
        asked, own = urlsplit(url), urlsplit(base_url)
        port = asked.port
    except ValueError:
        return False
    if asked.scheme != own.scheme or not asked.hostname or not own.hostname:
        return False
    return asked.netloc == own.netloc or (
        port is None and asked.hostname.endswith(f".{own.hostname}") and not own.hostname[-1].isdigit()
    )
