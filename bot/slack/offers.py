"""What a colleague sees whose words somebody wants to publish as an answer. Pure; pings nobody."""

from bot.slack.blocks import Reply, button
from bot.slack.safe_text import clip, escape, one_line, paragraph, quotation, rich_text, words
from bot.slack.sources import spell_date
from knowledge.ledger.answer_offers import Offer

AGREE, REFUSE = "offer_agree", "offer_refuse"
LONGEST_QUESTION = 1_000
# What a notification shows of it.
LONGEST_TEXT = 3_500


def offer_reply(offer: Offer, question: str, *, by: str, office: str | None) -> Reply:
    """Make the message that asks them."""
    asks = f"{by} would like to publish what you wrote as the answer to {offer.gap}:"
    asked = one_line(question, LONGEST_QUESTION)
    place = f", {office}" if office else ""
    until = f", to be reviewed by {spell_date(offer.review_by.isoformat())}" if offer.review_by else ""
    credit = f"It would be quoted under your name{place}, with the source “{offer.source}”{until}. May it be used?"
    return Reply(
        text=clip(escape("\n".join((asks, asked, offer.text, credit))), LONGEST_TEXT),
        blocks=(
            paragraph(asks),
            paragraph(asked, bold=True),
            rich_text(quotation(words(offer.text))),
            paragraph(credit),
            {
                "type": "actions",
                "elements": [
                    button("Yes, use it", AGREE, str(offer.id), label="Yes, publish what I wrote"),
                    button("No", REFUSE, str(offer.id), label="No, do not publish what I wrote"),
                ],
            },
        ),
    )


def decided_reply(offer: Offer, *, agreed: bool) -> Reply:
    """Make the same message once they decided."""
    said = (
        f"Thank you. What you wrote is being published as the answer to {offer.gap}."
        if agreed
        else f"Fine, it is not used; {offer.gap} stays open."
    )
    return Reply(text=escape(said), blocks=(paragraph(said),))
