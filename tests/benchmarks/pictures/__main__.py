"""Draw the pictures of the README from the blocks that the bot really sends.

python -m tests.benchmarks.pictures [FOLDER] [--only NAME] [--pages]

FOLDER is deploy/pictures if none is given. Needs Chromium and two fonts, and says how to install what is missing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bot.service import Service
from tests.benchmarks.libraries import ROOT
from tests.benchmarks.pictures.camera import NoPicture, chromium, photograph
from tests.benchmarks.pictures.frames import Width, page
from tests.benchmarks.pictures.scenes import SCENES

FOLDER = Path("deploy", "pictures")
MOST_BYTES = 150_000
"""Of one picture, so that the page that shows them all loads quickly."""


def main() -> int:
    names = [scene.name for scene in SCENES]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pictures", description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / FOLDER, help="where the pictures go")
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help="one of " + ", ".join(names))
    parser.add_argument("--pages", action="store_true", help="keep the HTML beside each picture")
    wanted = parser.parse_args()
    try:
        draw(wanted.folder, wanted.only or names, wanted.pages)
    except NoPicture as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def draw(folder: Path, names: list[str], pages: bool) -> None:
    """Draw scenes at both widths, and print the lines of Markdown that show them.

    Raises:
        NoPicture: Chromium is missing or made no picture, or one is too large.
    """
    command = chromium()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        assistant = Service(Path(home)).assistant()
        for scene in SCENES:
            if scene.name not in names:
                continue
            shown = scene.draw(assistant)
            for width in Width:
                file = folder / f"{scene.name}{'-phone' if width is Width.PHONE else ''}.png"
                html = page(shown, width)
                if pages:
                    file.with_suffix(".html").write_text(html, "utf-8")
                data = photograph(html, width, command)
                if len(data) > MOST_BYTES:
                    raise NoPicture(f"{file.name} has {len(data)} bytes, more than {MOST_BYTES}. Show less of it.")
                file.write_bytes(data)
                print(f"![{scene.alt}]({(FOLDER / file.name).as_posix()})")


if __name__ == "__main__":
    sys.exit(main())
