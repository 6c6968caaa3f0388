"""Web pages to sections. trafilatura finds the main content of a full page; menus and banners never become text.

Title, date, publisher and address come only from tags that state them. Nothing is guessed from the page's wording.
"""

import codecs
import re
from typing import TYPE_CHECKING

from knowledge.errors import BadFrontMatter, DamagedDocument
from knowledge.reading.card import find_link, parse_date
from knowledge.reading.cleaning import clean_line
from knowledge.reading.decoding import decode, sniff
from knowledge.reading.elements import add_elements, drop_link_lists, prune, straighten_tables
from knowledge.reading.outline import Draft, Outline, Stated

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Below this many characters there is too little to tell content from frame by its wording; the tags must do.
FULL_PAGE = 2_000

# Share of the headings and list items of the main content that must outlive its cleaning.
KEPT = 0.5
# Share of its characters that must where the page marks it as its main content.
MARKED_KEPT = 0.9
# Paragraphs looked up to find where the main content stands.
SAMPLE = 40

_HEADINGS_AND_ITEMS = ".//h1 | .//h2 | .//h3 | .//h4 | .//h5 | .//h6 | .//li | .//head | .//item"
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_TITLES = ("citation_title", "dc.title", "dcterms.title", "og:title")
_DATES = (
    "citation_publication_date",
    "citation_date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.issued",
    "article:published_time",
)
_PUBLISHERS = ("citation_publisher", "dc.publisher", "dcterms.publisher")


def read_html(content: bytes) -> Draft:
    """Read a web page saved as one file. Raises DamagedDocument for what is no text."""
    from lxml import etree
    from lxml.html import document_fromstring

    try:
        page = document_fromstring(_DECLARATION.sub("", _decode(content)))
    except etree.ParserError as err:  # nothing but comments or white space
        raise DamagedDocument from err
    stated = _stated(page)
    prune(page)
    straighten_tables(page)
    outline = Outline()
    add_elements(_main_content(page), outline)
    return Draft(sections=outline.sections(), stated=stated, first_heading=outline.first_heading)


def add_fragment(markup: str, outline: Outline) -> None:
    """Add a piece of HTML that stands in another document, such as a table in markdown."""
    from lxml import etree
    from lxml.html import fragment_fromstring

    try:
        fragment = fragment_fromstring(markup, create_parent="div")
    except etree.ParserError:
        return
    prune(fragment)
    straighten_tables(fragment)
    add_elements(fragment, outline)


def _decode(content: bytes) -> str:
    """Decode by UTF-8 if that fits, then by the charset the page names, then as any text."""
    if sniff(content) is not None:
        raise DamagedDocument
    charset = _CHARSET.search(content[:2048])
    try:
        return content.decode("utf-8-sig") if b"\0" not in content else decode(content)
    except UnicodeDecodeError:
        try:
            return content.decode(codecs.lookup(charset.group(1).decode()).name) if charset else decode(content)
        except (UnicodeDecodeError, LookupError):
            return decode(content)


def _main_content(page: "HtmlElement") -> "HtmlElement":
    """Return the main content as trafilatura cleans it, or as it stands in the page where cleaning took too much.

    On pages that mark nothing as main, trafilatura may keep the paragraphs and lose the headings and lists between.
    """
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    marked = page.xpath("//main | //*[@role='main']") or page.xpath("//article[not(ancestor::article)]")
    body = marked[0] if len(marked) == 1 else page
    if len(body.text_content()) < FULL_PAGE:
        return body
    found = bare_extraction(page, include_comments=False, include_formatting=True, include_tables=True)
    if not isinstance(found, Document) or found.body is None:
        return body
    if len(marked) == 1:
        drop_link_lists(body)
        if len(_squeezed(found.body)) < MARKED_KEPT * len(_squeezed(body)):
            return body
    holder = _holder(page, found.body)
    drop_link_lists(holder)
    before, after = len(holder.xpath(_HEADINGS_AND_ITEMS)), len(found.body.xpath(_HEADINGS_AND_ITEMS))
    return holder if after < before * KEPT else found.body


def _holder(page: "HtmlElement", extract: "HtmlElement") -> "HtmlElement":
    """Return the smallest element of a page that holds nearly all the paragraphs of an extract."""
    paragraphs = [text for part in extract.iter("p") if len(text := _squeezed(part)) >= 40]
    wanted = paragraphs[:: len(paragraphs) // SAMPLE + 1]
    holder = page
    while wanted:
        texts = ((child, _squeezed(child)) for child in holder if isinstance(child.tag, str))
        inner = [child for child, text in texts if sum(part in text for part in wanted) >= len(wanted) * 0.95]
        if not inner:
            break
        holder = inner[0]
    return holder


def _squeezed(element: "HtmlElement") -> str:
    return "".join("".join(element.itertext()).split())


def _stated(page: "HtmlElement") -> Stated:
    named: dict[str, str] = {}
    for meta in page.iter("meta"):
        key = meta.get("name") or meta.get("property") or ""
        named.setdefault(key.lower(), clean_line(meta.get("content") or ""))
    return Stated(
        title=_title(page, next((named[key] for key in _TITLES if named.get(key)), None)),
        date=next((date for key in _DATES if (date := _date(named.get(key)))), None),
        issuer=next((named[key] for key in _PUBLISHERS if named.get(key)), None),
        language=page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang"),
        source=find_link(" ".join(page.xpath("//link[@rel='canonical']/@href"))) or find_link(named.get("og:url")),
    )


def _title(page: "HtmlElement", stated: str | None) -> str | None:
    """Return the stated title, without the name of the site where the page's heading shows what its own part is."""
    title = stated or clean_line(" ".join(element.text_content() for element in page.xpath("//head/title")[:1]))
    headings = [clean_line(heading.text_content()) for heading in page.iter("h1")]
    return next((heading for heading in headings if heading and title.startswith(heading)), title) or None


def _date(text: str | None) -> str | None:
    try:
        return parse_date((text or "").replace("/", "-"))
    except BadFrontMatter:
        return None
