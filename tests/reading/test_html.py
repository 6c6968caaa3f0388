"""Web pages: what a visitor came to read, and nothing of the frame around it."""

from knowledge.reading.html import FULL_PAGE
from tests.reading.uploading import read, text_of

FILLER = (
    "The program gives small grants to cities that work with a partner abroad, and it reports on each of them. " * 12
)

HEAD = """<title>Grants for cities | City of Springfield</title>
<meta property="og:title" content="Grants for cities | City of Springfield">
<meta property="article:published_time" content="2023-04-05T10:00:00Z">
<meta name="DC.publisher" content="Office of International Affairs">
<link rel="canonical" href="https://example.org/grants">
<style>.x { color: red }</style><script>var tracking = "on";</script>"""

FRAME_ABOVE = """<div id="cookie-banner" role="dialog"><p>We use cookies. <button>Accept all</button></p></div>
<div class="CookieConsent__box">This website uses cookies to improve your experience.</div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/about">About us</a></li></ul></nav></header>
<ol class="breadcrumb"><li><a href="/">Home</a></li><li>Grants</li></ol>"""

FRAME_BELOW = """<aside><h2>Related pages</h2><a href="/x">Another page</a></aside>
<footer>Copyright 2024 City of Springfield. Privacy policy.</footer>"""

MAIN = """<h1>Grants for cities</h1>
<p>The office gives grants with <a href="http://x.org">a partner</a> <b>abroad</b>.<br>It answers in a week.</p>
<h2>Who may apply</h2><ul><li>Cities</li><li>Counties<ul><li>with a council</li></ul></li></ul>
<ol start="3"><li>Fill in the form</li><li>Send it</li></ol>
<h3>Amounts</h3><table><caption>Amounts by year</caption>
<tr><th>Year</th><th>Kind</th><th>Amount</th></tr>
<tr><td rowspan="2">2022</td><td>Large</td><td>$5,000<br>each</td></tr><tr><td>Small</td><td>$500</td></tr></table>
<h2>Contact</h2><p>Write to us.</p><p style="display: none">Hidden words</p>"""


def page(main: str) -> str:
    return f'<!DOCTYPE html><html lang="es-MX"><head>{HEAD}</head><body>{FRAME_ABOVE}{main}{FRAME_BELOW}</body></html>'


def test_a_short_page_is_read_by_its_tags() -> None:
    document = read("grants.html", page(f"<main>{MAIN}</main>"))
    assert [(section.heading, section.text) for section in document.sections] == [
        ((), "The office gives grants with a partner abroad.\nIt answers in a week."),
        (("Who may apply",), "- Cities\n- Counties\n  - with a council\n\n3. Fill in the form\n4. Send it"),
        (("Who may apply", "Amounts"), "Amounts by year"),
        (("Who may apply", "Amounts"), "Year | Kind | Amount\n2022 | Large | $5,000 each\n2022 | Small | $500"),
        (("Contact",), "Write to us."),
    ]
    assert [section.is_table for section in document.sections] == [False, False, False, True, False]


def test_a_full_page_gives_its_main_content_with_headings_lists_and_tables() -> None:
    assert len(FILLER) * 2 > FULL_PAGE
    document = read("grants.html", page(f"<div class='page'>{MAIN}<p>{FILLER}</p><p>{FILLER}</p></div>"))
    text = text_of(document)
    assert "Who may apply" in text
    assert "- Counties\n  - with a council" in text
    (table,) = [section for section in document.sections if section.is_table]
    assert table.text == "Year | Kind | Amount\n2022 | Large | $5,000 each\n2022 | Small | $500"
    assert table.heading == ("Who may apply", "Amounts")
    for frame in ("cookies", "About us", "Related pages", "Copyright", "tracking", "color", "Hidden words"):
        assert frame not in text


def test_the_frame_of_a_short_page_never_becomes_text() -> None:
    text = text_of(read("grants.html", page(f"<div>{MAIN}</div>")))
    for frame in ("cookies", "Home", "About us", "Related pages", "Copyright", "tracking", "color", "Hidden words"):
        assert frame not in text


def test_a_page_about_cookies_keeps_its_text() -> None:
    text = text_of(
        read("cookies.html", f"<body><div class='cookie-policy'><h1>Cookies</h1><p>{FILLER * 2}</p></div></body>")
    )
    assert "small grants" in text


def test_the_card_takes_what_the_page_states() -> None:
    card = read("grants.html", page(MAIN)).card
    assert card.title == "Grants for cities"
    assert card.date == "2023-04-05"
    assert card.issuer == "Office of International Affairs"
    assert card.language == "es"
    assert card.source == "https://example.org/grants"


def test_nothing_is_guessed_from_the_wording() -> None:
    card = read("note.html", "<body><p>Published by the State Department on April 5, 2023 by Jane Roe.</p></body>").card
    assert (card.title, card.date, card.issuer, card.source) == ("Note", None, None, None)


def test_a_date_nobody_can_read_is_left_out() -> None:
    assert read("x.html", '<head><meta name="citation_date" content="spring"></head><p>Words.</p>').card.date is None
    assert (
        read("x.html", '<head><meta name="citation_date" content="2023/04/05"></head><p>Words.</p>').card.date
        == "2023-04-05"
    )


def test_a_layout_table_is_text() -> None:
    inner = "<table><tr><th>City</th><th>Cost</th></tr><tr><td>Reno</td><td>1</td></tr></table>"
    document = read("x.html", f"<body><table><tr><td><p>First words.</p>{inner}</td></tr></table></body>")
    assert [(section.text, section.is_table) for section in document.sections] == [
        ("First words.", False),
        ("City | Cost\nReno | 1", True),
    ]


def test_code_keeps_its_lines() -> None:
    assert read("x.html", "<body><pre><code>one\n  two</code></pre></body>").sections[0].text == "one\n  two"


def test_the_charset_a_page_names_is_used() -> None:
    content = '<html><head><meta charset="windows-1252"></head><body><p>Señor García – “sí”</p></body></html>'
    assert read("x.htm", content.encode("cp1252")).sections[0].text == "Señor García – “sí”"
    assert read("x.htm", b"\xef\xbb\xbf" + content.encode()).sections[0].text == "Señor García – “sí”"


def test_a_council_may_consent_and_a_heading_may_be_a_button() -> None:
    main = """<main><h1>Minutes</h1><section id="consent-agenda"><h2 id="consent-calendar">Consent agenda</h2>
    <p>The council approved the agreement with Cuenca.</p></section>
    <h4><button aria-controls="fee">What does a permit cost?</button></h4><div><p>It costs 120 dollars.</p></div>
    <div class="consent-banner"><p>We ask for your consent.</p></div><button>Print</button></main>"""
    assert [(section.heading, section.text) for section in read("minutes.html", page(main)).sections] == [
        (("Minutes", "Consent agenda"), "The council approved the agreement with Cuenca."),
        (("Minutes", "Consent agenda", "What does a permit cost?"), "It costs 120 dollars."),
    ]


def test_a_picture_or_a_tag_of_word_in_a_line_leaves_its_sentence_whole() -> None:
    line = "Students of <st1:City>Brest</st1:City> <img alt='a flag'> pay <nobr>300 dollars</nobr><o:p></o:p> for it."
    assert text_of(read("x.html", page(f"<main><p>{line}</p></main>"))) == "Students of Brest pay 300 dollars for it."


def test_a_full_page_that_marks_its_main_content_loses_none_of_it() -> None:
    kept = ["The ramp at the lake is closed until March.", "Ana Ruiz, protocol officer", "Comments are due in May."]
    main = f"""<main><h1>Parks</h1><p>{FILLER}</p><p>{FILLER}</p><div>{kept[0]}</div>
    <div>{kept[1]}<br>Phone 555 0100</div><div id="comment-period"><p>{kept[2]}</p></div>
    <ul><li><a href="/a">First page</a></li><li><a href="/b">Next page</a></li><li><a href="/c">Last page</a></li></ul>
    {"<div>The gate opens at nine in the morning and closes at sunset.</div>" * 20}</main>"""
    text = text_of(read("parks.html", page(main)))
    assert [line for line in kept if line not in text] == []
    assert "Next page" not in text
