"""What the tests of sources share: two texts, a sitemap as a source, and how a source is refreshed."""

from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources.source import NewSource, Refreshed, SourceKind
from tests.sources.website import Website

HONEY = "The mayor gives every delegation a jar of local honey from the hives on the roof of the town hall."
NOON = "Lunch for delegations starts at noon sharp in the blue room on the second floor of the town hall."


def map_of(site: Website) -> NewSource:
    return NewSource(kind=SourceKind.SITEMAP, address=site.url("/sitemap.xml"))


def places(library: KnowledgeBase) -> set[str]:
    return {document.place for document in library.documents()}


def refresh(library: KnowledgeBase) -> Refreshed:
    (refreshed,) = library.sources.refresh(actor="test")
    return refreshed
