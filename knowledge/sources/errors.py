"""What can go wrong with links and sources, each with one sentence of advice, as in knowledge/errors.py."""

from knowledge.errors import AttacheError, NotFound


class NotFetched(AttacheError):
    """A link whose page did not come; what holds for the moment only is of this very class."""

    advice = "This page could not be fetched; please check the link, or try again later."


class BadLink(NotFetched):
    """What is no web address, or carries a password, which would end up in the ledger and in citations."""

    advice = "This is not a link to a web page; please give one that begins with https:// and holds no password."


class RefusedLink(NotFetched):
    """A link to this machine, to a network of its own, or to a port where no public web server is."""

    advice = "This link leads to a private address or an unusual port; only public web pages are fetched."


class GoneLink(NotFetched):
    """A page that its site says is not there (404, 410)."""

    advice = "This page is not there (any more); please check the link."


class ClosedLink(NotFetched):
    """A page that asks who we are (401, 403)."""

    advice = "This page is not open to everybody; please save it and add the file."


class RobotsRefuse(NotFetched):
    """A page that its site asks programs to leave alone."""

    advice = "The site asks programs not to fetch this page (robots.txt); please save it and add the file."


class LinkTooLarge(NotFetched):
    """A page or file beyond MAX_FILE_MB, also once unpacked."""

    advice = "What this link leads to is too large; please link to a smaller part or raise MAX_FILE_MB."


class LinkTooSlow(NotFetched):
    """A site that takes longer than it is waited for."""

    advice = "The site took too long to send this page; please try again later."


class WrongType(NotFetched):
    """A link to what is no document."""

    advice = "This link leads to no document; please link to a web page, a PDF, an Office file or a text."


class AskedToWait(NotFetched):
    """A site that wants no further request for longer than we wait."""

    advice = "The site asks not to be called again for a while; please try again later."


class BadSitemap(NotFetched):
    """A sitemap that lists nothing we could fetch; taken for empty, all its pages would count as gone."""

    advice = "This sitemap lists no page of its own site; please check that the link leads to a sitemap."


class FetchingStopped(NotFetched):
    """Attaché stops, and what is not there yet is fetched at the next start."""

    advice = "Attaché stopped before this page came; it is fetched after the next start."


class SourceNotFound(NotFound):
    """A source the office does not keep."""

    advice = "There is no source with this id; `attache sources list` shows them."


class SourceExists(AttacheError):
    """A folder or link that is a source already."""

    advice = "This is a source already; `attache sources list` shows it."


class SourceAtWork(AttacheError):
    """A source that is being refreshed at this moment."""

    advice = "This source is being refreshed now; please try again in a while."


class BadRhythm(AttacheError):
    """How often to refresh, said in a way nobody understands."""

    advice = "How often is written 30m, 6h or 2d (10 minutes or more), or 03:00 for once a day at that time."
