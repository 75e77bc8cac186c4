"""An e-mail gives up its message, its head and what came with it; what is quoted and signed stays, as furniture."""

from __future__ import annotations

from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.readers import read
from knowledge.types import Attachment, DocumentRefused, EmptyDocument, Metadata, Reading
from tests.knowledge.readers.look import items, lead_in, only, shown

HEAD = "From: Ann Wood <ann@example.org>\nDate: Mon, 21 Oct 2019 23:30:00 -0700\nSubject: {}\n\n"


def mail(body: str, subject: str = "Ferries", head: str = "") -> Reading:
    return read((head + HEAD.format(subject) + body).encode(), "any.eml")


def made(body: str = "The ferry sails.", subject: str = "Ferries") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "Ann Wood <ann@example.org>", subject
    message.set_content(body)
    return message


def sent(message: Message) -> Reading:
    return read(message.as_bytes(), "any.eml")


def test_a_message_is_read_as_text_is() -> None:
    reading = mail("Ferries run from 1 May.\nWe will:\n- sail\n- dock\n\nName\tPier\nAnn\tOne\nBo\tTwo\n")
    assert (reading.format, reading.warnings) == ("e-mail", ())
    assert shown(reading) == [
        ("paragraph", "Ferries run from 1 May.\nWe will:"),
        ("list", "- sail\n- dock"),
        ("table", "Name\tPier\nAnn\tOne\nBo\tTwo"),
    ]
    assert items(reading, only(reading, "list")) == [(1, "sail"), (1, "dock")]
    assert lead_in(reading, only(reading, "list")) == "We will:"


def test_lines_wrapped_by_the_program_are_one_paragraph() -> None:
    assert shown(mail("The ferry is run by\nNorth Pier Council.\nIt sails.")) == [
        ("paragraph", "The ferry is run by\nNorth Pier Council.\nIt sails.")
    ]


def test_the_head_says_title_publisher_and_the_day_where_it_was_written() -> None:
    assert mail("It sails.", "RE: Fwd: [EXTERNAL] Ferry times").metadata == Metadata(
        title="Ferry times", publisher="Ann Wood", published="2019-10-21", evidence="date of the e-mail"
    )


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("From: =?utf-8?q?Z=C3=B6e?= =?utf-8?q?_Wood?= <zoe@example.org>", "Zöe Wood"),
        ('From: "Wood, Ann (HARBOUR BOARD)" <ann@example.org>', "Wood, Ann (HARBOUR BOARD)"),
        ("From: ann@example.org", "ann@example.org"),
        ("From: Zöe Wood <zoe@example.org>", "Zöe Wood"),
        ("From: ", None),
        ("From: =?klingon?q?Zoe?= <zoe@example.org>", "Zoe"),
        ("X-No: sender\nTo: Bo", None),
    ],
)
def test_the_sender_is_the_publisher_by_name(head: str, name: str | None) -> None:
    assert read(f"{head}\n\nThe ferry sails.".encode(), "any.eml").metadata.publisher == name


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "21 Oct",
        "Mon, 31 Feb 2019 10:00:00 +0000",
        "21 Oct 19 10:00",
        "Mon, 21 Oct 20199",
        "1 May 1066",
    ],
)
def test_no_date_is_made_of_a_broken_one(date: str) -> None:
    reading = read(f"From: a\nDate: {date}\n\nThe ferry sails.".encode(), "any.eml")
    assert (reading.metadata.published, reading.metadata.evidence) == (None, None)


def test_a_line_that_publishes_outranks_the_head_and_the_day_of_an_event_dates_nothing() -> None:
    reading = mail("Published: 3 May 2018\n\nDate: 12 June 2019\nThe harbour opens.")
    assert (reading.metadata.published, reading.metadata.evidence) == ("2018-05-03", "stated in the text")
    assert mail("Come and see it.\n\nDate: 12 June 2019").metadata.published == "2019-10-21"
    assert shown(mail("Come and see it.\n\nDate: 12 June 2019"))[1] == ("paragraph", "Date: 12 June 2019")


def test_greeting_signature_and_disclaimer_are_furniture() -> None:
    body = """Dear all,

The pier closes on Monday.

Kind regards

Ann Wood
Head of Ferries

This e-mail and any attachments are intended only for the person named
above. Delete it otherwise.
"""
    assert shown(mail(body)) == [
        ("furniture", "Dear all,"),
        ("paragraph", "The pier closes on Monday."),
        ("furniture", body[body.index("Kind") :].strip()),
    ]
    assert shown(mail("It closes.\n-- \nAnn\nFerries.")) == [
        ("paragraph", "It closes."),
        ("furniture", "-- \nAnn\nFerries."),
    ]
    assert shown(mail("It closes.\n\nSent from my phone")) == [
        ("paragraph", "It closes."),
        ("furniture", "Sent from my phone"),
    ]


def test_a_formula_that_a_message_goes_on_after_ends_nothing() -> None:
    body = "Many thanks\n\nPier\n\nThe pier closes on Monday for repairs."
    assert [kind for kind, _ in shown(mail(body))] == ["heading", "heading", "paragraph"]


def test_a_quoted_reply_is_furniture_and_the_answers_between_are_not() -> None:
    body = """It sails daily.

On Mon, 21 Oct 2019 at 10:00, Bo Lee <bo@example.org>
wrote:

> Does it sail?

And on Sundays.

> On Sundays?
"""
    assert shown(mail(body, "Re: Ferries")) == [
        ("paragraph", "It sails daily."),
        ("furniture", "On Mon, 21 Oct 2019 at 10:00, Bo Lee <bo@example.org>\nwrote:\n\n> Does it sail?"),
        ("paragraph", "And on Sundays."),
        ("furniture", "> On Sundays?"),
    ]


EARLIER = "From: Bo Lee\nSent: Monday, 3 May\nTo: Ann Wood;\n Cy Day\nSubject: {}\n\nThe old pier is closed."


@pytest.mark.parametrize(
    ("subject", "above", "kind"),
    [
        ("Re: Pier", "It is open again.\n\n", "furniture"),
        ("Re: Pier", "", "paragraph"),
        ("FW: Pier", "For you to know.\n\n", "paragraph"),
        ("FW: Re: Pier", "For you to know.\n\n", "paragraph"),
        ("Pier", "For you to know.\n\n", "paragraph"),
    ],
)
def test_an_earlier_message_counts_if_it_was_sent_on(subject: str, above: str, kind: str) -> None:
    found = shown(mail(above + EARLIER.format("Pier"), subject))
    assert next(kind for kind, words in found if words.endswith("The old pier is closed.")) == kind
    assert next(kind for kind, words in found if words.startswith("From: Bo Lee")) == "furniture"


def test_what_a_forwarded_reply_quotes_is_furniture() -> None:
    body = "FYI.\n\n" + EARLIER.format("Re: Pier") + "\n\n" + EARLIER.format("Pier").replace("old", "oldest")
    assert shown(mail(body, "Fwd: Pier")) == [
        ("paragraph", "FYI."),
        ("furniture", EARLIER.format("").partition("\n\n")[0].replace("Subject: ", "Subject: Re: Pier")),
        ("paragraph", "The old pier is closed."),
        ("furniture", EARLIER.format("Pier").replace("old", "oldest")),
    ]


def test_a_forwarded_message_loses_its_quotation_marks() -> None:
    head = "Begin forwarded message:\n\n> From: Bo\n> Date: 3 May 2018\n> To: Ann\n>\n"
    body = head + "> It sails:\n> - daily\n>> Does it?"
    reading = mail(body, "Fwd: Ferries")
    assert shown(reading) == [
        ("furniture", "Begin forwarded message:\n\nFrom: Bo\nDate: 3 May 2018\nTo: Ann"),
        ("paragraph", "It sails:"),
        ("list", "- daily"),
        ("furniture", "> Does it?"),
    ]
    assert shown(mail("> > All there is.\n> > No more.")) == [("paragraph", "All there is.\nNo more.")]


def test_flowed_and_encoded_lines_are_put_together() -> None:
    head = 'Content-Type: text/plain; charset="utf-8"; format=flowed{}\nContent-Transfer-Encoding: quoted-printable\n'
    body = "The ferry =E2=80=93 a=\n new one =20\nsails.\n From there.\n--=20\nAnn"
    assert shown(mail(body, head=head.format(""))) == [
        ("paragraph", "The ferry – a new one  sails.\nFrom there."),
        ("furniture", "-- \nAnn"),
    ]
    assert shown(mail("Fer=20\nries sail.", head=head.format("; delsp=yes"))) == [("paragraph", "Ferries sail.")]


@pytest.mark.parametrize(
    ("charset", "data", "words"),
    [
        ("utf-8", "“Zöe”".encode(), "“Zöe”"),
        ("utf-8", "“Zöe”".encode("cp1252"), "“Zöe”"),
        ("iso-8859-1", "“Zöe”".encode("cp1252"), "“Zöe”"),
        ("iso-8859-1", "“Zöe”".encode(), "“Zöe”"),
        ("iso-8859-2", "“Zöe”".encode("cp1250"), "\x93Zöe\x94"),
        ("iso-2022-jp", "フェリー".encode("iso-2022-jp"), "フェリー"),
        ("klingon", "“Zöe”".encode(), "“Zöe”"),
        ("a\x00b", "“Zöe”".encode(), "“Zöe”"),
    ],
)
def test_characters_survive_a_wrong_name_of_their_encoding(charset: str, data: bytes, words: str) -> None:
    head = f"From: a\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n".encode()
    assert read(head + data + b" sails.", "any.eml").text == f"{words} sails."


HTML = """<html><head><title>No title</title></head><body><p>Hello Bo,</p><h2>Pier</h2><p>It sails<br>daily. With:</p>
<ul><li>cars</li></ul><p>Best wishes<br>Ann</p><div class="gmail_quote">On Mon, 3 May 2019, Bo &lt;bo@example.org&gt;
wrote: <blockquote class="gmail_quote"><p>Does it?</p><ul><li>daily</li></ul></blockquote></div>
<blockquote><p>As the board said.</p></blockquote></body></html>"""


def test_html_is_read_where_there_is_no_text_that_says_as_much() -> None:
    message = made("Your program shows no HTML.", "Re: Ferries")
    message.add_alternative(HTML, subtype="html")
    found = shown(sent(message))
    assert found == [
        ("furniture", "Hello Bo,"),
        ("heading", "Pier"),
        ("paragraph", "It sails\ndaily. With:"),
        ("list", "• cars"),
        ("furniture", "Best wishes\nAnn"),
        ("furniture", "On Mon, 3 May 2019, Bo <bo@example.org> wrote:"),
        ("furniture", "Does it?"),
        ("furniture", "daily"),
        ("paragraph", "As the board said."),
    ]
    message = made("It sails daily with cars, as the board said, and it does so on Sundays.")
    message.add_alternative(HTML, subtype="html")
    assert [kind for kind, _ in shown(sent(message))] == ["paragraph"]


def test_bodies_that_stand_beside_each_other_are_all_read() -> None:
    message = MIMEMultipart("mixed")
    message.attach(MIMEText("<p>The ferry sails at nine from the old pier, and at noon on Sundays.</p>", "html"))
    message.attach(MIMEText("The board keeps no copy of < 3 days.\n", "plain"))
    assert shown(sent(message)) == [
        ("paragraph", "The ferry sails at nine from the old pier, and at noon on Sundays."),
        ("paragraph", "The board keeps no copy of < 3 days."),
    ]


def test_what_a_list_puts_below_both_bodies_is_read_with_either() -> None:
    ways = MIMEMultipart("alternative")
    ways.attach(MIMEText("The ferry sails at nine.", "plain"))
    ways.attach(MIMEText("<p>The ferry sails at nine.</p>", "html"))
    message = MIMEMultipart("mixed", _subparts=(ways, MIMEText("The list has an archive.", "plain")))
    assert [words for _, words in shown(sent(message))] == ["The ferry sails at nine.", "The list has an archive."]


def test_attachments_are_handed_on_and_what_is_no_document_is_not() -> None:
    message = made()
    message.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="../Plän\n3.pdf")
    message.add_attachment(b"%PDF-2", maintype="application", subtype="pdf")
    message.add_attachment(b"%PDF-3", maintype="application", subtype="pdf", filename="attachment.pdf")
    message.add_attachment("Notes.", filename="notes.txt")
    message.add_attachment("Cal", subtype="calendar", filename="meeting.txt")
    message.add_attachment(b"x" * 9000, maintype="image", subtype="png", filename="logo.png")
    message.add_attachment(b"x" * 9000, maintype="application", subtype="octet-stream", filename="logo.bmp")
    message.add_attachment(b"x" * 90_000, maintype="image", subtype="png", cid="<a>", filename="chart.png")
    message.add_attachment(b"x" * 90_000, maintype="image", subtype="png", filename="scan.png")
    message.add_attachment(b"x", maintype="application", subtype="pkcs7-signature", filename="smime")
    reading = sent(message)
    assert shown(reading) == [("paragraph", "The ferry sails.")]
    assert reading.attachments == (
        Attachment("Plän 3.pdf", b"%PDF-1"),
        Attachment("attachment.pdf", b"%PDF-2"),
        Attachment("attachment (2).pdf", b"%PDF-3"),
        Attachment("notes.txt", b"Notes.\n"),
        Attachment("scan.png", b"x" * 90_000),
    )


def test_a_message_within_a_message_is_an_attachment_that_can_be_read() -> None:
    message = made("See below.")
    message.add_attachment(made("From the pier it sails.", "Re: Pier 3/4"))
    (inner,) = sent(message).attachments
    assert inner.name == "Pier 3-4.eml"
    assert shown(read(inner.data, inner.name)) == [("paragraph", "From the pier it sails.")]


def test_a_name_with_encoded_words_is_decoded() -> None:
    body = '--x\nContent-Type: application/pdf; name="=?utf-8?q?Pl=C3=A4n.pdf?="\n\n%PDF\n--x--\n'
    (attachment,) = mail(body, head="Content-Type: multipart/mixed; boundary=x\n").attachments
    assert attachment.name == "Plän.pdf"


def test_an_email_that_is_cut_off_says_so() -> None:
    reading = mail("--x\n\nThe ferry sails and", head="Content-Type: multipart/mixed; boundary=x\n")
    assert reading.warnings == ("The end of `any.eml` is missing: what came last may be cut off.",)
    assert shown(reading) == [("paragraph", "The ferry sails and")]


def test_empty_lines_and_a_byte_order_mark_before_the_head_are_passed_over() -> None:
    reading = read(b"\xef\xbb\xbf\r\n" + HEAD.format("Ferries").encode() + b"It sails.", "any.eml")
    assert (reading.text, reading.metadata.publisher) == ("It sails.", "Ann Wood")


def test_what_is_no_email_is_refused() -> None:
    with pytest.raises(
        DocumentRefused, match=r"^`any.eml` is not an e-mail, although its name says so\. Save it anew\.$"
    ):
        read(b"Note: the ferry sails.\n\nDaily.", "any.eml")
    with pytest.raises(DocumentRefused, match=r"^`any.eml` is encrypted or sealed"):
        mail("AAAA", head="Content-Type: application/pkcs7-mime; name=smime.p7m\n")
    with pytest.raises(EmptyDocument, match=r"^`any.eml` has no text to read"):
        mail("Kind regards\nAnn")


def test_parts_in_parts_without_end_are_refused() -> None:
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000))
    with pytest.raises(DocumentRefused, match=r"^`any.eml` is a damaged e-mail"):
        read(f"From: a\n{nested}".encode(), "any.eml")


LINES = (
    *(
        "> It sails.",
        ">> Does it?",
        "It sails.",
        "- a",
        "",
        "Hi Bo,",
        "-- ",
        "Ann",
        "Kind regards",
        "Begin forwarded message:",
    ),
    *(
        "From: Bo",
        "Sent: Monday",
        "To: Ann",
        "Subject: Re: Pier",
        "Bo wrote:",
        "On Monday, 3 May, Bo wrote:",
        "a\tb",
        "  b",
    ),
)


@given(st.lists(st.sampled_from(LINES), max_size=30), st.sampled_from(["Re: a", "Fwd: a", "a"]))
def test_no_word_of_a_message_is_left_out(lines: list[str], subject: str) -> None:
    try:
        reading = mail("\n".join([*lines, "The end."]), subject)
    except EmptyDocument:
        return
    covered = {n for block in reading.blocks for n in range(block.start, block.end)}
    assert all(char.isspace() for n, char in enumerate(reading.text) if n not in covered)
    words = [word for line in lines for word in line.split() if word.strip(">")]
    assert [word for word in reading.text.split() if word.strip(">")] == [*words, "The", "end."]
