"""Web pages printed to PDF by Chromium, as people keep them: with the page's address and number in the margins."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from tests.benchmarks.made_files import papers, web
from tests.benchmarks.made_files.libreoffice import paged
from tests.benchmarks.made_files.prose import BODIES, Prose
from tests.benchmarks.made_files.truth import Element, MadeFile, Truth, parts_of

_SECONDS = 120
_STYLES = (
    "body{font-family:sans-serif} td,th{border-bottom:1px solid #ccc;padding:6px;text-align:left;vertical-align:top}"
    "table{border-collapse:collapse}",
    "body{font-family:serif;text-align:justify} td,th{border:1px solid;padding:3px} h1,h2{color:#005eb8}",
)


def program() -> str | None:
    """The command, where it is installed."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def _printed(command: str, page: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(page, "utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        subprocess.run(
            [command, *options, f"--print-to-pdf={target}", source.as_uri()],
            check=True, capture_output=True, timeout=_SECONDS,
        )  # fmt: skip
        return target.read_bytes()


def files(seed: int) -> Iterator[MadeFile]:
    """A board paper with light rules and one with full rules."""
    command = program()
    if command is None:
        return
    random = Random(f"browser {seed}")
    for number, (style, body) in enumerate(zip(_STYLES, random.sample(BODIES, 2), strict=True), 1):
        elements: list[Element] = list(papers.board_paper(Prose(random, body), 4, 16))
        head = f'<head><meta charset="utf-8"><title>{body} online</title><style>{style}</style></head>'
        page = f"<!doctype html><html>{head}<body>{web.marked_up(elements)}</body></html>"
        data = _printed(command, page)
        made = paged(MadeFile(f"browser-{number}.pdf", "Chromium", data, Truth(parts_of(elements))))
        titles = (f"{body} online",) * made.pages
        numbers = tuple(f"{page}/{made.pages}" for page in range(1, made.pages + 1))
        yield replace(made, truth=replace(made.truth, furniture=titles + numbers))
