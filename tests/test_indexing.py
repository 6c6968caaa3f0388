"""Files go in once, change in place, and a crash at any point leaves the old version served."""

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from knowledge.domain import Answer, DocumentRecord, Failure, Gap, Progress, Question, Status, Upload
from knowledge.embedding import Vectors
from knowledge.errors import DocumentNotFound, ModelMismatch, ReaderStopped
from knowledge.indexes import TOLD
from knowledge.indexing import FIRST
from knowledge.knowledge_base import KnowledgeBase
from knowledge.reading import Limits
from knowledge.reading.isolated import IsolatedReader
from tests.making import WordHashEmbedding, markdown, open_in
from tests.reading import strange_reader
from tests.reading.making_pdfs import make_pdf, paragraph

DENVER = "# Denver\n\nMayors signed the Denver Declaration in April 2023.\n"
PHOENIX = "# Phoenix\n\nPhoenix pays up to $185,270 for its trade representation.\n"


class PowerCut(Exception):
    """Stands for the process dying where it is raised."""


class FailingEmbedding(WordHashEmbedding):
    """Dies while it embeds a text that holds `poison`."""

    def __init__(self, poison: str) -> None:
        super().__init__()
        self.poison = poison

    def encode(self, texts: Sequence[str]) -> Vectors:
        if any(self.poison in text for text in texts):
            raise PowerCut
        return super().encode(texts)


def many_parts(name: str, parts: int) -> Upload:
    return markdown(name, "# Guide\n\n" + "\n".join(f"## Part {n}\n\nThe text of part {n}.\n" for n in range(parts)))


def texts(knowledge_base: KnowledgeBase, query: str = "Denver Phoenix mayors declaration") -> set[str]:
    return {hit.passage.text for hit in knowledge_base.search(Question(id="q", text=query), 50)}


def the_document(knowledge_base: KnowledgeBase) -> DocumentRecord:
    (record,) = knowledge_base.documents()
    return record


def test_added_documents_are_found_and_listed(knowledge_base: KnowledgeBase) -> None:
    receipt = knowledge_base.add([markdown("denver", DENVER), markdown("phoenix", PHOENIX)], actor="U1")
    assert (receipt.added, receipt.passages, receipt.embedded) == (("denver.md", "phoenix.md"), 2, 2)
    assert [record.card.title for record in knowledge_base.documents()] == ["Denver", "Phoenix"]
    assert "Mayors signed the Denver Declaration in April 2023." in texts(knowledge_base)


def test_unchanged_documents_are_left_alone(knowledge_base: KnowledgeBase, word_hash: WordHashEmbedding) -> None:
    knowledge_base.add([markdown("denver", DENVER)], actor="U1")
    word_hash.encoded.clear()
    before = the_document(knowledge_base)
    receipt = knowledge_base.add([markdown("denver", DENVER)], actor="U1")
    assert (receipt.unchanged, receipt.added, receipt.embedded) == (("denver.md",), (), 0)
    assert word_hash.encoded == []
    assert the_document(knowledge_base) == before


def test_a_changed_document_is_a_new_version_and_only_what_changed_is_embedded(
    knowledge_base: KnowledgeBase, word_hash: WordHashEmbedding
) -> None:
    pages = [f"## Part {number}\n\nThe text of part {number} stays as it is.\n" for number in range(20)]
    knowledge_base.add([markdown("guide", "# Guide\n\n" + "\n".join(pages))], actor="U1")
    first = the_document(knowledge_base)
    pages[7] += "\nOne new paragraph.\n"
    word_hash.encoded.clear()
    receipt = knowledge_base.add([markdown("guide", "# Guide\n\n" + "\n".join(pages))], actor="U1")
    assert receipt.updated == ("guide.md",)
    assert receipt.embedded == len(word_hash.encoded) == 1
    second = the_document(knowledge_base)
    assert (second.id, second.version) == (first.id, first.version + 1)


@pytest.mark.parametrize("where", ["one line more", "another word", "on the first page", "on the last page"])
def test_a_paragraph_changed_in_a_pdf_of_300_pages_embeds_three_passages_or_fewer(
    knowledge_base: KnowledgeBase, word_hash: WordHashEmbedding, where: str
) -> None:
    chance = random.Random(300)
    words = "the office keeps a list of gifts for every guest and sends it to the archive in the spring of each year"
    pages = [[f"{' '.join(chance.sample(words.split(), 18)).capitalize()}." for _ in range(8)] for _ in range(300)]

    def report() -> Upload:
        printed = [
            [line for number, text in enumerate(page) for line in paragraph(text, y=720 - 70 * number)]
            for page in pages
        ]
        return Upload(name="report.pdf", content=make_pdf(printed), place="report.pdf")

    knowledge_base.add([report()], actor="test")
    page = {"on the first page": 0, "on the last page": 299}.get(where, 150)
    changed = "On this page the office keeps no list of its own any more, and asks the archive for one."
    if where == "one line more":
        pages[page].insert(4, changed)
    else:
        pages[page][4] = pages[page][4].replace(" list", " book") if where == "another word" else changed
    word_hash.encoded.clear()
    receipt = knowledge_base.add([report()], actor="test")
    assert (receipt.updated, 1 <= receipt.embedded <= 3) == (("report.pdf",), True)
    assert len(word_hash.encoded) == receipt.embedded


def test_a_copy_of_a_file_is_a_document_of_its_own_but_its_text_is_found_once(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("denver", DENVER), markdown("copy", DENVER)], actor="U1")
    assert len(knowledge_base.documents()) == 2
    assert len(knowledge_base.search(Question(id="q", text="Denver"), 5)) == 1
    knowledge_base.add([markdown("copy", DENVER)], actor="U1", mirrored=["folder"])
    assert texts(knowledge_base) == {"Mayors signed the Denver Declaration in April 2023."}


def test_what_a_person_states_about_a_file_makes_a_new_version(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("denver", DENVER)], actor="U1")
    receipt = knowledge_base.add([markdown("denver", DENVER, issuer="City of Denver")], actor="U1")
    assert (receipt.updated, receipt.embedded) == (("denver.md",), 0)
    assert the_document(knowledge_base).card.issuer == "City of Denver"


def test_old_words_are_served_no_more_after_a_change_but_old_citations_open(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("denver", DENVER)], actor="U1")
    (old,) = knowledge_base.search(Question(id="q", text="Denver"), 1)
    knowledge_base.add([markdown("denver", DENVER.replace("2023", "2024"))], actor="U1")
    assert texts(knowledge_base) == {"Mayors signed the Denver Declaration in April 2024."}
    in_context = knowledge_base.passage(old.passage.id)
    assert in_context.passage.text == "Mayors signed the Denver Declaration in April 2023."
    assert not in_context.live


def test_a_removed_document_is_found_no_more_and_can_come_back(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("denver", DENVER)], actor="U1")
    removed = knowledge_base.remove("Denver", actor="U1").document
    assert (texts(knowledge_base), knowledge_base.documents()) == (set(), ())
    with pytest.raises(DocumentNotFound):
        knowledge_base.remove(removed.id, actor="U1")
    assert knowledge_base.add([markdown("denver", DENVER)], actor="U1").added == ("denver.md",)
    assert texts(knowledge_base) == {"Mayors signed the Denver Declaration in April 2023."}


def test_two_documents_of_one_title_must_be_told_apart_by_id(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("a", DENVER), markdown("b", DENVER + "\nMore.\n")], actor="U1")
    with pytest.raises(DocumentNotFound, match="Several documents"):
        knowledge_base.remove("Denver", actor="U1")


def test_one_broken_file_stops_nobody_else(knowledge_base: KnowledgeBase) -> None:
    steps: list[Progress] = []
    uploads = [
        Failure(name="locked.pdf", advice="Ask for the password."),
        Upload(name="junk.md", content=b"\x00\x01\xff\xfe" * 500, place="folder/junk.md"),
        Upload(name="film.mp4", content=b"\x00", place="folder/film.mp4"),
        markdown("denver", DENVER),
    ]
    receipt = knowledge_base.add(uploads, actor="U1", total=4, on_progress=steps.append)
    assert receipt.added == ("denver.md",)
    assert [failure.name for failure in receipt.failed] == ["locked.pdf", "junk.md", "film.mp4"]
    assert all(failure.advice.endswith(".") for failure in receipt.failed)
    assert [step.done for step in steps] == [1, 2, 3, 4]
    assert {step.total for step in steps} == {4}


def test_a_mirrored_folder_loses_the_documents_whose_files_are_gone(knowledge_base: KnowledgeBase) -> None:
    elsewhere = Upload(name="c.md", content=PHOENIX.encode(), place="folder2/c.md")
    knowledge_base.add([markdown("a", DENVER), markdown("b", PHOENIX), elsewhere], actor="U1")
    receipt = knowledge_base.add([markdown("a", DENVER)], actor="U1", mirrored=["folder"])
    assert receipt.removed == ("Phoenix",)
    assert sorted(record.place for record in knowledge_base.documents()) == ["folder/a.md", "folder2/c.md"]


def test_a_power_cut_while_embedding_leaves_the_old_version_served(tmp_path: Path) -> None:
    fragile = open_in(tmp_path, FailingEmbedding("2024"))
    fragile.add([markdown("denver", DENVER)], actor="U1")
    with pytest.raises(PowerCut):
        fragile.add([markdown("denver", DENVER.replace("2023", "2024"))], actor="U1")
    fragile.close()
    again = open_in(tmp_path, WordHashEmbedding())
    assert texts(again) == {"Mayors signed the Denver Declaration in April 2023."}
    assert again.add([markdown("denver", DENVER.replace("2023", "2024"))], actor="U1").updated == ("denver.md",)
    assert texts(again) == {"Mayors signed the Denver Declaration in April 2024."}
    again.close()


def test_vectors_and_terms_that_were_never_published_are_swept_at_the_next_start(tmp_path: Path) -> None:
    def files() -> Iterator[Upload]:
        yield markdown("denver", DENVER)

    first = open_in(tmp_path, WordHashEmbedding())
    first.add(files(), actor="U1")
    # What a process leaves that dies between its indexes and its ledger.
    first._indexing._library.set_settled(settled=False)
    first._indexes._passages.add(["orphan"], first._indexing._embedding.encode(["orphan"]))
    first._indexes._keywords.add([("orphan", "", "Denver orphan")])
    first.close()
    again = open_in(tmp_path, WordHashEmbedding())
    assert texts(again) == {"Mayors signed the Denver Declaration in April 2023."}
    assert again._indexes._passages.ids() == again._indexes._keywords.ids()
    assert "orphan" not in again._indexes._passages.ids()
    again.close()


def test_an_index_that_lost_passages_gets_them_back_from_the_ledger(tmp_path: Path) -> None:
    first = open_in(tmp_path, WordHashEmbedding())
    first.add([markdown("denver", DENVER), markdown("phoenix", PHOENIX)], actor="U1")
    first._indexes._passages.clear()
    first._indexes._keywords.clear()
    first.close()
    again = open_in(tmp_path, WordHashEmbedding())
    assert len(texts(again)) == 2
    again.close()


class OtherModel(WordHashEmbedding):
    """Another model: another name, another dimension."""

    name = "other model"
    dimension = 32


def test_another_model_is_refused_until_the_indexes_are_rebuilt(tmp_path: Path) -> None:
    first = open_in(tmp_path, WordHashEmbedding())
    first.add([markdown("denver", DENVER), markdown("phoenix", PHOENIX)], actor="U1")
    first.close()
    other = open_in(tmp_path, OtherModel())
    for use in (lambda: other.ask(Question(id="q", text="Denver?")), lambda: other.add([], actor="U1")):
        with pytest.raises(ModelMismatch, match="attache rebuild"):
            use()
    receipt = other.rebuild()
    assert (receipt.passages, receipt.embedded) == (2, 2)
    assert len(texts(other)) == 2
    other.close()


def test_a_rebuild_stopped_half_way_is_finished_by_the_next_start(tmp_path: Path) -> None:
    first = open_in(tmp_path, FailingEmbedding("never"))
    first.add([markdown("denver", DENVER), markdown("phoenix", PHOENIX)], actor="U1")
    assert isinstance(first._indexing._embedding, FailingEmbedding)
    first._indexing._embedding.poison = "Phoenix"
    with pytest.raises(PowerCut):
        first.rebuild()
    first.close()
    again = open_in(tmp_path, WordHashEmbedding())
    assert len(texts(again)) == 2
    again.close()


def test_questions_are_answered_while_documents_are_added(knowledge_base: KnowledgeBase) -> None:
    def files() -> Iterator[Upload]:
        yield markdown("phoenix", PHOENIX)
        with ThreadPoolExecutor(1) as asker:
            asked.append(asker.submit(texts, knowledge_base).result(timeout=30))

    asked: list[set[str]] = []
    knowledge_base.add([markdown("denver", DENVER)], actor="U1")
    knowledge_base.add(files(), actor="U1")
    assert asked == [{"Mayors signed the Denver Declaration in April 2023."}]
    assert len(texts(knowledge_base)) == 2


def test_every_change_of_the_library_stands_in_the_audit_trail(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("denver", DENVER)], actor="U1")
    knowledge_base.remove("Denver", actor="U2")
    with knowledge_base._ledger.engine.connect() as connection:
        acts = connection.exec_driver_sql("SELECT actor, act FROM audit ORDER BY id").all()
    assert [tuple(act) for act in acts] == [("U1", "publish"), ("U2", "remove")]


def test_the_manifest_changes_with_the_library(knowledge_base: KnowledgeBase) -> None:
    empty = knowledge_base.manifest()
    knowledge_base.add([markdown("denver", DENVER, date="2023-04")], actor="U1")
    full = knowledge_base.manifest()
    assert (empty.documents, full.documents, full.passages, full.newest) == (0, 1, 1, "2023-04")
    assert empty.digest != full.digest
    assert knowledge_base.manifest() == full


def test_a_superseded_document_knows_its_successor(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add(
        [
            markdown("contacts-2022", "# Contacts 2022\n\nCall the Unit.\n", superseded_by="contacts-2026"),
            markdown("contacts-2026", "# Contacts 2026\n\nThe Unit is closed.\n"),
        ],
        actor="U1",
    )
    old, new = knowledge_base.documents()
    assert (old.card.status, old.successor_id, new.successor_id) == (Status.SUPERSEDED, new.id, None)


def test_an_answer_is_recorded_with_the_version_it_quoted(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("denver", DENVER)], actor="U1")
    question = Question(id="C1:1", text="When did mayors sign the Denver Declaration?")
    answer = knowledge_base.ask(question)
    assert isinstance(answer, Answer)
    knowledge_base.remove("Denver", actor="U1")
    assert knowledge_base.ask(question) == answer
    assert knowledge_base.conversations.outcome("C1:1") == answer
    assert isinstance(knowledge_base.ask(Question(id="C1:2", text=question.text)), Gap)


def test_ctrl_c_does_not_wait_for_the_file_at_hand(tmp_path: Path) -> None:
    patient = Limits(max_quiet_seconds=3_600)
    # As much as is embedded at once, so that the next file is being read meanwhile.
    many = Upload(
        name="many.txt", content="\n\n".join(f"Denver poison {n}." for n in range(20_000)).encode(), place="many.txt"
    )
    stuck = Upload(name="stuck.txt", content=b"hang", place="stuck.txt")
    with closing(IsolatedReader(patient, strange_reader.COMMAND)) as reader:
        fragile = open_in(tmp_path, FailingEmbedding("poison"), reader=reader)
        with pytest.raises(PowerCut):
            fragile.add([many, stuck], actor="U1")
        fragile.close()


class Waiting(WordHashEmbedding):
    """Holds what it is asked to embed until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = super().encode(texts)
        assert self.let_go.wait(60)
        return vectors


def test_ctrl_c_does_not_wait_for_what_is_still_to_be_embedded(tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    waiting = Waiting()
    stopped = open_in(tmp_path, waiting)
    with pytest.raises(KeyboardInterrupt):
        stopped.add([many_parts("guide", 20 * TOLD)], actor="U1", on_progress=stop)
    waiting.let_go.set()
    stopped.close()
    assert len(waiting.encoded) <= 2 * TOLD


def test_what_comes_twice_in_one_run_is_embedded_once(
    knowledge_base: KnowledgeBase, word_hash: WordHashEmbedding
) -> None:
    guide = many_parts("guide", 2 * FIRST)
    receipt = knowledge_base.add([guide, guide], actor="U1")
    assert (receipt.added, receipt.unchanged) == (("guide.md",), ("guide.md",))
    assert receipt.embedded == len(word_hash.encoded) == 2 * FIRST


def test_a_file_that_ends_its_reader_is_one_failed_file_and_the_run_goes_on(tmp_path: Path) -> None:
    with closing(IsolatedReader(Limits(), strange_reader.COMMAND)) as reader:
        library = open_in(tmp_path, WordHashEmbedding(), reader=reader)
        uploads = [Upload(name=f"{text}.txt", content=text.encode(), place=text) for text in ("one", "crash", "two")]
        receipt = library.add(uploads, actor="U1")
        library.close()
    assert receipt.added == ("one.txt", "two.txt")
    assert [(failure.name, failure.advice) for failure in receipt.failed] == [("crash.txt", ReaderStopped.advice)]
