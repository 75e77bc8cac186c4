"""SQLite's FTS5 alone: words, no vectors. A passage is a paragraph."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from tests.benchmarks.peers.contender import Find, Found, Library

DATABASE = "fts.db"


def build(library: Library, folder: Path) -> None:
    """Put each paragraph into a table, with the title of its document, by Porter's stems."""
    with sqlite3.connect(folder / DATABASE) as database:
        database.execute("CREATE VIRTUAL TABLE passages USING fts5(document UNINDEXED, title, text, tokenize='porter')")
        rows = [
            (one.id, one.title, text) for one in library.documents for text in one.text.split("\n\n") if text.strip()
        ]
        database.executemany("INSERT INTO passages VALUES (?, ?, ?)", rows)
    database.close()


def load(folder: Path) -> Find:
    """Open the file."""
    database = sqlite3.connect(folder / DATABASE)
    query = "SELECT document, text FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT 1"

    def find(question: str) -> list[Found]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        return [Found(*row) for row in database.execute(query, (words,))]

    return find
