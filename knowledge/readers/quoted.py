"""What in an e-mail is not its message: quoted replies, the heads of what was forwarded, greetings and signatures.

A reply quotes what the reader has seen elsewhere; what was forwarded is there to be read. So the head of an earlier
message ends a reply (`Re:`), and begins the content of anything else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

MAX_LIFTED = 5  # levels of quotation around a message that was sent on again and again
MAX_WRAPPED_LINES = 3  # of one line of a head, or of `On 3 May 2019, Ann Wood wrote:`
MAX_SIGNATURE_LINES = 20  # with words in them; more is no signature, whatever stands above
MAX_SIGNATURE_WORDS = 12  # of one of its lines
MIN_SENTENCE_WORDS = 5  # a shorter line with a full stop may be a job title
MIN_LABELS = 3  # a head has at least From, Date or Sent, and To or Subject

_LABEL = re.compile(r"\*?(From|Sent|Date|To|Cc|Bcc|Subject|Reply-To|Importance)\s*:\s*\*?\s*(.*)", re.I)
_REPLY = re.compile(r"\s*(?:\[[^\]]*\]\s*)?(?:re|aw|sv)\s*(?:\[\d+\])?:", re.I)
_FORWARD = re.compile(r"\s*(?:\[[^\]]*\]\s*)?(?:fwd?|wg|vs)\s*(?:\[\d+\])?:", re.I)
_FORWARDED_HERE = re.compile(r"(?:begin forwarded message|-{2,}\s*forwarded (?:message|by\b.*?)\s*-*):?", re.I)
_ORIGINAL_HERE = re.compile(r"-{2,}\s*original (?:message|appointment)\s*-{2,}", re.I)
_ATTRIBUTION = re.compile(r"(?:on|am|le)\b.{6,300}\b(?:wrote|schrieb|écrit)\s?:", re.I | re.S)
_GREETING = re.compile(r"(?:dear|hi|hiya|hello|hey|good (?:morning|afternoon|evening))(?: [^.!?:;]{1,60})?[,!.]?", re.I)
_GREETING_WORDS = 6  # at most
_SIGN_OFF = re.compile(
    r"(?:(?:with )?(?:(?:very )?(?:kind|kindest|best|warm|warmest)(?: \w+)? )?(?:regards|wishes)|yours(?: \w+)?"
    r"|(?:many |with )?thanks(?: again| in advance| and (?:kind |best )?(?:regards|wishes))?|thank you|cheers|best)"
    r"[,.!]?",
    re.I,
)
_DEVICE = re.compile(r"(?:sent from my|sent via|get outlook for) .{2,40}", re.I)
_DISCLAIMER = re.compile(
    r"not (?:be )?the (?:named |intended |correct )+(?:recipient|addressee)|intended (?:only|solely|exclusively) for"
    r"|(?:received|sent to you) (?:this |it )?.{0,40}\b(?:in error|by mistake)|scanned for viruses"
    r"|(?:consider|think of) the environment before"
    r"|originated (?:from )?outside (?:of )?(?:the|our|your) organi[sz]ation"
    r"|(?:e-?mail|message|communication)\b.{0,60}\bis (?:strictly )?(?:confidential|privileged) and",
    re.I | re.S,
)
_DISCLAIMER_START = re.compile(
    r"(?:this|the (?:information|content|contents)\b.{0,20}\bthis) (?:e-?mail|message|communication)\b"
    r"|if you (?:are not|have received)|please (?:consider|think of) the environment|disclaimer|confidentiality"
    r"|[*_=-]{5,}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message: its words, and how often it is quoted."""

    words: str
    depth: int = 0


def lift(lines: Sequence[Line], subject: str) -> int:
    """How many levels of quotation are to be taken off, since what is quoted is what was sent on, or all there is."""
    begun = _FORWARD.match(subject) or any(_FORWARDED_HERE.fullmatch(line.words) for line in lines)
    levels = 1 if begun and any(line.depth for line in lines) else 0
    while levels < MAX_LIFTED and any(line.depth > levels for line in lines):
        lower = lowered(lines, levels)
        aside = asides(lower, subject)
        if any(line.words and not marked for line, marked in zip(lower, aside, strict=True)):
            break
        levels += 1
    return levels


def lowered(lines: Sequence[Line], levels: int) -> list[Line]:
    """The lines with so many levels of quotation taken off."""
    return [replace(line, depth=max(line.depth - levels, 0)) for line in lines]


def asides(lines: Sequence[Line], subject: str) -> list[bool]:
    """Which lines are not the message.

    Args:
        lines: Of the whole message, empty ones included.
        subject: With its `Re:` or `Fwd:`.

    Returns:
        For each line whether it is quoted, a head, a greeting or a part of a signature.
    """
    marked = [False] * len(lines)
    written = False
    n = 0
    while n < len(lines):
        if (end := _after_head(lines, n)) > n:
            if written and _REPLY.match(subject):
                end = len(lines)
            subject = _subject(lines[n:end]) or subject
            written = False
        elif (end := _after_aside(lines, n)) == n:
            written = written or bool(lines[n].words)
            n += 1
            continue
        marked[n:end] = [True] * (end - n)
        n = end
    return marked


def is_disclaimer(words: str) -> bool:
    """Whether a paragraph is what organisations put below each e-mail: who may read it, and what a mistake means."""
    return _DISCLAIMER.search(words) is not None


def _after_head(lines: Sequence[Line], n: int) -> int:
    """The line after the head of an earlier message that begins here (`From: ...`, `Sent: ...`); `n` if none does."""
    labels: set[str] = set()
    end, at, depth = n, n, lines[n].depth
    if not lines[n].words.lstrip("*").lower().startswith("from"):
        return n
    while at < len(lines) and at - end <= MAX_WRAPPED_LINES and lines[at].words and lines[at].depth == depth:
        label = _LABEL.match(lines[at].words)
        at += 1
        if label is not None:
            name = label[1].lower()
            if name in labels:
                break
            labels.add(name)
            end = at
    return end if len(labels) >= MIN_LABELS and "from" in labels and depth == 0 else n


def _subject(head: Sequence[Line]) -> str:
    labels = (_LABEL.match(line.words) for line in head)
    return next((label[2] for label in labels if label is not None and label[1].lower() == "subject"), "")


def _after_aside(lines: Sequence[Line], n: int) -> int:
    """The line after what is said aside here; `n` if it is the message."""
    words = lines[n].words
    if lines[n].depth or any(mark.fullmatch(words) for mark in (_FORWARDED_HERE, _ORIGINAL_HERE, _DEVICE)):
        return n + 1
    if _GREETING.fullmatch(words) and len(words.split()) <= _GREETING_WORDS:
        return n + 1
    if words == "--":
        return max(_after_signature(lines, n, strict=False), n + 1)
    if _SIGN_OFF.fullmatch(words):
        return _after_signature(lines, n, strict=True)
    return _after_attribution(lines, n)


def _after_attribution(lines: Sequence[Line], n: int) -> int:
    for end in range(n + 1, min(n + 1 + MAX_WRAPPED_LINES, len(lines))):
        if _ATTRIBUTION.fullmatch(" ".join(line.words for line in lines[n:end])):
            below = next((line for line in lines[end:] if line.words), None)
            return end if below is not None and below.depth > lines[n].depth else n
    return n


def _after_signature(lines: Sequence[Line], n: int, strict: bool) -> int:
    """The line after the signature that begins here; `n` if it goes on like a message.

    Args:
        lines: Of the whole message.
        n: Of the line that begins it: two hyphens, or a formula such as `Kind regards`.
        strict: It ends where a line reads like a sentence, and then was none.
    """
    filled = 0
    for at in range(n + 1, len(lines)):
        words = lines[at].words
        if lines[at].depth or _FORWARDED_HERE.fullmatch(words) or _ORIGINAL_HERE.fullmatch(words):
            return at
        if words == "--" or _after_head(lines, at) > at or _after_attribution(lines, at) > at:
            return at
        if _DISCLAIMER_START.match(words):
            strict, filled = False, 0
        filled += bool(words)
        if filled > MAX_SIGNATURE_LINES or (strict and _is_sentence(words)):
            return n
    return len(lines)


def _is_sentence(words: str) -> bool:
    count = len(words.split())
    return count > MAX_SIGNATURE_WORDS or (count >= MIN_SENTENCE_WORDS and words.endswith((".", "?", "!", ":")))
