"""What can go wrong, each with one sentence of advice a person can act on. People see the advice, the log the rest."""

import secrets


class AttacheError(Exception):
    """The root of the tree. `advice` is for people; `reference` is the same in the log and on the screen."""

    advice = "Something went wrong on our side; please tell your administrator the reference."

    def __init__(self, advice: str | None = None) -> None:
        super().__init__(advice or self.advice)
        self.advice = advice or self.advice
        self.reference = secrets.token_hex(4)

    @property
    def name(self) -> str:
        """The class name, which scripts can match on."""
        return type(self).__name__


# A document that cannot be read.


class UnreadableDocument(AttacheError):
    """A file that cannot become passages."""

    advice = "This file could not be read; please save it again from the program that made it."


class UnknownFormat(UnreadableDocument):
    """A file of a kind no reader knows."""

    advice = "This kind of file is not supported; please save it as PDF, DOCX, PPTX, XLSX, HTML or text."


class EmptyDocument(UnreadableDocument):
    """A file without any text."""

    advice = "This file holds no text; please check that it is the right one."


class ImageOnlyDocument(UnreadableDocument):
    """A picture or a PDF of pictures in which text recognition was sure of nothing."""

    advice = (
        "No text in these pictures could be read with certainty; please scan the pages again, straight and at 300 dpi, "
        "or add the file they were printed from."
    )


class EncryptedDocument(UnreadableDocument):
    """A file locked with a password."""

    advice = "This file is locked with a password; please save a copy without one and add that."


class DamagedDocument(UnreadableDocument):
    """A file that breaks off or does not hold what its name says."""

    advice = "This file is damaged or is not what its name says; please save it again and add the new copy."


class TooLarge(UnreadableDocument):
    """A file beyond the limits, also once unpacked."""

    advice = "This file is too large; please split it or raise MAX_FILE_MB."


class FileWithheld(UnreadableDocument):
    """A file in Slack that is gone, or that Slack does not let the app have."""

    advice = "Slack does not give me this file; please drop it into our direct messages again."


class FileElsewhere(UnreadableDocument):
    """A file that Slack only points at, in Google Drive for example."""

    advice = "This file is kept outside Slack; please download it there and drop the copy here."


class BadFrontMatter(UnreadableDocument):
    """Front matter that says something no document can be."""

    advice = "The front matter of this file could not be understood; please correct it."


class BadName(UnreadableDocument):
    """A file name that is no text in any encoding of this machine, so that nothing can list it."""

    advice = "The name of this file holds characters that cannot be shown; please rename it."


class TooSlow(UnreadableDocument):
    """A file that keeps its reader busy beyond the limits."""

    advice = "This file takes too long to read; please split it, or save it again from the program that made it."


class TooMuchMemory(UnreadableDocument):
    """A file that unfolds, as it is read, into more than the memory there is for it."""

    advice = "This file takes too much memory to read; please split it, or save it again from the program that made it."


class ReaderStopped(UnreadableDocument):
    """A file at which the process that reads broke off, or was ended from outside."""

    advice = "Reading this file broke off; please save it again from the program that made it and add the new copy."


# Something asked for that is not there.


class NotFound(AttacheError):
    """Something named that does not exist."""


class PathNotFound(NotFound):
    """A path that is not there."""

    advice = "This path does not exist; please check the spelling."


class UnreadableFolder(NotFound):
    """A folder, or one inside it, that cannot be looked into; taken for empty, its documents would be removed."""

    advice = "This folder could not be read; please check its permissions."


class NothingToIndex(NotFound):
    """A folder without a single document: more likely a share that is not connected than a library to empty."""

    advice = "This folder holds no document; please check that it is the right one and is connected."


class DocumentNotFound(NotFound):
    """A document the library does not hold."""

    advice = "The library holds no such document; `attache documents` lists what it holds."


class PassageNotFound(NotFound):
    """A passage the ledger never held."""

    advice = "There is no passage with this id; `attache search` prints the ids of the passages it finds."


class QuestionNotFound(NotFound):
    """A question the ledger does not know."""

    advice = "This question is not in the ledger; please ask it again."


class GoldNotFound(NotFound):
    """A gold question the office does not keep."""

    advice = "There is no gold question with this id; `attache gold list` shows them."


class ProposalNotFound(NotFound):
    """A file that does not wait for a confirmation."""

    advice = "No file with this id waits for a confirmation; `attache proposals list` shows those that do."


class ProposalDecided(ProposalNotFound):
    """A proposal that somebody confirmed or discarded before; the advice says who."""

    advice = "Somebody has decided about this file already; `attache audit list` says who."


class GapNotFound(NotFound):
    """A gap, or a question of one, that is not in the log."""

    advice = "There is no gap with this id; `attache gaps list` shows them."


class RecallNotFound(NotFound):
    """A change of quoted documents that nobody found."""

    advice = "There is no recall with this id; `attache recalls list` shows them."


class RecallDecided(RecallNotFound):
    """A recall that somebody sent or skipped before; the advice says who."""

    advice = "Somebody has decided about this recall already; `attache audit list` says who."


class SnapshotNotFound(NotFound):
    """A snapshot nobody took."""

    advice = "There is no snapshot of this name; `attache snapshots` lists them."


class CollectionNotFound(NotFound):
    """A collection the library does not have; the advice names it."""

    advice = "There is no such collection; `attache collections list` shows them, `attache collections add` makes one."


class NothingToRestore(NotFound):
    """A document that was neither removed nor rolled back."""

    advice = "This document was neither removed nor rolled back; `attache history DOCUMENT` shows what happened to it."


class NothingToRollBack(NotFound):
    """A document that has had one version only."""

    advice = "There is no earlier version of this document; `attache remove` takes it out of the library."


class AlreadyInLibrary(AttacheError):
    """A file that the library holds, byte for byte."""

    advice = "This very file is already in the library; nothing was changed."


class SnapshotExists(AttacheError):
    """A name that a snapshot has already."""

    advice = "There is a snapshot of this name already; please choose another name."


class BadCollection(AttacheError):
    """A collection that cannot be made or changed as somebody wants; the advice says why."""

    advice = "This is no collection; `attache collections --help` shows what a collection is made of."


class CollectionInUse(AttacheError):
    """A collection that holds documents which are in no other, so that nobody could read them any more."""

    advice = "Documents are in this collection alone; please put them into another one first."


class NotForReaders(AttacheError):
    """A recorded answer that quotes what its readers may not read by now."""

    advice = "Not everybody who reads here may read what this answer quotes; please ask again."


class BadSuccession(AttacheError):
    """Documents that cannot follow each other as somebody says they do."""

    advice = "A document cannot supersede itself; please name another one."


class BadCorrection(AttacheError):
    """A correction of a document that cannot be made as it stands; the advice says why."""

    advice = "A newer version of this document waits to be published; correct it once it is, or roll it back first."


class BadGapChange(AttacheError):
    """Something that cannot be done with a gap as it stands; the advice says how it stands."""

    advice = "This cannot be done with this gap now; `attache gaps show ID` says how it stands."


class BadQuestion(AttacheError):
    """A question or thread that cannot be asked."""

    advice = "Please ask a question of a few words, up to 4,000 characters."


class BadCommand(AttacheError):
    """A command line that cannot be understood."""

    advice = "This command was not understood; `attache COMMAND --help` shows what it takes."


class BadCase(AttacheError):
    """A case to evaluate that cannot be read; the advice names the line and what is wrong with it."""

    advice = "A case is a folder with corpus.jsonl and tasks.jsonl; benchmarks/quality.md says what they hold."


# The machine, the settings and the stores.


class ReadingUnavailable(AttacheError):
    """The process that reads files does not start; no file is to blame."""

    advice = "Files cannot be read on this machine now; please free some memory or reinstall with `make run`."


class MeasuringNotInstalled(AttacheError):
    """The libraries that compute the figures are not there; only those who measure need them."""

    advice = "What measuring needs is not installed; please run `make evaluate`, which installs it."


class BadSettings(AttacheError):
    """Settings that are missing or wrong; the advice names all of them at once."""

    advice = "Some settings are missing or wrong; .env.example explains each."


class ModelUnavailable(AttacheError):
    """The embedding model is not there, or is not the one that was pinned."""

    advice = "The embedding model could not be loaded; please reinstall with `make run` or check EMBEDDING_MODEL."


class RerankerUnavailable(AttacheError):
    """The reranking model is not there or is not one."""

    advice = "The reranking model could not be loaded; please check RERANKER_MODEL or leave it empty."


class ChatModelUnavailable(AttacheError):
    """The language model of the settings cannot be opened, or its provider's package is missing."""

    advice = "The language model could not be opened; please check CHAT_MODEL and its settings, or leave it empty."


class BadPrompt(AttacheError):
    """A prompt an office changed that cannot be used; the advice names the file and the line."""

    advice = "A prompt cannot be used; docs/models.md says what it has to hold."


class ModelMismatch(AttacheError):
    """The indexes were made with another embedding model."""

    advice = "The index was made with another embedding model; please run `attache rebuild`."


class LibraryInUse(AttacheError):
    """Another process holds the data folder."""

    advice = (
        "Another Attaché is using this data folder; please wait until it is done or stop it, or set ATTACHE_HOME to "
        "another folder."
    )


class AttacheBusy(AttacheError):
    """The Attaché that holds the data folder is there and takes no further command now."""

    advice = "The running Attaché does not answer this command now; please try again in a moment."


class AttacheStopped(AttacheError):
    """The Attaché that acted for a command stopped before it was done."""

    advice = "The running Attaché stopped before this was done; nothing is lost, please run the same command again."


class LibraryDamaged(AttacheError):
    """An index that cannot be opened; the ledger still holds everything."""

    advice = "The search index could not be opened; please run `attache rebuild`, nothing is lost."


class LedgerDamaged(LibraryDamaged):
    """A ledger that cannot be read: the one part that nothing else can make anew."""

    advice = "The ledger cannot be read; please stop Attaché and put the backup of `ledger.sqlite3` back in its place."


class DiskFull(AttacheError):
    """No room left for what has to be written."""

    advice = "The disk is full; please free some space and run the same command again, nothing is lost."


class FolderNotWritable(AttacheError):
    """The data folder cannot be written to."""

    advice = "The data folder cannot be written to; please check its permissions or set ATTACHE_HOME."


class FileNotWritable(AttacheError):
    """A file somebody asked for that cannot be written where they said."""

    advice = "This file cannot be written; please check the folder, its permissions and the space on the disk."


class SlackUnavailable(AttacheError):
    """Slack refuses the tokens or cannot be reached."""

    advice = "Slack could not be reached or refused the tokens; please check SLACK_BOT_TOKEN and SLACK_APP_TOKEN."


class UnverifiedQuote(AttacheError):
    """A quote that is not its passage's own characters: never shown, always a defect."""
