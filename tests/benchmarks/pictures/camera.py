"""Photographs of pages, by a Chromium without a screen."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

from tests.benchmarks.pictures.frames import Width

COLOURS = 256
"""Of the palette. So many keep each point within 2 of 255, and the file is less than half as large."""
SCALE = 2
"""Pixels of the picture for one of the page."""

_COMMANDS = ("chromium", "chromium-browser", "google-chrome")
_FONT = "Lato"
_TALLEST = 5_000
"""Height of the paper in pixels of the page; what is left over is cut off."""
_SECONDS = 120
_INSTALL = "on Debian or Ubuntu: apt-get install chromium fonts-lato fonts-noto-color-emoji"


class NoPicture(Exception):
    """A page cannot be photographed. The message says why and what to do."""


def chromium() -> str:
    """The command that photographs.

    Raises:
        NoPicture: Chromium, or the font that Slack uses, is not installed.
    """
    command = next(filter(None, map(shutil.which, _COMMANDS)), None)
    if command is None:
        raise NoPicture(f"There is no command {' or '.join(_COMMANDS)}. Install Chromium and the fonts, {_INSTALL}")
    if lister := shutil.which("fc-list"):
        found = subprocess.run([lister, _FONT], capture_output=True, text=True, check=True, timeout=_SECONDS)
        if not found.stdout.strip():
            raise NoPicture(
                f"There is no font {_FONT}, and the pictures would not look like Slack. Install it, {_INSTALL}"
            )
    return command


def photograph(page: str, width: Width, command: str) -> bytes:
    """A page as a PNG with a palette, cut to what is on it.

    Args:
        page: HTML that needs nothing else.
        width: What it was laid out for.
        command: From `chromium`.

    Raises:
        NoPicture: Chromium made none, or the page is higher than the paper.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.png")
        source.write_text(page, "utf-8")
        options = (
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-lcd-text", "--hide-scrollbars",
            "--font-render-hinting=none", f"--user-data-dir={folder}/profile", f"--force-device-scale-factor={SCALE}",
            f"--window-size={max(width.pixels, 500)},{_TALLEST}", f"--screenshot={target}",
        )  # fmt: skip
        ran = subprocess.run([command, *options, source.as_uri()], capture_output=True, text=True, timeout=_SECONDS)
        if ran.returncode or not target.is_file():
            raise NoPicture(f"{command} made no picture and ended with {ran.returncode}: {ran.stderr[-500:]}")
        with Image.open(target) as taken:
            return _cut(taken.convert("RGB"))


def _cut(picture: Image.Image) -> bytes:
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    if box is None:
        raise NoPicture("The page is empty: nothing on it is darker than the paper.")
    if box[3] == picture.height:
        raise NoPicture(f"The page is higher than {_TALLEST} pixels. Show less of it, or make the paper higher.")
    small = picture.crop(box).quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()
