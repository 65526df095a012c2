"""Usernames and e-mail addresses: what is allowed, and whose they are. Both share one space of unique names."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from model import paths
from model.account import User
from model.documents import from_document
from model.errors import Conflict, Invalid, NotFound
from model.ids import check_id, fold
from model.store.port import Reads

MAX_EMAIL_CHARS = 254
MAX_NAME_CHARS = 100
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\\\"]{1,64}@[^@\s<>()\[\],;:\\\".]+(\.[^@\s<>()\[\],;:\\\".]+)+")


def check_username(username: str, email: str = "") -> str:
    """``username`` if it may be one: an id without ``/`` or space around it; ``@`` only in one's own e-mail address."""
    check_id(username, "username")
    if username != username.strip() or "/" in username:
        raise Invalid("invalid_id", "username must have no '/' and no space at its ends.", field="username")
    if "@" in username and fold(username) != fold(email):
        raise Invalid("invalid_id", "A username with '@' must be the account's own e-mail address.", field="username")
    return username


def check_email(email: str) -> str:
    """``email`` if it looks like an address, or empty."""
    composed = unicodedata.normalize("NFC", email)
    plain = all(unicodedata.category(char)[0] != "C" for char in composed)
    if email and not (len(composed) <= MAX_EMAIL_CHARS and plain and _EMAIL.fullmatch(composed)):
        raise Invalid("invalid_email", "email must be an e-mail address.", field="email")
    return composed


def check_person_name(value: str, field: str) -> str:
    """``value`` if it may be a person's name: 100 characters at most, none of them control characters."""
    if len(value) > MAX_NAME_CHARS or any(unicodedata.category(char)[0] == "C" for char in value):
        raise Invalid("invalid_name", f"{field} must be one line of {MAX_NAME_CHARS} characters at most.", field=field)
    return value


def name_document(user_id: str) -> dict[str, Any]:
    """What ``names/{key}`` holds."""
    return {"user_id": user_id}


def user_id_named(reads: Reads, username_or_email: str) -> str | None:
    """Whose username or e-mail address this is. One read."""
    document = reads.get(paths.name(username_or_email)) if username_or_email else None
    return None if document is None else str(document.data["user_id"])


def user_with_id(reads: Reads, user_id: str) -> User:
    """The account. One read. Raises :class:`NotFound`."""
    document = reads.get(paths.user(user_id))
    if document is None:
        raise NotFound("no_such_user", "There is no such user.")
    return from_document(User, document.data)


def names_of(reads: Reads, user_ids: Iterable[str]) -> dict[str, str]:
    """User id → username, of those that are there. One read each."""
    wanted = sorted(set(user_ids) - {""})
    found = reads.get_many(paths.user(user_id) for user_id in wanted)
    return {
        user_id: str(document.data["username"])
        for user_id, document in zip(wanted, found, strict=True)
        if document is not None
    }


def user_named(reads: Reads, username: str) -> User:
    """The account of a username (or e-mail address). Two reads. Raises :class:`NotFound`."""
    user_id = user_id_named(reads, username)
    if user_id is None:
        raise NotFound("no_such_user", "There is no such user.")
    return user_with_id(reads, user_id)


def refuse_taken(reads: Reads, username: str, email: str, owner_id: str = "") -> None:
    """Raise :class:`Conflict` when a name belongs to somebody else than ``owner_id``."""
    wanted = [(username, "username"), (email, "email")]
    found = reads.get_many([paths.name(value) for value, _ in wanted if value])
    for (_, field), document in zip([each for each in wanted if each[0]], found, strict=True):
        if document is not None and document.data["user_id"] != owner_id:
            raise Conflict(f"{field}_taken", f"This {field} is taken.", field=field)
