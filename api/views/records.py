"""A charge point's records and notices as admins see them."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import msgspec

from api.schemas.records import Notice, NoticesReply, Records, RecordsReply
from model.charge_point_records import Record
from model.instants import to_text
from model.notice import Notice as NoticeNoun
from services.sites.paging import Page

_NULL_WHEN_EMPTY = frozenset({"command_id", "refused"})


def records_reply(records: Mapping[str, Record]) -> RecordsReply:
    """The reply about a charge point's records, each under its name."""
    return RecordsReply(records=Records.model_validate({name: _plain(each) for name, each in records.items()}))


def notices_reply(page: Page[NoticeNoun]) -> NoticesReply:
    """The reply with one page of notices."""
    return NoticesReply(notices=[_notice(each) for each in page.items], next_page_token=page.next_page_token or None)


def _notice(noun: NoticeNoun) -> Notice:
    return Notice(
        action=noun.action,
        payload=msgspec.json.decode(noun.payload),
        at=to_text(noun.at) or "",
        occurred_at=to_text(noun.occurred_at) or "",
        critical=noun.critical,
    )


def _plain(value: Any) -> Any:
    """A noun field by field as its schema wants it; bytes are JSON."""
    if is_dataclass(value):
        return {
            each.name: None
            if each.name in _NULL_WHEN_EMPTY and not getattr(value, each.name)
            else _plain(getattr(value, each.name))
            for each in fields(value)
        }
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return to_text(value)
    return msgspec.json.decode(value) if isinstance(value, bytes) else value
