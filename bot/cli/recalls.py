"""Commands about answers that quoted what holds no more: `recalls list`, `recalls send`, `recalls skip`."""

from typing import Annotated

import typer

from bot.cli.library import ACTOR
from bot.cli.opening import AsJson, prepare, reading, working
from bot.recalls import recall_shape, recalls_shape, recalls_view

RecallId = Annotated[str, typer.Argument(metavar="ID", help="As `attache recalls list` shows it, R3 for example.")]


def list_recalls(as_json: AsJson = False) -> None:
    """List documents that changed after answers quoted them, and what the answers said."""
    settings = prepare()
    with reading(settings, as_json=as_json) as (screen, ledger):
        ledger.recalls.find(settings.recall_days)
        waiting = ledger.recalls.records()
        screen.show(recalls_shape(waiting), recalls_view(waiting))


def send_recall(recall: RecallId, as_json: AsJson = False) -> None:
    """Put one correcting reply into each thread, and into direct messages where only one person saw the answer."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        sent = knowledge_base.recalls.send(recall, actor=ACTOR)
        said = f"Sent: {len(sent.places)} corrections go out while the bot runs."
        screen.show({"sent": recall_shape(sent)}, said)


def skip_recall(recall: RecallId, as_json: AsJson = False) -> None:
    """Tell nobody."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        skipped = knowledge_base.recalls.skip(recall, actor=ACTOR)
        screen.show({"skipped": recall_shape(skipped)}, f"Skipped {skipped.id}: nobody is told.")
