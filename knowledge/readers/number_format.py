"""What a cell of a sheet shows: its value under its number format, dates as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

MAX_DIGITS = 15  # of a number in a sheet; what comes after them is noise of the binary form
MAX_GENERAL_DIGITS = 12  # shown of a number without a format
MAX_PLACES = 30  # after the point, whatever the format says
MAX_EXPONENT = 308  # of ten, in a number in a sheet
MAX_PERCENT = 4  # signs in a format; each stands for a hundred times

_WIDE = Context(prec=400)  # digits: of the greatest number with all its places
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|(?P<bracket>\[[^\]]*\])|_.|\*.'
    r"|(?P<digits>[0#?][0#?.,]*|\.[0#?]+)|(?P<other>.)",
    re.S,
)
_SECTION_END = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*);?', re.S)
_CONDITION = re.compile(r"\[[<>=]")
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', re.S)


@dataclass(frozen=True, slots=True)
class _Number:
    """One section of a number format: what stands before and behind the digits, and the digits themselves."""

    before: str
    digits: str
    behind: str


def shown(value: object, number_format: str) -> str:
    """The text of a value: `21 October 2019`, `£1,200`, `12.5%`, `0.3`, `TRUE`.

    Args:
        value: A text, number, truth value, date, time or duration.
        number_format: As Excel writes it, such as `#,##0.00`.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        exact = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{MAX_DIGITS}g}")
        usual = exact.is_finite() and exact.adjusted() <= MAX_EXPONENT
        return _number(exact, number_format) if usual else _general(exact)
    if isinstance(value, date | time):
        return _date(value, _LITERAL.sub("", number_format).lower())
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        hours, minutes = divmod(abs(seconds) // 60, 60)
        rest = f":{abs(seconds) % 60:02}" if "s" in number_format.lower() else ""
        return f"{'-' if seconds < 0 else ''}{hours}:{minutes:02}{rest}"
    return str(value)


def _date(value: date | time, pattern: str) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
    if "y" in pattern and "d" not in pattern:
        return f"{value:%B %Y}" if "m" in pattern else f"{value:%Y}"
    words = f"{value.day} {value:%B %Y}"
    timed = isinstance(value, datetime) and "h" in pattern and value.time() != time()  # midnight: only a day was meant
    return f"{words} {value:%H:%M}" if timed else words


def _number(value: Decimal, number_format: str) -> str:
    usual, negative, zero = [*_SECTION_END.findall(number_format)[:3], "", "", ""][:3]
    own = negative if value < 0 else zero if value == 0 else ""
    positive, parsed = _section(usual or "General"), _section(own or usual or "General")
    if parsed is None or _CONDITION.search(number_format):
        return _general(value)
    # A negative number that differs from a positive one only in its colour would be read as one.
    alike = positive is not None and (parsed.before, parsed.behind) == (positive.before, positive.behind)
    signed = value < 0 and (not own or alike)
    places = _places(abs(value), parsed)
    return f"{'-' if signed and any(c in '123456789' for c in places) else ''}{parsed.before}{places}{parsed.behind}"


def _section(section: str) -> _Number | None:
    """A section taken apart; None for one that needs more than digits, such as fractions and exponents."""
    before = behind = digits = ""
    for token in _TOKEN.finditer(section):
        if token["digits"]:
            if digits:
                return None
            digits = token["digits"]
            continue
        literal = token["quoted"] or token["escaped"] or token["currency"] or token["other"] or ""
        if token["other"] and (literal.isalpha() or literal in "/@"):
            return None
        if digits:
            behind += literal
        else:
            before += literal
    return _Number(before.lstrip(), digits, behind.rstrip()) if digits or before.strip() else None


def _places(value: Decimal, number: _Number) -> str:
    whole, _, fraction = number.digits.partition(".")
    scale = len(whole) - len(whole.rstrip(",")) + len(fraction) - len(fraction.rstrip(","))
    value = value.scaleb(2 * min((number.before + number.behind).count("%"), MAX_PERCENT) - 3 * scale)
    fraction = fraction.replace(",", "")[:MAX_PLACES]
    if not number.digits:
        return ""
    rounded = value.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP, _WIDE)
    left, _, right = f"{rounded:f}".partition(".")
    left = "" if left == "0" and "0" not in whole else left.rjust(whole.count("0"), "0")
    if "," in whole.rstrip(","):
        left = f"{int(left):,}" if left and whole.count("0") < 2 else left
    while right and fraction[len(right) - 1] != "0" and right.endswith("0"):
        right = right[:-1]
    return f"{left}.{right}" if right else left


def _general(value: Decimal) -> str:
    if not value.is_finite():
        return str(value)
    short = value if value == value.to_integral_value() else Decimal(f"{value:.{MAX_GENERAL_DIGITS}g}")
    if abs(short.adjusted()) > MAX_DIGITS:
        return f"{short.normalize():E}"
    words = f"{short:f}"
    words = words.rstrip("0").rstrip(".") if "." in words else words
    return "0" if words == "-0" else words
