"""Patterns made of phrases, so that each can be read as the list of phrases it is."""

from __future__ import annotations

import re


def phrases(*forms: str) -> re.Pattern[str]:
    """Make the pattern of any of the phrases as whole words, in upper or lower case.

    Args:
        forms: Regular expressions, mostly plain words.
    """
    return re.compile(rf"\b(?:{'|'.join(forms)})\b", re.IGNORECASE)
