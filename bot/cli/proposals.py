"""Commands about files that wait for a confirmation: `proposals list`, `proposals confirm`, `proposals discard`."""

from typing import Annotated

import typer

from bot.cli.library import ACTOR
from bot.cli.opening import AsJson, prepare, reading, working
from bot.proposals import proposal_shape, proposals_shape, proposals_view
from bot.shapes import receipt_shape
from bot.showing import receipt_view

ProposalId = Annotated[str, typer.Argument(metavar="ID", help="As `attache proposals list` shows it, P7 for example.")]


def list_proposals(as_json: AsJson = False) -> None:
    """List the files that wait for a confirmation; nobody gets them in an answer."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        from knowledge.proposals.showing import proposal_of

        waiting = [proposal_of(one, ledger.library) for one in ledger.proposals.records()]
        screen.show(proposals_shape(waiting), proposals_view(waiting, ledger.now()))


def confirm_proposal(proposal_id: ProposalId, as_json: AsJson = False) -> None:
    """Publish a file that waits."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        receipt = knowledge_base.proposals.confirm(proposal_id, actor=ACTOR)
        screen.show(receipt_shape(receipt), receipt_view(receipt))


def discard_proposal(proposal_id: ProposalId, as_json: AsJson = False) -> None:
    """Forget a file that waits, with all of its text."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        discarded = knowledge_base.proposals.discard(proposal_id, actor=ACTOR)
        screen.show({"discarded": proposal_shape(discarded)}, f"Discarded {discarded.id}, {discarded.name}.")
