"""Who somebody is, without saying who: a hash of the Slack id that only this home can make."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

KEY_FILE = "key"
KEY_BYTES = 32


def pseudonyms(home: Path) -> Callable[[str], str]:
    """What gives each Slack user id the same hash for as long as the home keeps its key, which is made once.

    Without the key nobody can find out whose a hash is, although there are few ids to try.

    Args:
        home: Folder of all state.

    Raises:
        OSError: The key cannot be read or made.
    """
    key = _key(home / KEY_FILE)

    def pseudonym(user: str) -> str:
        return hmac.new(key, user.encode(), hashlib.sha256).hexdigest()

    return pseudonym


def _key(file: Path) -> bytes:
    if not file.exists():
        aside = file.with_name(f".tmp-{secrets.token_hex(8)}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as new:
                new.write(secrets.token_bytes(KEY_BYTES))
                new.flush()
                os.fsync(new.fileno())
            # Unlike a rename it never takes the place of a key that another process has made meanwhile.
            with suppress(FileExistsError):
                os.link(aside, file)
        finally:
            aside.unlink()
    return file.read_bytes()
