"""When sources are refreshed: planned in the office's time zone, at once where a folder changes, never in a loop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

import pytest

from knowledge.dates import here
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources.rhythm import is_rhythm, next_time
from knowledge.sources.schedule import Schedule, open_scheduler
from knowledge.sources.source import NewSource, SourceKind
from tests.making import Calendar, WordHashEmbedding, open_in
from tests.sources.website import Page, Website, a_fetcher, html

CHICAGO = ZoneInfo("America/Chicago")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=CHICAGO)
HONEY = "The mayor gives every delegation a jar of local honey from the hives on the roof of the town hall."
# Milliseconds a folder is quiet before it is looked at.
QUIET = 50
PATIENCE = 60


@pytest.fixture
def clock() -> Calendar:
    return Calendar(NOON)


@pytest.fixture
def library(tmp_path: Path, site: Website, clock: Calendar) -> Iterator[KnowledgeBase]:
    opened = open_in(tmp_path / "home", WordHashEmbedding(), fetcher=a_fetcher(site), now=clock)
    yield opened
    opened.close()


@pytest.fixture
def today(tmp_path: Path, site: Website) -> Iterator[KnowledgeBase]:
    """A library whose clock goes, for what really happens on time."""
    opened = open_in(tmp_path / "home", WordHashEmbedding(), fetcher=a_fetcher(site))
    yield opened
    opened.close()


class Watched(Schedule):
    """Sets `done` once a change of its sources leaves the library as it should be."""

    def __init__(self, library: KnowledgeBase, is_done: Callable[[], bool]) -> None:
        super().__init__(library.sources, scheduler=open_scheduler(CHICAGO), rhythm="03:00", now=here, quiet=QUIET)
        self._is_done = is_done
        self.done = Event()

    def plan(self) -> None:
        super().plan()
        if self._is_done():
            self.done.set()


@contextmanager
def running(library: KnowledgeBase, is_done: Callable[[], bool]) -> Iterator[Watched]:
    schedule = Watched(library, is_done)
    schedule.start()
    try:
        yield schedule
    finally:
        schedule.stop()


@pytest.fixture
def schedule(library: KnowledgeBase, clock: Calendar) -> Schedule:
    return Schedule(library.sources, scheduler=open_scheduler(CHICAGO), rhythm="03:00", now=clock, quiet=QUIET)


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "gifts.md").write_text(f"# Gifts\n\n{HONEY}\n", "utf-8")
    return folder


def a_page(site: Website, every: str | None = None) -> NewSource:
    return NewSource(kind=SourceKind.PAGE, address=site.url("/gifts"), every=every)


def planned(schedule: Schedule) -> dict[str, datetime]:
    return {job.id: job.next_run_time for job in schedule._scheduler.get_jobs()}


@pytest.mark.parametrize("text", ["30m", "6h", "2d", "03:00", "23:59"])
def test_how_often_is_said_in_one_of_two_ways(text: str) -> None:
    assert is_rhythm(text)


@pytest.mark.parametrize("text", ["5m", "0h", "24:00", "3:00", "6 hours", "", "-1d", "6h\n"])
def test_what_does_not_say_how_often_is_refused(text: str) -> None:
    assert not is_rhythm(text)


@pytest.mark.parametrize(
    ("rhythm", "last", "due"),
    [
        ("6h", "2026-11-23T12:00-06:00", "2026-11-23T18:00-06:00"),
        ("03:00", "2026-11-23T12:00-06:00", "2026-11-24T03:00-06:00"),
        ("03:00", "2026-11-24T02:59-06:00", "2026-11-24T03:00-06:00"),
        ("03:00", "2026-11-24T03:00-06:00", "2026-11-25T03:00-06:00"),
        # The nights of the change to summer time and back.
        ("03:00", "2026-03-07T12:00-06:00", "2026-03-08T03:00-05:00"),
        ("03:00", "2026-10-31T12:00-05:00", "2026-11-01T03:00-06:00"),
        # Asked from another zone it is still the office's three o'clock.
        ("03:00", "2026-11-23T23:00+00:00", "2026-11-24T03:00-06:00"),
    ],
)
def test_the_next_refresh_follows_the_office_clock(rhythm: str, last: str, due: str) -> None:
    assert next_time(rhythm, datetime.fromisoformat(last), zone=CHICAGO) == datetime.fromisoformat(due)


def test_each_source_has_one_planned_refresh_and_one_that_failed_is_tried_within_the_hour(
    library: KnowledgeBase, site: Website, clock: Calendar, schedule: Schedule, share: Path
) -> None:
    site.pages |= {"/gifts": html(HONEY), "/sitemap.xml": Page(body=site.url("/gifts").encode(), type="text/plain")}
    sitemap = NewSource(kind=SourceKind.SITEMAP, address=site.url("/sitemap.xml"))
    for source in (a_page(site, "6h"), sitemap):
        library.sources.add(source, actor="test")
    schedule.plan()
    assert planned(schedule) == {"S1": NOON + timedelta(hours=6), "S2": datetime(2026, 11, 24, 3, tzinfo=CHICAGO)}
    site.pages["/sitemap.xml"] = Page(status=404)
    library.sources.keep_fresh("S2")
    library.sources.remove("S1", actor="test")
    restarted = Schedule(library.sources, scheduler=open_scheduler(CHICAGO), rhythm="03:00", now=clock)
    restarted.plan()
    assert planned(restarted) == {"S2": NOON + timedelta(hours=1)}
    clock.move(days=3)
    after_a_pause = Schedule(library.sources, scheduler=open_scheduler(CHICAGO), rhythm="03:00", now=clock)
    after_a_pause.plan()
    assert planned(after_a_pause) == {"S2": clock()}


def test_what_is_due_is_refreshed_when_the_process_starts_and_planned_anew(today: KnowledgeBase, share: Path) -> None:
    killed_before_its_first_refresh = NewSource(kind=SourceKind.FOLDER, address=str(share))
    today._ledger.sources.add(killed_before_its_first_refresh, actor="test")
    with running(today, lambda: bool(today.documents())) as schedule:
        assert schedule.done.wait(PATIENCE)
        due = planned(schedule)["S1"]
    assert (due.hour, due > here()) == (3, True)


def test_a_refresh_that_breaks_in_a_way_nobody_foresaw_is_tried_again_later_and_not_at_once(
    library: KnowledgeBase, site: Website, schedule: Schedule
) -> None:
    library._ledger.sources.add(a_page(site), actor="test")
    site.pages["/gifts"] = html(HONEY)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    library.sources._add = broken  # type: ignore[assignment]
    schedule.refresh("S1")
    assert planned(schedule) == {"S1": NOON + timedelta(hours=1)}
    (record,) = library.sources.records()
    assert record.trouble is not None


def test_a_saved_file_is_in_the_library_without_a_command(today: KnowledgeBase, share: Path) -> None:
    today.sources.add(NewSource(kind=SourceKind.FOLDER, address=str(share)), actor="test")
    with running(today, lambda: len(today.documents()) == 2) as schedule:
        # The first saves may come before the watch has begun.
        for number in range(PATIENCE * 5):
            (share / "flags.txt").write_text(f"The guest's flag stands to the left of our own, {number}.\n", "utf-8")
            if schedule.done.wait(0.2):
                break
        assert schedule.done.is_set()


def test_pages_that_went_missing_are_news_once_also_for_who_listens_later(
    library: KnowledgeBase, site: Website
) -> None:
    site.pages["/gifts"] = html(HONEY)
    library.sources.add(a_page(site), actor="test")
    del site.pages["/gifts"]
    library.sources.keep_fresh("S1")
    library.sources.keep_fresh("S1")
    heard: list[tuple[str, ...]] = []
    library.sources.on_news(lambda refreshed: heard.append(refreshed.flagged))
    library.sources.keep_fresh("S1")
    assert heard == [(site.url("/gifts"),)]
