"""What may be said about an error where nobody's words may be."""

from __future__ import annotations

import traceback


def where_it_failed(error: BaseException) -> str:
    """The kind of an error and the lines of code it came through, without its message, which may quote a question."""
    lines = []
    cause: BaseException | None = error
    while cause is not None:
        lines.append(f"{type(cause).__name__}, raised in\n{''.join(traceback.format_tb(cause.__traceback__))}")
        cause = cause.__cause__ or cause.__context__
    return "caused by ".join(lines)
