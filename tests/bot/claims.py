"""Questions taken by a process of its own."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.records import Records
from bot.slack.types import Asked, Conversation


def question(*keys: str, text: str = "When?") -> Asked:
    """A question that is known by these keys."""
    return Asked(text, Conversation("C1", "1.0"), keys, "#U1", "1.0")


def claim_all(url: str, rounds: list[list[str]], threads: int, taken: Path) -> None:
    """Claim each of these keys in each thread at once, and write down what was taken."""
    records = Records(url)
    until = time.time() + 15
    with ThreadPoolExecutor(threads) as pool:
        waiting = [pool.submit(records.take, question(*keys), "me", until) for keys in rounds for _ in range(threads)]
        won = [claim.result() for claim in waiting]
    records.close()
    each = [keys for keys in rounds for _ in range(threads)]
    taken.write_text(json.dumps([keys for keys, mine in zip(each, won, strict=True) if mine]))
