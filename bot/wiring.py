"""The only place that picks implementations and knows where in the data folder each lives. No logic beyond that."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from bot.heaps import share_heaps
from bot.settings import Settings
from knowledge.errors import FolderNotWritable, LibraryInUse

if TYPE_CHECKING:
    from knowledge.answering.writing.writing import Terms, Writing
    from knowledge.embedding import Embedding
    from knowledge.knowledge_base import KnowledgeBase
    from knowledge.ledger import Ledger

LEDGER = "ledger.sqlite3"
DENSE_INDEX = "chroma"
KEYWORD_INDEX = "tantivy"
LOCK = ".lock"


@contextmanager
def open_ledger_only(settings: Settings) -> Iterator["Ledger"]:
    """Open the record of truth for reading beside whoever works on the library: no lock, no model."""
    from knowledge.ledger import open_ledger

    with closing(open_ledger(make_home(settings) / LEDGER, settings.now)) as ledger:
        yield ledger


@contextmanager
def open_knowledge_base(
    settings: Settings, *, to_add: bool = False, to_rebuild: bool = False, embedding: "Embedding | None" = None
) -> Iterator["KnowledgeBase"]:
    """Open everything in the data folder and hold it. Raises LibraryInUse, before the model takes its seconds.

    Raises LibraryDamaged for an index that cannot be opened; `to_rebuild` puts empty ones in place of both. With
    `to_add` the process that reads files starts while the model loads, otherwise when the first file comes. An
    `embedding` takes the place of the settings' model: one that is loaded already, or notes what it is asked.
    """
    from knowledge.answerability import load_answerability
    from knowledge.embedding import SentenceTransformerEmbedding
    from knowledge.keywords import TantivyKeywords
    from knowledge.knowledge_base import KnowledgeBase
    from knowledge.language import get_ready
    from knowledge.ledger import open_ledger
    from knowledge.passages import ChromaPassages
    from knowledge.reading import Limits
    from knowledge.reading.isolated import IsolatedReader
    from knowledge.reranking import Reranker
    from knowledge.sources.fetching import Fetcher

    share_heaps()  # before anything starts a thread
    with (
        hold_library(settings) as home,
        closing(open_ledger(home / LEDGER, settings.now)) as ledger,
        closing(IsolatedReader(Limits(max_bytes=settings.max_bytes))) as reader,
    ):
        if to_add:
            reader.start()
            Thread(target=get_ready, name="languages", daemon=True).start()
        if embedding is None:
            embedding = SentenceTransformerEmbedding(settings.embedding_model, threads=settings.torch_threads)
        named = settings.reranker_model
        reranker = Reranker(named, threads=settings.torch_threads) if named else None
        if to_rebuild:
            # Noted first: stopped anywhere before the rebuild is done, the next start fills the indexes again.
            ledger.library.set_settled(settled=False)
            for index in (DENSE_INDEX, KEYWORD_INDEX):
                shutil.rmtree(home / index, ignore_errors=True)
        keywords = TantivyKeywords(home / KEYWORD_INDEX)
        with closing(ChromaPassages(home / DENSE_INDEX)) as passages:
            yield KnowledgeBase(
                ledger=ledger,
                passages=passages,
                keywords=keywords,
                writing=open_writing(settings, ledger, keywords.terms),
                embedding=embedding,
                reranker=reranker,
                answerability=load_answerability(),
                reader=reader,
                threshold=settings.answer_threshold,
                release=version("attache"),
                fetcher=Fetcher(max_bytes=settings.max_bytes),
                recall_days=settings.recall_days,
            )


def open_writing(settings: Settings, ledger: "Ledger", terms: "Terms") -> "Writing | None":
    """Open the language model of the settings; None without one, and then nothing of it is imported.

    Raises ChatModelUnavailable and BadPrompt.
    """
    if settings.chat_model is None:
        return None
    from knowledge.answering.writing.chat_model import open_chat_model
    from knowledge.answering.writing.limited import MOST_WRITTEN
    from knowledge.answering.writing.prompts import read_prompts
    from knowledge.answering.writing.writing import Writing
    from knowledge.ledger.writing import Limits

    key = settings.chat_api_key
    return Writing(
        prompts=read_prompts(settings.prompts_dir),
        model=open_chat_model(
            settings.chat_model,
            base_url=settings.chat_base_url,
            api_key=key.get_secret_value() if key else None,
            timeout=settings.chat_timeout,
            retries=settings.chat_retries,
            most_tokens=MOST_WRITTEN,
        ),
        record=ledger.writing,
        limits=Limits(
            tokens_per_question=settings.chat_tokens_per_question,
            tokens_per_user_per_day=settings.chat_tokens_per_user_per_day,
            tokens_per_day=settings.chat_tokens_per_day,
            price_in=settings.chat_price_in or 0.0,
            price_out=settings.chat_price_out or 0.0,
            cost_per_question=settings.chat_cost_per_question,
            cost_per_user_per_day=settings.chat_cost_per_user_per_day,
            cost_per_day=settings.chat_cost_per_day,
        ),
        terms=terms,
    )


@contextmanager
def serve_library(settings: Settings) -> Iterator["KnowledgeBase"]:
    """Open the knowledge base, act for the commands that come meanwhile, keep sources fresh and follow up on changes.

    Raises LibraryInUse beside another.
    """
    from bot.acting.taking import taking_calls

    with (
        open_knowledge_base(settings) as knowledge_base,
        taking_calls(settings, knowledge_base),
        keeping_fresh(settings, knowledge_base),
        following_up(knowledge_base),
    ):
        yield knowledge_base


@contextmanager
def keeping_fresh(settings: Settings, knowledge_base: "KnowledgeBase") -> Iterator[None]:
    """Refresh sources on schedule while the block runs; in the end what is under way breaks off."""
    from knowledge.sources.rhythm import office_zone
    from knowledge.sources.schedule import Schedule, open_scheduler

    schedule = Schedule(
        knowledge_base.sources,
        scheduler=open_scheduler(office_zone(settings.time_zone)),
        rhythm=settings.sources_refresh,
        now=settings.now,
    )
    schedule.start()
    try:
        yield
    finally:
        schedule.stop()


@contextmanager
def following_up(knowledge_base: "KnowledgeBase") -> Iterator[None]:
    """Ask gaps again and look old answers over after each change of the library while the block runs."""
    knowledge_base.following_up.start()
    try:
        yield
    finally:
        knowledge_base.following_up.stop()


@contextmanager
def reach_library(
    settings: Settings, *, to_add: bool = False, to_rebuild: bool = False, stays: bool = False
) -> Iterator["KnowledgeBase"]:
    """Open the knowledge base, or act through the Attaché that has it open; who `stays` open acts for others.

    Raises LibraryInUse where another process has it open and takes no calls, AttacheBusy where that does not answer.
    """
    with ExitStack() as stack:
        try:
            if stays:
                library = stack.enter_context(serve_library(settings))
            else:
                library = stack.enter_context(open_knowledge_base(settings, to_add=to_add, to_rebuild=to_rebuild))
        except LibraryInUse:
            from bot.acting.calling import reach_running

            library = reach_running(settings, to_rebuild=to_rebuild)
        yield library


@contextmanager
def hold_library(settings: Settings) -> Iterator[Path]:
    """Hold the data folder against every other process. Raises LibraryInUse without waiting, FolderNotWritable."""
    from filelock import FileLock, Timeout

    home = make_home(settings)
    lock = FileLock(home / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as err:
        raise LibraryInUse from err
    except PermissionError as err:
        raise FolderNotWritable from err
    try:
        yield home
    finally:
        lock.release()


def make_home(settings: Settings) -> Path:
    """Make the data folder, for its owner only, if it is not there. Raises FolderNotWritable."""
    home = settings.attache_home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (PermissionError, NotADirectoryError, FileExistsError) as err:
        raise FolderNotWritable from err
    return home
