"""The keyword index: stemmed words in tantivy, scored by BM25. A copy the ledger can rebuild; it stores no text."""

import math
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.errors import LibraryDamaged
from knowledge.fiscal_years import spell_fiscal_years

if TYPE_CHECKING:
    import tantivy

ANALYZER = "english"
# Numbers with their separators (185,270), initials (H.R.), then any run of letters and digits (COP26, mayor's).
WORD = r"\d+(?:[.,]\d+)+|(?:\p{L}\.){2,}|[\p{L}\p{N}]+(?:['’]\p{L}+)?"
# One thread and 50 MB: office libraries are small, and the model wants the other core.
WRITER_BYTES = 50_000_000


class TantivyKeywords:
    """Passages by their words; headings count beside the text."""

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`, or make one. Raises LibraryDamaged."""
        self._folder = folder
        self._analyzer = _english()
        self._open()

    def _open(self) -> None:
        import tantivy

        schema = (
            tantivy.SchemaBuilder()
            .add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
            .add_text_field("heading", tokenizer_name=ANALYZER, index_option="freq")
            .add_text_field("text", tokenizer_name=ANALYZER, index_option="freq")
            .build()
        )
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            self._index = tantivy.Index(schema, path=str(self._folder), reuse=True)
            self._index.register_tokenizer(ANALYZER, self._analyzer)
            self._index.reload()
        except ValueError as err:
            raise LibraryDamaged from err
        self._schema = schema

    def add(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """Index (passage id, heading, text) triples in one commit; an id that is there already is replaced."""
        import tantivy

        with self._writer() as writer:
            for id_, *texts in entries:
                writer.delete_documents_by_term("id", id_)
                heading, text = map(spell_fiscal_years, texts)
                writer.add_document(tantivy.Document(id=id_, heading=heading, text=text))

    def remove(self, ids: Sequence[str]) -> None:
        """Forget these passages; ids that are not there are passed over."""
        if not ids:
            return
        with self._writer() as writer:
            for id_ in ids:
                writer.delete_documents_by_term("id", id_)

    def best(self, weights: Mapping[str, float], k: int) -> dict[str, float]:
        """Return up to `k` passage ids with their BM25 score, best first; `weights` gives each term's share."""
        import tantivy

        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, term), weight * share))
            for term, weight in weights.items()
            for field, share in (("text", 1.0), ("heading", 0.5))
            if weight > 0
        ]
        if not clauses:
            return {}
        searcher = self._index.searcher()
        found = searcher.search(tantivy.Query.boolean_query(clauses), k, count=False)
        return {searcher.doc(address)["id"][0]: score for score, address in found.hits}

    def terms(self, text: str) -> tuple[str, ...]:
        """Return the stems of the words in `text`, stop words left out, in order, repeats kept."""
        return tuple(self._analyzer.analyze(spell_fiscal_years(text)))

    def idf(self, terms: Iterable[str]) -> dict[str, float]:
        """Return each term's inverse document frequency over texts (BM25's, as in Robertson and Zaragoza 2009)."""
        searcher = self._index.searcher()
        total = searcher.num_docs
        return {
            term: math.log1p((total - df + 0.5) / (df + 0.5))
            for term in set(terms)
            for df in (min(total, searcher.doc_freq("text", term)),)
        }

    def holding(self, ids: Sequence[str]) -> frozenset[str]:
        """Return those of the named passages that are held."""
        import tantivy

        if not ids:
            return frozenset()
        searcher = self._index.searcher()
        found = searcher.search(tantivy.Query.term_set_query(self._schema, "id", list(ids)), len(ids), count=False)
        return frozenset(searcher.doc(address)["id"][0] for _, address in found.hits)

    def ids(self) -> frozenset[str]:
        """Return every id held."""
        import tantivy

        searcher = self._index.searcher()
        found = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs))
        return frozenset(searcher.doc(address)["id"][0] for _, address in found.hits)

    def count(self) -> int:
        """Count the passages held."""
        return int(self._index.searcher().num_docs)

    def clear(self) -> None:
        """Forget everything."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._open()

    def _term(self, field: str, term: str) -> "tantivy.Query":
        import tantivy

        return tantivy.Query.term_query(self._schema, field, term, "freq")

    def _writer(self) -> "_Commit":
        return _Commit(self._index)


class _Commit:
    """A writer that commits on the way out and lets go of its lock either way."""

    def __init__(self, index: "tantivy.Index") -> None:
        self._index = index

    def __enter__(self) -> Any:
        self._writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
        # A process that was killed in a commit leaves files under the very names that this commit will give to its own.
        self._writer.garbage_collect_files()
        return self._writer

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._writer.commit()
        else:
            self._writer.rollback()
        self._writer.wait_merging_threads()
        self._index.reload()


def _english() -> "tantivy.TextAnalyzer":
    """Words in lower case without accents, function words dropped, stemmed by Snowball's English stemmer."""
    import tantivy

    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(WORD))
        .filter(tantivy.Filter.remove_long(40))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.custom_stopword([*STOP_WORDS]))
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


# Function words of English questions and prose; what is left carries the matter.
STOP_WORDS = tuple(
    """a about above after again all also am an and any are as at be because been before being below between both but
    by can could did do does doing down during each few for from further had has have having he her here hers him his
    how i if in into is it its itself just me more most my no nor not now of off on once only or other our ours out
    over own please same shall she should so some such tell than that the their theirs them then there these they
    this those through to too under until up us very was we were what when where which while who whom whose why will
    with would you your yours u.s.""".split()
)
