"""Questions as JSON lines: one answer a line, in order; the same thread carries the conversation."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.answer.types import QuestionRefused, Turn
from bot.service import Service
from knowledge.audience import FOR_ALL, Audience

MOST_TURNS = 5
"""Kept of each thread; a follow-up hardly ever means more than the last two."""


class Line(BaseModel):
    """One question of the input."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    thread: str | None = None
    today: date | None = None
    audience: Audience | None = None


def answer_lines(
    service: Service, lines: Iterable[bytes], write: Callable[[str], object], audience: Audience = FOR_ALL
) -> bool:
    """Answer each line with one line.

    What cannot be answered gets `{"error": ...}` in its place, so that the n-th line out belongs to the n-th line in;
    blank lines are passed over. Whoever may read something else has a conversation of their own.

    Args:
        service: Who is asked.
        lines: Of the input.
        write: Told each line of the output.
        audience: Of who asks, where a line does not say.

    Returns:
        Whether every line was a question that could be asked.
    """
    threads: dict[tuple[str, Audience], deque[Turn]] = defaultdict(lambda: deque(maxlen=MOST_TURNS))
    sound = True
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = Line.model_validate_json(text)
            asking = audience if line.audience is None else line.audience
            turns = threads[line.thread, asking] if line.thread is not None else deque()
            said = service.ask(line.question, tuple(turns), line.today, audience=asking)
        except (ValidationError, QuestionRefused) as problem:
            sound = False
            write(json.dumps({"error": f"Line {number}: {_words(problem)}"}, ensure_ascii=False))
            continue
        turns.append(Turn(question=said.question, answer=said.text))
        write(said.model_dump_json())
    return sound


def _words(problem: ValidationError | QuestionRefused) -> str:
    if isinstance(problem, QuestionRefused):
        return str(problem)
    error = problem.errors()[0]
    place = ".".join(str(part) for part in error["loc"])
    line = '{"question": ..., "thread": ..., "today": ..., "audience": [...]}'
    return f"{place + ': ' if place else ''}{error['msg']}. A line is {line}."
