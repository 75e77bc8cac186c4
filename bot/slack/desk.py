"""The service as the Slack side sees it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from threading import Lock

from bot import evaluate
from bot.answer.types import Answer, Turn
from bot.assistant import Assistant
from bot.evaluate import Outcome, Pair, PairsProblem
from bot.pairs import would_pass
from bot.prompts import prompts
from bot.service import Service
from bot.unanswered import Group, Unanswered, grouped
from index.types import Manifest
from knowledge.audience import Audience
from knowledge.types import Document, Source

_log = logging.getLogger(__name__)


class ServiceDesk:
    """Answers from a home.

    Args:
        service: Of the home.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._prompts: tuple[Assistant, tuple[str, ...]] | None = None
        self._choosing = Lock()

    def ask(self, text: str, thread: tuple[Turn, ...], audience: Audience) -> Answer:
        """Answer a question: see `Service.ask`."""
        return self._service.ask(text, thread, via="slack", audience=audience)

    def documents(self, audience: Audience) -> Mapping[str, Document]:
        """The documents that may be read, by their ids."""
        return self._service.assistant(audience=audience).index.documents

    def sources(self, audience: Audience) -> Mapping[str, Source]:
        """What is known of the same documents, without their text."""
        return self._service.assistant(audience=audience).index.sources

    def prompts(self) -> tuple[str, ...]:
        """Questions to begin with, chosen once for each index: see `bot.prompts.prompts`.

        Whoever comes while they are being chosen does not wait, and gets none.
        """
        assistant = self._service.assistant()
        if self._prompts is not None and self._prompts[0] is assistant:
            return self._prompts[1]
        if not self._choosing.acquire(blocking=False):
            return ()
        try:
            self._prompts = assistant, prompts(assistant, self._pairs())
            return self._prompts[1]
        finally:
            self._choosing.release()

    def _pairs(self) -> tuple[Pair, ...]:
        try:
            return evaluate.load([self._service.pairs_file])
        except PairsProblem as problem:
            _log.warning("No questions of the known pairs are suggested: %s", problem)
            return ()

    def manifest(self) -> Manifest:
        """Of the index that is live."""
        return self._service.manifest()

    def grouped(self, questions: Sequence[Unanswered]) -> tuple[Group, ...]:
        """Like questions together: see `bot.unanswered.grouped`."""
        assistant = self._service.assistant()
        return grouped(questions, assistant.understood, assistant.encoder)

    def tried(self, pair: Pair) -> Outcome:
        """What is said to a known pair now, where all staff can read it."""
        return would_pass(self._service.assistant(), pair)
