"""Whether a message in a thread asks the bot something although it does not name it."""

from __future__ import annotations

import re

_QUOTED_LINE = re.compile(r"^(?:&gt;|>).*$", re.MULTILINE)
_CODE = re.compile(r"```.*?(?:```|$)|`[^`\n]*`", re.DOTALL)
_MARKUP = re.compile(r"<[^<>]*>")
_OPENING = (
    r"(?:\W|\b(?:hi|hey|hello|dear|thanks|thank\s+you|ok|okay|yes|no|so|and|but|well|also|please|sorry|cc|fyi)\b)*"
)
_TO_SOMEBODY = re.compile(rf"{_OPENING}<(?:@[UW]|!)", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:\W|\b(?:ok|okay|so|and|but|well|also|thanks|please)\b)*"
    r"(?:who|whom|whose|what|when|where|which|why|how)\b",
    re.IGNORECASE,
)
# "What a day", "how nice", "which is fine", "when I am back", "why not": they begin like questions and ask nothing.
_ASKS_NOTHING = re.compile(
    r"(?:\W|\b(?:ok|okay|so|and|but|well|also)\b)*"
    r"(?:what\s+an?\b|how\s+(?:nice|funny|odd|sad|lovely|great|awful|true|about\s+that)\b|which\s+(?:is|was|means)\b"
    r"|why\s+not\b|when(?:ever)?\s+(?:i|you|we|they|he|she|it)\b|what(?:ever)?\s+(?:i|you|we|they|he|she)\b)",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Whether a message is a question to nobody in particular.

    It has a question mark or begins with a question word, and does not turn to a person or a group first. Question
    marks in links, code and quoted lines are somebody else's.

    Args:
        text: The message with Slack's markup in it.
    """
    own = _CODE.sub(" ", _QUOTED_LINE.sub(" ", text))
    if _TO_SOMEBODY.match(own):
        return False
    words = _MARKUP.sub(" ", own).strip()
    if "?" in words:
        return True
    return bool(_ASKS.match(words)) and not words.endswith("!") and not _ASKS_NOTHING.match(words)
