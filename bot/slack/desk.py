"""The service as the Slack side sees it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.answer.types import Answer, Turn
from bot.service import Service
from index.types import Manifest
from knowledge.audience import Audience
from knowledge.types import Document


class ServiceDesk:
    """Answers from a home.

    Args:
        service: Of the home.
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    def ask(self, text: str, thread: tuple[Turn, ...], audience: Audience) -> Answer:
        """Answer a question: see `Service.ask`."""
        return self._service.ask(text, thread, via="slack", audience=audience)

    def documents(self, audience: Audience) -> Mapping[str, Document]:
        """The documents that may be read, by their ids."""
        return self._service.assistant(audience=audience).index.documents

    def manifest(self) -> Manifest:
        """Of the index that is live."""
        return self._service.manifest()
