"""A web site for the tests of sources."""

from collections.abc import Iterator

import pytest

from tests.sources.website import Website


@pytest.fixture
def site() -> Iterator[Website]:
    """A web site without a page."""
    opened = Website()
    yield opened
    opened.close()
