"""The audit trail checked against itself: what was changed or taken out is named."""

import pytest
from sqlalchemy import text

from knowledge.ledger import Ledger
from knowledge.ledger.audit import record_act
from knowledge.ledger.opening import writing


@pytest.fixture
def trail(ledger: Ledger) -> Ledger:
    """A ledger with four acts, whose triggers somebody with the file in hand has dropped."""
    with writing(ledger.engine) as connection:
        for number in range(4):
            record_act(connection, actor="U1", act="publish", subject=f"doc-{number}", detail={"version": number})
        for act in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER audit_refuses_{act}"))
    return ledger


def test_a_trail_nobody_touched_holds(trail: Ledger) -> None:
    audited = trail.audit.verify()
    assert (audited.entries, audited.broken) == (4, None)
    assert [entry.subject for entry in trail.audit.entries(2)] == ["doc-3", "doc-2"]


def test_an_empty_trail_holds(ledger: Ledger) -> None:
    assert (ledger.audit.verify().entries, ledger.audit.entries()) == (0, ())


@pytest.mark.parametrize(
    ("tampering", "broken", "why"),
    [
        ("UPDATE audit SET actor = 'U2' WHERE id = 2", 2, "changed"),
        ("UPDATE audit SET detail = '{\"version\": 9}' WHERE id = 3", 3, "changed"),
        ("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE id = 1", 1, "changed"),
        ("UPDATE audit SET previous = 'x' WHERE id = 4", 4, "follow"),
        ("DELETE FROM audit WHERE id = 2", 3, "entry 2 is missing"),
        ("DELETE FROM audit WHERE id = 1", 2, "entry 1 is missing"),
    ],
)
def test_the_first_entry_that_does_not_hold_is_named(trail: Ledger, tampering: str, broken: int, why: str) -> None:
    with writing(trail.engine) as connection:
        connection.execute(text(tampering))
    audited = trail.audit.verify()
    assert audited.broken == broken
    assert why in audited.why
