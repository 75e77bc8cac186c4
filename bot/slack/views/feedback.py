"""The window in which somebody says why an answer did not help, and the thanks after it."""

from __future__ import annotations

from bot.slack.blocks import ASK_PERSON, note_message
from bot.slack.elements import actions, asked_for, button, modal, option, plain, radios, said, text_field
from bot.slack.feedback import Reason
from bot.slack.types import Block

WINDOW = "feedback"
"""Its `callback_id`."""
REASON, COMMENT = "reason", "comment"
"""The inputs, by their `block_id`."""
COMMENT_CHARS = 1_000
TITLE = "What was wrong?"
REASONS = {
    Reason.WRONG: "The answer is wrong",
    Reason.OUTDATED: "It is out of date",
    Reason.NOT_IN_SOURCE: "The source does not say this",
    Reason.INCOMPLETE: "Something is missing",
    Reason.NOT_ASKED: "It is not what I asked",
    Reason.OTHER: "Something else",
}
"""In the words that are shown."""
THANKS = "Thank you for telling me."
READ = (
    "Those who look after the documents read what you said, without your name, and see which document needs a change."
)
PERSON = "A person may know more: they see your question and your name."

HELPFUL = note_message("Thank you, I am glad that it helped.")


def reason_view(answer: str) -> Block:
    """The window for an answer, by its id."""
    options = [option(label, reason.value) for reason, label in REASONS.items()]
    hint = "Please do not write anything about a patient."
    return modal(
        TITLE,
        [
            asked_for("Why did the answer not help?", REASON, radios(REASON, options)),
            asked_for("What should it say?", COMMENT, text_field(COMMENT, COMMENT_CHARS), optional=True, hint=hint),
        ],
        callback_id=WINDOW,
        private_metadata=answer,
        submit=plain("Send"),
    )


def thanks_view(answer: str) -> Block:
    """What stands in its place once it was sent.

    Args:
        answer: Id of the answer, to ask a person; empty if there is nobody to ask.
    """
    blocks = [said(f"{THANKS} {READ}")]
    if answer:
        blocks += [said(PERSON), actions(button("Ask a person", ASK_PERSON, answer))]
    return modal("Thank you", blocks)
