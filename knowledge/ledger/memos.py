"""Memos as JSON in rows, and back: their layout only, for the words of a memo are its answer's citations."""

from typing import Any

from pydantic import TypeAdapter

from knowledge.memos import Memo, MemoRequest

_memos: TypeAdapter[Memo] = TypeAdapter(Memo)
_requests: TypeAdapter[MemoRequest] = TypeAdapter(MemoRequest)


def memo_row(memo: Memo | MemoRequest | None) -> dict[str, Any] | None:
    """Return what is stored of a memo or of what is wanted; None for neither."""
    match memo:
        case Memo():
            return dict(_memos.dump_python(memo, mode="json"))
        case MemoRequest():
            return dict(_requests.dump_python(memo, mode="json"))
    return None


def read_memo(row: dict[str, Any] | None) -> Memo | None:
    """Read a memo back."""
    return None if row is None else _memos.validate_python(row)


def read_request(row: dict[str, Any] | None) -> MemoRequest | None:
    """Read back what is wanted."""
    return None if row is None else _requests.validate_python(row)
