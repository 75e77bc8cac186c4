"""The merger assistant: answers in the sources' own words, each sentence cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.assistant import Assistant

__all__ = ["Assistant"]


def __getattr__(name: str) -> object:
    """Load the assistant when it is asked for: every module of this package passes through here first."""
    if name != "Assistant":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bot.assistant import Assistant

    return Assistant
