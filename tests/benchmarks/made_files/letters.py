"""E-mails by the standard library: a thread in plain text, a circular in HTML with its plain twin, attachments."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from random import Random
from textwrap import fill

from tests.benchmarks.made_files import papers, web
from tests.benchmarks.made_files.prose import BODIES, Prose
from tests.benchmarks.made_files.truth import Element, Kind, Listing, MadeFile, Para, Part, Truth, parts_of
from tests.benchmarks.made_files.word import Way, packed, write

_WIDTH = 72  # characters: where mail programs break lines


def _begun(prose: Prose, subject: str) -> EmailMessage:
    message = EmailMessage(SMTP)
    message["From"] = f'"Cerys Ashdown" <cerys@{prose.random.randint(10, 99)}.example>'
    message["To"] = "all-staff@harbour.example"
    message["Subject"] = subject
    message["Date"] = f"Tue, {prose.random.randint(10, 28)} Feb 2020 09:12:44 +0000"
    return message


def _thread(prose: Prose, name: str) -> MadeFile:
    """A reply in plain text, wrapped, with a list, above what it answers; a Word file is attached."""
    elements: list[Element] = [
        Para(prose.paragraph()),
        Para(prose.lead_in()),
        papers.flat(prose),
        Para(prose.paragraph()),
    ]
    lines = ["Dear all,", ""]
    for element in elements:
        if isinstance(element, Para):
            lines += [fill(element.text, _WIDTH, break_long_words=False, break_on_hyphens=False), ""]
        elif isinstance(element, Listing):
            lines += [
                fill(f"* {text}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False) for _, text in element.items
            ]
            lines.append("")
    older = prose.paragraph()
    quoted = fill(older, _WIDTH - 2, break_on_hyphens=False).splitlines()
    lines += [
        "Kind regards,",
        "Cerys",
        "",
        "On Mon, 10 Feb 2020 at 08:00, Bram Kerr wrote:",
        *(f"> {line}" for line in quoted),
    ]
    subject = prose.fill("Re: the {thing} at {place}")
    message = _begun(prose, subject)
    message.set_content("\n".join(lines))
    paper = packed(write(papers.press_release(prose), Way()))
    message.add_attachment(paper, maintype="application", subtype="octet-stream", filename="Press release – final.docx")
    message.add_attachment("not,a,document\n", subtype="csv", filename="figures.csv")
    asides = tuple(
        Part(Kind.ASIDE, text) for text in (subject, "Dear all,", "Kind regards, Cerys", older, " ".join(lines[-9:]))
    )
    truth = Truth((*asides, *parts_of(elements)), attachments=("Press release – final.docx",))
    return MadeFile(name, "email", message.as_bytes(), truth)


def _circular(prose: Prose, name: str) -> MadeFile:
    """HTML with a plain twin that says the same; quoted-printable; a picture within."""
    elements = list(papers.minutes(prose))[:9]
    subject = f"Bulletin of the {prose.body}"
    message = _begun(prose, subject)
    twin = {Kind.ITEM: "  * {}", Kind.ROW: "{}"}
    lines = (twin.get(part.kind, "\n{}\n").format("\t".join(part.cells) or part.text) for part in parts_of(elements))
    message.set_content("\n".join(lines))
    message.add_alternative(
        f"<html><body>{web.marked_up(elements)}</body></html>", subtype="html", cte="quoted-printable"
    )
    (page,) = (part for part in message.iter_parts() if part.get_content_subtype() == "html")
    page.add_related(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", cid="<logo@x>")
    return MadeFile(name, "email", message.as_bytes(), Truth((Part(Kind.ASIDE, subject), *parts_of(elements))))


def files(seed: int) -> Iterator[MadeFile]:
    """A thread and a circular."""
    random = Random(f"letters {seed}")
    one, two = (Prose(random, body) for body in random.sample(BODIES, 2))
    yield _thread(one, "mail-thread.eml")
    yield _circular(two, "mail-circular.eml")
