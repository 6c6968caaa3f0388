"""A document that tries to ping, link, hide and format its way into Slack."""

from pathlib import Path

import pytest

from bot.slack.blocks import SHARE, SHOW_CONTEXT
from knowledge.domain import Details, Upload
from knowledge.embedding import SentenceTransformerEmbedding
from tests.journeys.office import Office
from tests.making import open_in
from tests.workspace import Workspace

TITLE = "<!channel> Protocol <https://evil.example|intranet.example> \u202egnp"
BODY = """Gifts

The gift limit for visiting delegations is 50 dollars <!channel> <!here> <@U1> <!subteam^S1> @here @maya.

The gift limit for delegations was set with <https://evil.example|https://intranet.example> and
[intranet.example](http://evil.example) and ![picture](http://evil.example/x.png) by the protocol office.

Above the gift limit \u202etxet desrever\u202c and \u200bhidden\u200d words\ufeff \u2066bidi\u2069 need the chief of
protocol's consent :tada: *stars* `code`.
"""


@pytest.mark.parametrize("source", ["javascript:alert(1)", "https://intranet.example@evil.example/gifts"])
def test_a_hostile_document_pings_nobody_and_misleads_nobody(
    workspace: Workspace, quiet_office: Office, model: SentenceTransformerEmbedding, tmp_path: Path, source: str
) -> None:
    library = open_in(tmp_path / "hostile", model, threshold=0.0)
    details = Details(title=TITLE, issuer="@here", source=source)
    library.add([Upload(name="gifts.txt", content=BODY.encode(), place="gifts.txt", details=details)], actor="test")
    with quiet_office.at_work(library):
        question = quiet_office.maya.mentions("C1", "What is the gift limit for visiting delegations?")
        answer = quiet_office.reply(question)
        quiet_office.maya.clicks(answer, f"{SHOW_CONTEXT}:1").wait()
        (view,) = quiet_office.wait(lambda: workspace.views("U1"))
        quiet_office.maya.command("/ask", "What is the gift limit for delegations? <!channel> @here")
        quiet_office.maya.clicks(quiet_office.answers_for("U1")[0], SHARE).wait()
        quiet_office.wait(lambda: len(workspace.posts()) == 2)
    # The words arrive as they were written; that they do nothing is what the rest of the test says.
    assert "<https://evil.example|https://intranet.example>" in answer.words
    assert "*stars* `code`" in view.words
    assert {link.host for link in workspace.links} <= {"evil.example"}
    assert [link for link in workspace.links if link.label != link.host] == []
    quiet_office.check_manners()
    library.close()
