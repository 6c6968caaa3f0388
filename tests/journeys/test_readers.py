"""Who may read: a channel gets what everybody in it may, the asker hears privately that there is more."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.slack.blocks import MORE, SHARE, SHOW_CONTEXT
from bot.slack.events import STRANGERS
from bot.slack.more import LOOKING, NOT_YOURS, NOTICE
from bot.slack.readers import GUESTS, PARTNERS, UNKNOWN
from bot.slack.sharing import NOT_FOR_ALL
from knowledge.collections import Access
from knowledge.errors import NotForReaders, PassageNotFound
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import Office
from tests.making import WordHashEmbedding, markdown, open_in
from tests.workspace import Message

ASKED = "Which gift does the mayor give to a delegation?"
PUBLIC, TEAM, SECRET = "The mayor gives honey", "The mayor gives tea", "The mayor gives maps"


@pytest.fixture
def transport() -> str:
    """Nothing here depends on the transport."""
    return "socket mode"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[KnowledgeBase]:
    """A library that answers whatever it finds: one document for everybody, one for the office, one for channel G1."""
    opened = open_in(tmp_path / "home", WordHashEmbedding(), threshold=0.0)
    opened.collections.add("website", Access.PUBLIC, actor="U1")
    opened.collections.add("desk", Access.LIMITED, channels=["G1"], actor="U1")
    texts = {"website": PUBLIC, "office": TEAM, "desk": SECRET}
    files = [
        markdown(name, f"# Gifts, {name}\n\n{text} to a delegation as a gift.\n", collections=name)
        for name, text in texts.items()
    ]
    opened.add(files, actor="U1")
    yield opened
    opened.close()


@contextmanager
def open_office(office: Office, library: KnowledgeBase) -> Iterator[None]:
    with office.at_work(library):
        yield
        office.workspace.wait_until_quiet()
    office.check_manners()


def notices(office: Office, user: str) -> list[Message]:
    return [message for message in office.workspace.ephemerals(user) if message.words.startswith(NOTICE)]


def test_the_asker_hears_privately_of_more_and_sees_it_alone(quiet_office: Office, library: KnowledgeBase) -> None:
    office = quiet_office
    with open_office(office, library):
        question = office.maya.mentions("C1", ASKED)
        answer = office.reply(question)
        assert TEAM in answer.words
        assert "maps" not in answer.words
        (notice,) = office.wait(lambda: notices(office, "U1"))
        assert (notice.channel, notice.thread_ts) == ("C1", question.ts)
        assert notice.buttons == ("Show me",)
        assert "maps" not in notice.words
        office.maya.clicks(notice, MORE).wait()
        (shown,) = office.wait(lambda: [m for m in office.answers_for("U1") if SECRET in m.words])
        assert shown.thread_ts == question.ts
        assert LOOKING in [message.words for message in office.workspace.ephemerals("U1")]
        office.maya.clicks(shown, SHARE).wait()
        office.wait(lambda: [m for m in office.workspace.ephemerals("U1") if m.words == NOT_FOR_ALL])
        assert [m for m in office.workspace.posts() if "maps" in m.words] == []
        # Whoever may not read it opens nothing, and presses in somebody else's place in vain.
        secret = next(
            hit.passage.id for hit in library.search(library.conversations.question(f"C1:{question.ts}")) or ()
        )  # type: ignore[arg-type]
        hidden = next(id_ for id_ in library._ledger.library.kept_ids() if SECRET in library.passage(id_).passage.text)
        assert secret != hidden
        office.forges_click("U2", answer, f"{SHOW_CONTEXT}:1", f"{hidden}:0:3")
        assert office.whispers("U2")[-1].words.startswith(PassageNotFound.advice)
        office.forges_click("U2", notice, MORE)
        assert office.whispers("U2", 2)[-1].words == NOT_YOURS
        assert office.workspace.views("U2") == []
        # A follow-up of somebody else starts from what the channel was told.
        following = office.omar.says("C1", "And which gift before that, please tell?", question.ts)
        assert "maps" not in office.reply(question, 2).words
        assert following.thread_ts == question.ts
    assert notices(office, "U2") == []


def test_a_refusal_that_is_shared_says_nothing_of_what_the_channel_may_not_read(
    quiet_office: Office, library: KnowledgeBase, tmp_path: Path
) -> None:
    office = quiet_office
    library.close()
    strict = open_in(tmp_path / "home", WordHashEmbedding(), threshold=1.0)
    with open_office(office, strict):
        office.maya.command("/ask", "Which zeppelin carries maps?", channel="C1")
        alone = office.answers_for("U1")[0]
        assert "Searched: 3 documents in the collections" in alone.words
        assert "Nowhere in the library: “zeppelin”" in alone.words
        office.maya.clicks(alone, SHARE).wait()
        (shared,) = office.wait(lambda: [one for one in office.workspace.posts() if "Shared by" in one.words])
        assert "Searched: 2 documents in the collections “office” and “website”." in shared.words
        assert "zeppelin”" not in shared.words
        assert "desk" not in shared.words
        assert "maps" not in shared.words.partition("\n")[2].partition("\n")[2]
    strict.close()


def test_in_its_own_channel_it_is_quoted_and_nobody_is_told_of_more(
    quiet_office: Office, library: KnowledgeBase
) -> None:
    office = quiet_office
    with open_office(office, library):
        answer = office.reply(office.maya.mentions("G1", ASKED))
        assert SECRET in answer.words
        office.reply(office.omar.mentions("C1", ASKED))
    assert [message.words for user in ("U1", "U2") for message in office.workspace.ephemerals(user)] == []


def test_guests_and_partners_get_what_is_public_and_are_told_so(quiet_office: Office, library: KnowledgeBase) -> None:
    office = quiet_office
    sol, gus = office.workspace.user("UOUTSIDE"), office.workspace.user("UGUEST")
    with open_office(office, library):
        for person, channel, note in (
            (sol, "CSHARED", PARTNERS),
            (office.maya, "CSHARED", PARTNERS),
            (gus, "CGUEST", GUESTS),
        ):
            answer = office.reply(person.mentions(channel, ASKED))
            assert answer.words.startswith(note)
            assert PUBLIC in answer.words
            assert "tea" not in answer.words
            assert "maps" not in answer.words
        office.wait(lambda: notices(office, "U1"))
    assert notices(office, "UOUTSIDE") == notices(office, "UGUEST") == []


def test_without_anything_public_partners_hear_the_friendly_sentence(
    quiet_office: Office, library: KnowledgeBase
) -> None:
    library.collections.change("website", Access.OFFICE, actor="U1")
    with open_office(quiet_office, library):
        sol = quiet_office.workspace.user("UOUTSIDE")
        assert quiet_office.reply(sol.mentions("CSHARED", ASKED)).words == STRANGERS


def test_where_slack_does_not_say_who_reads_only_public_documents_are_quoted(
    quiet_office: Office, library: KnowledgeBase
) -> None:
    office = quiet_office
    office.workspace.fail("conversations.info", "internal_error")
    with open_office(office, library):
        answer = office.reply(office.omar.mentions("C1", ASKED))
        assert answer.words.startswith(UNKNOWN)
        assert PUBLIC in answer.words
        assert "tea" not in answer.words


def test_home_counts_what_whoever_looks_may_read(quiet_office: Office, library: KnowledgeBase) -> None:
    office = quiet_office
    with open_office(office, library):
        for person, count in ((office.maya, 3), (office.omar, 2)):
            person.opens_home("home")
            view = office.wait(lambda p=person: office.workspace.home(p.id))
            assert f"The library holds {count} documents" in view.words


def test_an_answer_that_waited_is_not_posted_once_it_is_not_for_all(
    quiet_office: Office, library: KnowledgeBase
) -> None:
    office = quiet_office
    office.workspace.fail("chat.postMessage", "internal_error")
    with office.taking_questions(library):
        question = office.omar.mentions("C1", ASKED)
        office.workspace.wait_until_quiet()
    asked = library.conversations.question(f"C1:{question.ts}")
    assert asked is not None
    library.ask(asked)
    library.collections.put("Gifts, office", ["desk"], actor="U1")
    with office.at_work(library):
        answer = office.reply(question)
    assert answer.words.startswith(NotForReaders.advice)
    assert "tea" not in answer.words
