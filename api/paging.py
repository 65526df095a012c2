"""Lists page by page: ``page_size`` and ``page_token`` in, ``next_page_token`` out."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import Field

from api.schemas.base import Query as QueryModel
from model.errors import Invalid
from model.instants import from_text
from model.store.errors import InvalidPath, InvalidQuery
from model.store.port import Document
from model.store.query import Query, check_query

MAX_SIZE = 200
SIZE = 50


class PageQuery(QueryModel):
    """Which page of a list."""

    page_size: int = Field(default=SIZE, ge=1, le=MAX_SIZE, description="How many at most.")
    page_token: str | None = Field(
        default=None, max_length=4000, description="`next_page_token` of the page before; leave out for the first."
    )


def paged(query: Query, page: PageQuery) -> Query:
    """``query`` for one page, and one document more to know whether there is a next. Raises :class:`Invalid`."""
    one_page = replace(query, limit=page.page_size + 1)
    if page.page_token is None:
        return one_page
    after = replace(one_page, after=_decoded(page.page_token))
    try:
        check_query(after)
    except (InvalidQuery, InvalidPath) as error:
        raise _bad_token() from error
    return after


def next_token(documents: Sequence[Document], query: Query, page: PageQuery) -> str | None:
    """The token behind the last document shown; None when ``documents`` has none beyond the page."""
    if len(documents) <= page.page_size:
        return None
    last = documents[page.page_size - 1]
    kept = [_plain(last.data.get(order.field)) for order in query.orders]
    names = [order.field for order in query.orders]
    text = json.dumps([last.path, names, kept], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _plain(value: Any) -> Any:
    return {"at": value.isoformat()} if isinstance(value, datetime) else value


def _decoded(token: str) -> Document:
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        path, names, kept = json.loads(text)
        data = {name: _value(each) for name, each in zip(names, kept, strict=True)}
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError, Invalid) as error:
        raise _bad_token() from error
    if not isinstance(path, str) or not all(isinstance(name, str) for name in data):
        raise _bad_token()
    return Document(path, data)


def _value(kept: Any) -> Any:
    return from_text(kept["at"]) if isinstance(kept, dict) else kept


def _bad_token() -> Invalid:
    return Invalid("invalid_page_token", "page_token is none this list gave.", field="page_token")
