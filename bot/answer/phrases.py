"""Patterns made of phrases, so that each can be read as the list of phrases it is."""

from __future__ import annotations

import re


def any_of(*forms: str) -> str:
    """Make one form of several, any of which may stand there."""
    return f"(?:{'|'.join(forms)})"


def compiled(*forms: str) -> re.Pattern[str]:
    """Make the pattern of any of the forms, in upper or lower case."""
    return re.compile(any_of(*forms), re.IGNORECASE)


def phrases(*forms: str) -> re.Pattern[str]:
    """Make the pattern of any of the phrases as whole words, in upper or lower case.

    Args:
        forms: Regular expressions, mostly plain words.
    """
    return re.compile(rf"\b{any_of(*forms)}\b", re.IGNORECASE)
