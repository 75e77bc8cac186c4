"""The merger assistant: answers in the sources' own words, each sentence cited."""

from bot.assistant import Assistant

__all__ = ["Assistant"]
