"""Operations and messages as others see them, and the ways an answer is written."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from fastapi import Response

from simulator.link.messagelog import Logged
from simulator.memory.port import NOBODY
from simulator.operations.operation import Operation

COLUMNS = ("message_id", "at", "direction", "action", "unique_id", "latency_ms", "operation_id", "frame")


def answer(content: Any, status: int = 200) -> Response:
    """As JSON."""
    return Response(msgspec.json.encode(content), status, media_type="application/json")


def message_view(logged: Logged) -> dict[str, Any]:
    """A frame with what is known of it."""
    return {
        "message_id": logged.message_id,
        "at": _time(logged.at),
        "direction": logged.direction,
        "action": logged.action,
        "unique_id": logged.unique_id,
        "frame": _raw(logged),
        "latency_ms": logged.latency_ms,
        "operation_id": logged.operation_id,
    }


def _raw(logged: Logged) -> Any:
    """JSON goes out as it came in, without being read again; text that is none as text."""
    frame = logged.frame
    return frame if isinstance(frame, str) else msgspec.Raw(logged.text.encode())


def operation_view(operation: Operation, *, with_messages: bool) -> dict[str, Any]:
    """An operation; its messages, where wanted, in the order of ``message_id``."""
    view: dict[str, Any] = {
        "operation_id": operation.operation_id,
        "charge_point_id": operation.charge_point_id if operation.charge_point_id != NOBODY else None,
        "kind": operation.kind,
        "name": operation.name,
        "status": operation.status,
        "started_at": _time(operation.started_at),
        "ended_at": _time(operation.ended_at) if operation.ended_at is not None else None,
        "error": operation.error,
        "result": operation.result,
        "steps": operation.steps,
        "message_count": len(operation.messages) + operation.messages_left_out,
    }
    if with_messages:
        view["messages"] = [message_view(one) for one in operation.messages]
    return view


def operation_answer(operation: Operation) -> Response:
    """200 when it is over, 202 while it runs."""
    view = operation_view(operation, with_messages=True)
    return answer({"operation": view}, 202 if operation.status == "running" else 200)


def as_jsonl(messages: Iterable[Logged]) -> bytes:
    """A message a line."""
    return b"".join(msgspec.json.encode(message_view(one)) + b"\n" for one in messages)


def as_csv(messages: Iterable[Logged]) -> str:
    """With a line of names; a spreadsheet calculates nothing of what a central system wrote."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for one in messages:
        view = message_view(one) | {"frame": one.text}
        table.writerow([_harmless(view[name]) for name in COLUMNS])
    return text.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
