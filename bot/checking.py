"""Is everything in place? One finding for each part, in the order in which things depend on each other."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.faults import explain
from bot.settings import Settings
from bot.wiring import DENSE_INDEX, KEYWORD_INDEX, hold_library, open_ledger_only
from knowledge.errors import (
    AttacheError,
    ChatModelUnavailable,
    LedgerDamaged,
    LibraryDamaged,
    LibraryInUse,
    ModelMismatch,
)

# What the ledger's own finding says is no fault of the parts that are compared with it.
NOT_COMPARED = "not compared with the ledger, which cannot be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, whether it is in order, and a sentence: the state, or what to do."""

    name: str
    ok: bool
    says: str


def check_everything(settings: Settings) -> Iterator[Finding]:
    """Look at each part on its own, so that one that is broken hides no other."""
    yield Finding(name="configuration", ok=True, says="every setting is understood")
    yield _find("data folder", lambda: _folder(settings))
    yield _find("ledger", lambda: _ledger(settings))
    if chat_model := settings.chat_model:
        yield _find("language model", lambda: _chat_model(chat_model, settings))
    yield _find("model", lambda: _model(settings))
    if named := settings.reranker_model:
        yield _find("reranker", lambda: _reranker(named, settings.torch_threads))
    yield _find("indexes", lambda: _indexes(settings))
    yield _find("slack", lambda: _slack(settings))
    if settings.has_slack and settings.gaps_channel:
        yield _find("gaps channel", lambda: _gaps_channel(settings))


def misconfigured(err: AttacheError) -> Finding:
    """The one finding there is while settings are wrong."""
    return Finding(name="configuration", ok=False, says=err.advice)


def _find(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name=name, ok=True, says=look())
    except Exception as err:
        shown = explain(err)
        return Finding(name=name, ok=False, says=f"{shown.advice} (reference {shown.reference})")


def _folder(settings: Settings) -> str:
    try:
        with hold_library(settings) as home:
            return f"{home} can be written to"
    except LibraryInUse:
        return f"{settings.attache_home} is held by a running Attaché, which {_whether_it_acts(settings)}"


def _whether_it_acts(settings: Settings) -> str:
    """Call it; one that does not answer at all is a failure of its own."""
    from bot.acting.calling import reach_running

    try:
        reach_running(settings)
    except LibraryInUse:
        return "takes no commands"
    return "answers and takes commands"


def _ledger(settings: Settings) -> str:
    with open_ledger_only(settings) as ledger:
        held = ledger.library.documents().values()
        return f"{len(held)} documents, {sum(document.passages for document in held)} passages"


def _model(settings: Settings) -> str:
    from knowledge.embedding import SentenceTransformerEmbedding
    from knowledge.indexes import model_name

    model = SentenceTransformerEmbedding(settings.embedding_model, threads=settings.torch_threads)
    present = model_name(model)
    # Without a name it is the bundled model, whose checksum was compared while it was loaded.
    checked = present if settings.embedding_model else f"{present}, checksum as pinned"
    try:
        with open_ledger_only(settings) as ledger:
            if (ledger.library.model() or present) != present:
                raise ModelMismatch
    except LedgerDamaged:
        return f"{checked}, {NOT_COMPARED}"
    return checked


def _reranker(named: str, threads: int) -> str:
    from knowledge.reranking import Reranker

    return Reranker(named, threads=threads).name


def _chat_model(named: str, settings: Settings) -> str:
    """Open it and ask it for a word, as a question would be asked; say how it did and what it spent today."""
    try:
        return _asked(named, settings)
    except LedgerDamaged:
        return f"{named} was not asked: what it spent stands in the ledger, which cannot be read"


def _asked(named: str, settings: Settings) -> str:
    from bot.wiring import open_writing

    with open_ledger_only(settings) as ledger:
        writing = open_writing(settings, ledger, str.split)
        before = ledger.writing.state()
        if before.resting_until is not None:
            wait = before.resting_until.astimezone(settings.now().tzinfo)
            raise ChatModelUnavailable(
                f"{named} failed {len(before.troubles)} times in a row, last: {before.troubles[0]}; it is not asked "
                f"until {wait:%H:%M:%S}, and answers are quotes meanwhile."
            )
        trouble = writing.probe() if writing else None
        if trouble is not None:
            raise ChatModelUnavailable(f"{named}: {trouble.says}")
        spent = ledger.writing.state()
    return f"{named} answers; {spent.tokens_today} tokens today"


def _indexes(settings: Settings) -> str:
    """Count what both hold; the indexes take one process at a time, so a running one has to be believed."""
    try:
        with hold_library(settings) as home, open_ledger_only(settings) as ledger:
            live = ledger.library.count_kept()
            dense, keyword = _count(home)
    except LibraryInUse:
        return "in use by a running Attaché"
    except LedgerDamaged:
        return NOT_COMPARED
    if (dense, keyword) != (live, live):
        raise LibraryDamaged("The indexes do not hold what the ledger does; please run `attache rebuild`.")
    return f"{dense} vectors, {keyword} texts, as the ledger says"


def _count(home: Path) -> tuple[int, int]:
    from knowledge.keywords import TantivyKeywords
    from knowledge.passages import ChromaPassages

    with closing(ChromaPassages(home / DENSE_INDEX)) as passages:
        return passages.count(), TantivyKeywords(home / KEYWORD_INDEX).count()


def _slack(settings: Settings) -> str:
    if not settings.has_slack:
        return "not connected: SLACK_BOT_TOKEN is not set"
    from bot.slack.serving import check_slack

    return check_slack(settings)


def _gaps_channel(settings: Settings) -> str:
    from bot.slack.serving import check_gaps_channel

    return check_gaps_channel(settings)
