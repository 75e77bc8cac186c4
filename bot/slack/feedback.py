"""What people said about answers: whether one helped, and if not why.

Kept for as many days as the settings say; 0 keeps it in the memory of this process only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Column, Connection, Float, String, Table, Text, and_, delete, insert, select, update

from bot.database import Database
from bot.slack.answers import Given
from bot.slack.conversations import DAY_SECONDS, DAYS_IN_MEMORY, METADATA, kept_in

FEEDBACK = Table(
    "slack_feedback",
    METADATA,
    Column("answer", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("verdict", String(16), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("comment", Text, nullable=False),
    Column("said_at", Float, nullable=False, index=True),
)
"""One row for each answer and person; `answer` is its id, `said_at` is in seconds since 1970."""


class Verdict(StrEnum):
    """Whether an answer helped."""

    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"


class Reason(StrEnum):
    """Why it did not."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    NOT_IN_SOURCE = "not in source"
    INCOMPLETE = "incomplete"
    NOT_ASKED = "not asked"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person said about one answer."""

    answer: str
    """Id of the answer."""
    person: str
    """Who said it, as a hash."""
    verdict: Verdict
    said_at: float
    """Seconds since 1970."""
    reason: Reason | None = None
    """None if the answer helped, or nothing more was said."""
    comment: str = ""
    """In the person's own words."""


@dataclass(frozen=True, slots=True)
class SaidOfAnswer:
    """An opinion with what it is about, and without who has it."""

    said_at: datetime
    verdict: Verdict
    reason: str
    """Empty if none was given."""
    comment: str
    answer: str
    """Id of the answer."""
    question: str
    """Empty if it is no longer kept."""
    documents: tuple[str, ...]
    """Ids of those that the answer quotes."""


@dataclass(frozen=True, slots=True)
class FeedbackReport:
    """What was said in some days."""

    days: int
    helpful: int
    unhelpful: int
    reasons: Mapping[str, int]
    """How often each reason was given for an answer that did not help, the most frequent first; empty for none."""
    said: tuple[SaidOfAnswer, ...]
    """Newest first."""


def report(opinions: Sequence[Opinion], find: Callable[[str], Given | None], days: int) -> FeedbackReport:
    """Count opinions, and put each together with its question.

    Args:
        opinions: Newest first.
        find: Gives an answer by its id.
        days: In which they were said.
    """
    against = [opinion for opinion in opinions if opinion.verdict is Verdict.UNHELPFUL]
    reasons = Counter(opinion.reason.value if opinion.reason else "" for opinion in against)
    said = tuple(_said(opinion, find(opinion.answer)) for opinion in opinions)
    return FeedbackReport(days, len(opinions) - len(against), len(against), dict(reasons.most_common()), said)


def _said(opinion: Opinion, given: Given | None) -> SaidOfAnswer:
    return SaidOfAnswer(
        said_at=datetime.fromtimestamp(opinion.said_at, UTC),
        verdict=opinion.verdict,
        reason=opinion.reason.value if opinion.reason else "",
        comment=opinion.comment,
        answer=opinion.answer,
        question=given.answer.question if given else "",
        documents=tuple(dict.fromkeys(one.document for one in given.answer.citations)) if given else (),
    )


class Feedback:
    """The opinions; safe for several threads, and for several processes at once.

    Args:
        url: Of the database.
        keep_days: How long they are kept; 0 keeps them in memory only, and deletes what was kept before.

    Raises:
        LogUnusable: It cannot be opened; every method raises it if the database cannot be used.
    """

    def __init__(self, url: str, keep_days: int) -> None:
        self._keep_days = keep_days or DAYS_IN_MEMORY
        self._database: Database = kept_in(url, keep_days, FEEDBACK)

    def keep(self, opinion: Opinion) -> bool:
        """Remember an opinion in the place of what the same person said about the same answer before it.

        Returns:
            Whether the verdict is another one than before, or the first.
        """
        same = and_(FEEDBACK.c.answer == opinion.answer, FEEDBACK.c.person == opinion.person)
        row = {
            "answer": opinion.answer,
            "person": opinion.person,
            "verdict": opinion.verdict.value,
            "reason": opinion.reason.value if opinion.reason else "",
            "comment": opinion.comment,
            "said_at": opinion.said_at,
        }
        with self._database.begin() as connection:
            older = delete(FEEDBACK).where(same, FEEDBACK.c.said_at <= opinion.said_at)
            before = connection.execute(older.returning(FEEDBACK.c.verdict)).scalar()
            if connection.execute(select(FEEDBACK.c.answer).where(same)).first() is not None:
                return False
            connection.execute(insert(FEEDBACK), row)
        return before != row["verdict"]

    def since(self, moment: float) -> tuple[Opinion, ...]:
        """What was said from a moment on, in seconds since 1970, newest first."""
        said = select(FEEDBACK).where(FEEDBACK.c.said_at >= moment)
        ordered = said.order_by(FEEDBACK.c.said_at.desc(), FEEDBACK.c.answer, FEEDBACK.c.person)
        with self._database.begin() as connection:
            rows = connection.execute(ordered).all()
        return tuple(
            Opinion(
                answer=row.answer,
                person=row.person,
                verdict=Verdict(row.verdict),
                said_at=row.said_at,
                reason=Reason(row.reason) if row.reason else None,
                comment=row.comment,
            )
            for row in rows
        )

    def forget(self, now: float) -> int:
        """Forget what was said longer ago than it is to be kept, and return how many opinions that were."""
        with self._database.begin() as connection:
            old = FEEDBACK.c.said_at < now - self._keep_days * DAY_SECONDS
            return connection.execute(delete(FEEDBACK).where(old)).rowcount

    def close(self) -> None:
        """Close the connections."""
        self._database.close()


def forget_comments_on(connection: Connection, answers: Iterable[str]) -> None:
    """Forget what people said in their own words about some answers, which it may quote."""
    for answer in answers:
        connection.execute(update(FEEDBACK).where(FEEDBACK.c.answer == answer).values(comment=""))
