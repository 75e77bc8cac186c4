"""Lines that belong to a page and not to what it says: `Read more`, `Share this page`, a caption of one word."""

from __future__ import annotations

import re

MAX_WORDS = 16  # a longer line says something, however it begins
MAX_CAPTION_WORDS = 2

_OPEN_ENDED = re.compile(
    r"more on \S+|read more\b|for more information,? (?:please )?(?:visit|see|go to|click)\b|(?:click|tap) here\b"
    r"|sign up (?:to|for) our\b|subscribe to our\b|follow us on\b|©|\(c\) |copyright ©|all rights reserved\b",
    re.I,
)
_WHOLE = re.compile(
    r"(?:share(?: this)?(?: (?:page|story|article|post|on \w+))?|follow us|subscribe|advertisement"
    r"|comments?(?: \(\d+\))?|related (?:stories|articles|topics|content|links|news)|most read|back to top"
    r"|skip to (?:main )?content|print(?: this page)?|page \d+(?: of \d+)?)[:.]?",
    re.I,
)
_SENTENCE_INSIDE = re.compile(r"[.!?]\s+\S")
_LOWER_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_LETTERS = re.compile(r"[^a-z]+")

FURNITURE_TAGS = frozenset(("nav", "header", "footer", "aside", "dialog", "menu", "figcaption", "button", "search"))
"""HTML tags that hold furniture."""

FURNITURE_ROLES = frozenset(
    ("alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu", "menubar", "navigation", "search")
)
"""Values of `role` that mark furniture."""

_CLASS_WORDS = frozenset(
    "banner breadcrumb breadcrumbs consent cookie cookies footer menu nav navbar navigation newsletter related share "
    "sharing sidebar social".split()
)
_ABOUT_THE_PAGE = frozenset("has no with without".split())  # `has-sidebar` is the class of a page, not of a sidebar


def is_known_furniture(line: str) -> bool:
    """Whether a paragraph is one of the lines that web pages add: links onwards, sharing, copyright, rules."""
    line = " ".join(line.split())
    if _WHOLE.fullmatch(line) or not any(char.isalnum() for char in line):
        return True
    short = len(line.split()) <= MAX_WORDS and not _SENTENCE_INSIDE.search(line)
    return short and _OPEN_ENDED.match(line) is not None


def is_caption(line: str) -> bool:
    """Whether a line is one or two words in lower case without a closing mark: a picture's caption or name."""
    words = line.split()
    return 0 < len(words) <= MAX_CAPTION_WORDS and all(
        _LOWER_WORD.fullmatch(word) and word == word.lower() != word.upper() for word in words
    )


def has_furniture_word(names: str) -> bool:
    """Whether the classes and ids of an HTML tag speak of furniture, such as `cookie-notice` or `siteFooter`."""
    for name in names.split():
        words = _NOT_LETTERS.split(_CAMEL.sub("-", name).lower())
        for n, word in enumerate(words):
            if word in _CLASS_WORDS and not _ABOUT_THE_PAGE.intersection(words[:n]):
                return True
    return False
