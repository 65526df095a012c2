"""The ``Idempotency-Key`` header of a write."""

from collections.abc import Callable
from typing import Any

from flask import request
from pydantic import BaseModel

from api.wiring import asking
from model.errors import Invalid
from services.idempotency import UNKEYED, Answer, Once, once_for

HEADER = "Idempotency-Key"
MAX_CHARS = 255


def once(render: Callable[[Any], BaseModel] | None = None, status: int = 200) -> Once:
    """The claim of this request to be carried out once. ``render`` makes the reply from the service's result; pure.

    Without ``render``: for answers that hold a secret, which are made anew for a repeat.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return UNKEYED
    if not 0 < len(key) <= MAX_CHARS or not key.isprintable():
        raise Invalid("invalid_idempotency_key", f"{HEADER} must have 1 to {MAX_CHARS} printable characters.")
    who = asking()
    to_answer = None if render is None else (lambda result: Answer(status, render(result).model_dump_json()))
    target = f"{request.path}?{request.query_string.decode(errors='replace')}"
    body = request.get_data(cache=True)
    return once_for(who.user_id if who else "", request.method, target, key, body, to_answer)
