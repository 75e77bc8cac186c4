"""Claims on events, made by a process of its own."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.log import Log


def claim_all(url: str, rounds: list[list[str]], threads: int, taken: Path) -> None:
    """Claim each of these keys in each thread at once, and write down what was taken."""
    log = Log(url)
    with ThreadPoolExecutor(threads) as pool:
        waiting = [pool.submit(log.claim, keys) for keys in rounds for _ in range(threads)]
        won = [claim.result() for claim in waiting]
    log.close()
    each = [keys for keys in rounds for _ in range(threads)]
    taken.write_text(json.dumps([keys for keys, mine in zip(each, won, strict=True) if mine]))
