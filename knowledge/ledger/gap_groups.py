"""Which questions are one gap, where people know better: merged, split, moved. None of that is undone by grouping."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, Connection, Engine, Row, bindparam, func, insert, select, update

from knowledge.errors import BadGapChange, GapNotFound
from knowledge.gaps.records import GapRecord, GapStatus, gap_id, gap_number
from knowledge.ledger.audit import Act, record_act, record_acts
from knowledge.ledger.gap_rows import gap_records, grouped_questions, likeness_of, places_changed
from knowledge.ledger.gap_states import known_gap, open_gap, step, step_detail
from knowledge.ledger.opening import writing
from knowledge.ledger.state import put_state, state_of
from knowledge.ledger.tables import gap_notes, gap_questions, gaps, questions

if TYPE_CHECKING:
    from knowledge.embedding import Vectors

# The name of the model that made the vectors is noted under this key.
MODEL = "gaps_model"


class GapGroups:
    """Merging, splitting, moving, and grouping once more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def merge(self, id_: str, *, into: str, actor: str) -> GapRecord:
        """Make a gap part of another open one, which keeps number and owner. Raises GapNotFound, BadGapChange."""
        with writing(self._engine) as connection:
            if gap_number(id_) == gap_number(into):
                raise BadGapChange("A gap cannot be merged into itself; please name another one.")
            row, target = known_gap(connection, id_), open_gap(connection, into)
            _absorb(connection, row, target.id, actor=actor)
            origin = {"from": gap_id(row.id)}
            record_act(connection, actor=actor, act="merge_gap", subject=gap_id(target.id), detail=origin)
            places_changed(connection)
            _decided(connection, target.id)
            return gap_records(connection, [target.id])[0]

    def split(self, id_: str, question_ids: Sequence[str], *, actor: str) -> GapRecord:
        """Make a new gap of some of a gap's questions; returns that. Raises GapNotFound, BadGapChange."""
        with writing(self._engine) as connection:
            row = open_gap(connection, id_)
            wanted = _members(connection, row, question_ids)
            number = connection.execute(
                insert(gaps).values(status=GapStatus.NEW.value).returning(gaps.c.id)
            ).scalar_one()
            _move(connection, wanted, to=number, part=number)
            _decided(connection, row.id, number)
            detail: dict[str, str | int | None] = {"to": gap_id(number), "questions": len(wanted)}
            record_act(connection, actor=actor, act="split_gap", subject=gap_id(row.id), detail=detail)
            origin = {"from": gap_id(row.id)}
            record_act(connection, actor=actor, act="split_gap", subject=gap_id(number), detail=origin)
            places_changed(connection)
            return gap_records(connection, [number])[0]

    def move(self, id_: str, question_ids: Sequence[str], *, to: str, actor: str) -> GapRecord:
        """Put some of a gap's questions into another open one; returns that. Raises GapNotFound, BadGapChange."""
        with writing(self._engine) as connection:
            if gap_number(id_) == gap_number(to):
                raise BadGapChange("These questions are in that gap already.")
            row, target = open_gap(connection, id_), open_gap(connection, to)
            wanted = _members(connection, row, question_ids)
            part = min(0, connection.scalar(select(func.min(gap_questions.c.part))) or 0) - 1
            _move(connection, wanted, to=target.id, part=part)
            _decided(connection, row.id, target.id)
            detail: dict[str, str | int | None] = {"to": gap_id(target.id), "questions": len(wanted)}
            record_act(connection, actor=actor, act="move_gap", subject=gap_id(row.id), detail=detail)
            origin: dict[str, str | int | None] = {"from": gap_id(row.id), "questions": len(wanted)}
            record_act(connection, actor=actor, act="move_gap", subject=gap_id(target.id), detail=origin)
            places_changed(connection)
            return gap_records(connection, [target.id])[0]

    def regroup(self, *, actor: str) -> tuple[GapRecord, ...]:
        """Put new gaps nobody owns into older open ones that miss the same thing; returns those.

        For gaps from before grouping, and for those that came in an unlucky order. What people merged, split or moved
        stays so, and a gap that somebody sees to keeps its number.
        """
        from knowledge.gaps.grouping import Grouping

        grouping, gap_of, moved = Grouping(), dict[int, int](), dict[int, tuple[int, int]]()
        with writing(self._engine) as connection:
            by_gap: dict[int, list[Row[Any]]] = {}
            for row in connection.execute(grouped_questions()):
                by_gap.setdefault(row.gap_id, []).append(row)
            for number, rows in sorted(by_gap.items()):
                target = None
                if not any(row.by_hand or row.owner or row.status != GapStatus.NEW for row in rows):
                    nearest = {grouping.nearest(likeness_of(row)) for row in rows}
                    target = nearest.pop() if len(nearest) == 1 else None
                if target is not None:
                    moved[number] = gap_of[target], target
                if GapStatus(rows[0].status).is_open:
                    for row in rows:
                        part = target if target is not None else row.part
                        gap_of.setdefault(part, number)
                        grouping.add(part, likeness_of(row))
            _absorb_all(connection, moved, actor=actor)
            places_changed(connection)
        with self._engine.connect() as connection:
            return gap_records(connection, {into for into, _ in moved.values()})

    def without_vector(self, model: str) -> dict[str, tuple[str, str]]:
        """Return the questions, the turn before first, that no vector of this model stands for, by id."""
        query = (
            select(gap_questions.c.question_id, gap_questions.c.before, questions.c.text)
            .join_from(gap_questions, questions, questions.c.id == gap_questions.c.question_id)
            .where(gap_questions.c.withdrawn_at.is_(None))
        )
        with self._engine.connect() as connection:
            if state_of(connection, MODEL) == model:
                query = query.where(gap_questions.c.vector.is_(None))
            return {row.question_id: (row.before, row.text) for row in connection.execute(query)}

    def set_vectors(self, model: str, vectors: "Mapping[str, Vectors]") -> None:
        """Keep the vectors this model made of questions, by id."""
        with writing(self._engine) as connection:
            if vectors:
                own = gap_questions.c.question_id == bindparam("own")
                made = [{"own": id_, "made": vector.tobytes()} for id_, vector in vectors.items()]
                connection.execute(update(gap_questions).where(own).values(vector=bindparam("made")), made)
            put_state(connection, MODEL, model)
            places_changed(connection)


def _absorb_all(connection: Connection, moved: Mapping[int, tuple[int, int]], *, actor: str) -> None:
    """Make new gaps, by number, part of others, and their questions one group with those: into which gap, which group.

    All in a few statements: the ledger takes nothing else meanwhile.
    """
    if not moved:
        return
    rows = [{"gap": number, "into": into, "in_group": part} for number, (into, part) in moved.items()]
    gap: BindParameter[int] = bindparam("gap")
    into: BindParameter[int] = bindparam("into")
    part: BindParameter[int] = bindparam("in_group")
    theirs = gap_questions.c.gap_id == gap
    connection.execute(update(gap_questions).where(theirs).values(gap_id=into, part=part), rows)
    connection.execute(update(gap_notes).where(gap_notes.c.gap_id == gap).values(gap_id=into), rows)
    closing = update(gaps).where(gaps.c.id == gap)
    connection.execute(closing.values(status=GapStatus.MERGED.value, merged_into=into), rows)
    acts = [
        Act(
            act="merge_gap", subject=gap_id(number), detail=step_detail(GapStatus.NEW, GapStatus.MERGED, merged_into=to)
        )
        for number, (to, _) in moved.items()
    ]
    grown = Counter(to for to, _ in moved.values())
    acts += [Act(act="regroup_gap", subject=gap_id(to), detail={"took_in": count}) for to, count in grown.items()]
    record_acts(connection, acts, actor=actor)


def _absorb(connection: Connection, row: Row[Any], into: int, *, actor: str) -> None:
    """Make a gap part of another, with what people noted beside it."""
    connection.execute(update(gap_questions).where(gap_questions.c.gap_id == row.id).values(gap_id=into))
    connection.execute(update(gap_notes).where(gap_notes.c.gap_id == row.id).values(gap_id=into))
    step(connection, row, GapStatus.MERGED, actor=actor, act="merge_gap", merged_into=into)


def _members(connection: Connection, row: Row[Any], question_ids: Sequence[str]) -> tuple[str, ...]:
    """Check that these questions are some and not all of a gap's."""
    held = set(
        connection.scalars(
            select(gap_questions.c.question_id).where(
                gap_questions.c.gap_id == row.id, gap_questions.c.withdrawn_at.is_(None)
            )
        )
    )
    wanted = tuple(dict.fromkeys(question_ids))
    if not wanted:
        raise BadGapChange("Please name the questions, by the ids `attache gaps show` prints.")
    if not held.issuperset(wanted):
        raise GapNotFound(f"{gap_id(row.id)} has no such question; `attache gaps show {gap_id(row.id)}` lists them.")
    if len(wanted) == len(held):
        raise BadGapChange(f"These are all questions of {gap_id(row.id)}; `attache gaps merge` moves a whole gap.")
    return wanted


def _move(connection: Connection, question_ids: Sequence[str], *, to: int, part: int) -> None:
    for question_id in question_ids:
        own = gap_questions.c.question_id == question_id
        connection.execute(update(gap_questions).where(own).values(gap_id=to, part=part))


def _decided(connection: Connection, *numbers: int) -> None:
    """Note that somebody said what belongs to these gaps, and what does not."""
    connection.execute(update(gap_questions).where(gap_questions.c.gap_id.in_(numbers)).values(by_hand=True))
