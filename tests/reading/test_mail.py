"""Mails: what a mail program shows above them, their text, and earlier messages under their own heading."""

from email.message import EmailMessage

import pytest

from knowledge.errors import DamagedDocument, EncryptedDocument
from tests.reading.making_msg import make_msg
from tests.reading.uploading import read, text_of

PLAIN = """Dear all,

The delegation arrives on Monday at noon. Please hold the large meeting room for them until the
evening, and ask the kitchen for lunch.

- Flags
- Gifts

On Mon, Nov 2, 2026 at 9:00 AM John Doe <john@example.org> wrote:
> When do they arrive?
>> Ask Maria.
"""
ARRIVAL = (
    "The delegation arrives on Monday at noon. Please hold the large meeting room for them until the evening, "
    "and ask the kitchen for lunch."
)
HTML = """<html><head><style>p {}</style></head><body><div style="display:none">Preview</div><p>Dear all,</p>
<p>The delegation arrives on <b>Monday</b>.</p><table><tr><th>City</th><th>Day</th></tr><tr><td>Ulm</td><td>4</td></tr>
</table><div class="gmail_quote"><div>On Monday John wrote:</div><blockquote>When do they arrive?</blockquote></div>
</body></html>"""


def a_mail(
    text: str | None = PLAIN, html: str | None = None, *, date: str = "Tue, 03 Nov 2026 23:05:00 -0700"
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "María López <maria@example.org>"
    mail["To"] = "mayor@example.org"
    mail["Subject"] = "Visit of the delegation"
    if date:
        mail["Date"] = date
    if text is not None:
        mail.set_content(text, charset="utf-8")
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return mail


def test_a_mail_is_read_with_its_headers_and_earlier_messages_apart() -> None:
    document = read("x.eml", a_mail().as_bytes())
    assert [(section.heading, section.text) for section in document.sections] == [
        (
            (),
            "- From: María López <maria@example.org>\n- To: mayor@example.org\n- Date: Tue, 03 Nov 2026 23:05:00 -0700",
        ),
        (
            (),
            f"Dear all,\n\n{ARRIVAL}\n\n- Flags\n- Gifts",
        ),
        (
            ("Earlier messages",),
            "On Mon, Nov 2, 2026 at 9:00 AM John Doe <john@example.org> wrote:\n\nWhen do they arrive?\nAsk Maria.",
        ),
    ]


def test_subject_and_date_make_the_card_and_the_sender_is_no_issuer() -> None:
    card = read("x.eml", a_mail().as_bytes()).card
    assert (card.title, card.date, card.issuer) == ("Visit of the delegation", "2026-11-03", None)


@pytest.mark.parametrize("date", ["", "soon", "Tue, 99 Nov 2026 23:05:00 -0700", "Thu, 01 Jan 1970 00:00:00 +0000"])
def test_a_date_that_is_none_is_left_out(date: str) -> None:
    assert read("x.eml", a_mail(date=date).as_bytes()).card.date is None


def test_html_mail_is_read_with_its_tables_and_without_what_is_hidden() -> None:
    document = read("x.eml", a_mail("Plain words.", HTML).as_bytes())
    assert [(section.heading, section.text) for section in document.sections[1:]] == [
        ((), "Dear all,\n\nThe delegation arrives on Monday."),
        ((), "City | Day\nUlm | 4"),
        (("Earlier messages",), "On Monday John wrote:\n\nWhen do they arrive?"),
    ]


def test_html_without_words_gives_way_to_the_plain_text() -> None:
    assert "delegation arrives" in text_of(
        read("x.eml", a_mail(PLAIN, "<html><body><img src='x'></body></html>").as_bytes())
    )


@pytest.mark.parametrize(
    "quoted",
    [
        "-----Original Message-----\nFrom: John\nSent: Monday\n\nWhen?",
        "From: John Doe\nSent: Monday\nTo: Maria\n\nWhen?",
        "________________________________\nFrom: John Doe\nSent: Monday\n\nWhen?",
        "---------- Forwarded message ---------\nWhen?",
        "Begin forwarded message:\n\nWhen?",
        "El lun, 2 nov 2026 a las 9:00, John escribió:\n> When?",
        "> When?\n> Where?",
    ],
)
def test_what_a_reply_quotes_is_kept_under_its_own_heading(quoted: str) -> None:
    document = read("x.eml", a_mail(f"On Monday.\n\n{quoted}\n").as_bytes())
    earlier = [section.text for section in document.sections if section.heading == ("Earlier messages",)]
    assert "When?" in " ".join(earlier)
    assert [section.text for section in document.sections if not section.heading][1:] == ["On Monday."]


def test_answers_between_quoted_lines_stay_where_they_stand() -> None:
    document = read("x.eml", a_mail("> When do they arrive?\n\nOn Monday.\n\n> Who pays?\n\nWe do.\n").as_bytes())
    assert "Earlier messages" not in text_of(document)
    assert text_of(document).index("Who pays?") < text_of(document).index("We do.")


def test_an_answer_below_a_quote_is_not_filed_with_it() -> None:
    text = (
        "On Mon, Nov 2, 2026, Ben wrote:\n> I believe it is 30,000 dollars.\n\nNo, it is 45,000 dollars.\n\n-- \nAna\n"
    )
    assert "> I believe it is 30,000 dollars.\n\nNo, it is 45,000 dollars." in text_of(
        read("x.eml", a_mail(text).as_bytes())
    )
    signed = "Yes.\n\nOn Mon, Nov 2, 2026, Ben wrote:\n> Is it 30,000 dollars?\n\n-- \nAna\n"
    assert ("Earlier messages",) in [section.heading for section in read("x.eml", a_mail(signed).as_bytes()).sections]


def test_an_answer_below_or_between_quotes_in_html_stands_apart_from_them() -> None:
    html = """<p>Dear Ben,</p><blockquote type="cite"><p>It is 30,000 dollars.</p>
    <blockquote type="cite">How much?</blockquote></blockquote><p>It is 45,000 dollars.</p>
    <blockquote type="cite">Since when?</blockquote>Since October."""
    document = read("x.eml", a_mail(None, html).as_bytes())
    assert [(section.heading, section.text) for section in document.sections][1:] == [
        ((), "Dear Ben,"),
        (("Earlier messages",), "It is 30,000 dollars.\n\nHow much?"),
        (("Below the earlier messages",), "It is 45,000 dollars."),
        (("Earlier messages",), "Since when?"),
        (("Below the earlier messages",), "Since October."),
    ]


def test_attachments_are_named_and_not_read() -> None:
    mail = a_mail()
    mail.add_attachment("Secret words.", filename="agenda.txt")
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="Überblick.pdf")
    document = read("x.eml", mail.as_bytes())
    assert [section.text for section in document.sections if section.heading == ("Attachments",)] == [
        "- agenda.txt\n- Überblick.pdf"
    ]
    assert "Secret words" not in text_of(document)


def test_a_charset_nobody_knows_is_guessed() -> None:
    headers = b"From: a@example.org\nSubject: =?utf-8?q?Caf=C3=A9?=\nContent-Type: text/plain; charset=x-none\n"
    raw = headers + b"\nCaf\xc3\xa9 at noon.\n"
    document = read("x.eml", raw)
    assert document.card.title == "Café"
    assert "Café at noon." in text_of(document)


def test_headers_that_are_no_headers_do_no_harm() -> None:
    raw = b'From: <<<@@;,:\nTo: "unclosed\nDate: \x80\nSubject: =?x?q?=?=\nX: 1\n\nThe delegation arrives.\n'
    assert "The delegation arrives." in text_of(read("x.eml", raw))


def test_an_encrypted_mail_says_so() -> None:
    raw = b"From: a@example.org\nSubject: x\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIIB\n"
    with pytest.raises(EncryptedDocument, match="save a copy that is not"):
        read("x.eml", raw)


def test_what_is_no_mail_is_damaged() -> None:
    for content in (b"Words without a header.\n", b"%PDF-1.7 words", make_msg(subject="x")):
        with pytest.raises(DamagedDocument):
            read("x.eml", content)


def test_a_mail_of_outlook_reads_like_any_other() -> None:
    headers = "From: María López <maria@example.org>\nTo: mayor@example.org\nDate: Tue, 3 Nov 2026 23:05:00 -0700\n"
    content = make_msg(
        subject="Visit of the delegation",
        body=PLAIN.replace("\n", "\r\n"),
        headers=headers,
        attachments=("agenda.docx",),
        recipients=("Mayor",),
    )
    document = read("x.msg", content)
    assert (document.card.title, document.card.date, document.card.issuer) == (
        "Visit of the delegation",
        "2026-11-03",
        None,
    )
    assert [section.heading for section in document.sections] == [(), ("Attachments",), (), ("Earlier messages",)]
    assert document.sections[1].text == "- agenda.docx"
    assert document.sections[2].text == read("x.eml", a_mail().as_bytes()).sections[1].text


def test_a_draft_of_outlook_has_no_date_and_its_html_is_read() -> None:
    content = make_msg(
        subject="Draft", html=HTML.encode(), sender="Maria", address="maria@example.org", recipients=("Jo",)
    )
    document = read("x.msg", content)
    assert document.card.date is None
    assert document.sections[0].text == '- From: "Maria" <maria@example.org>\n- To: Jo <jo@example.org>'
    assert document.sections[2].text == "City | Day\nUlm | 4"


def test_other_things_of_outlook_and_damaged_ones_are_told() -> None:
    content = make_msg(subject="Visit", body="The delegation arrives.")
    assert "The delegation arrives." in text_of(read("x.msg", content))
    with pytest.raises(DamagedDocument, match="no mail"):
        read("x.msg", make_msg(subject="Lunch", message_class="IPM.Appointment"))
    for broken in (
        content[:1000],
        content[:600] + bytes(2000),
        b"plain words",
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(900),
    ):
        with pytest.raises(DamagedDocument):
            read("x.msg", broken)
