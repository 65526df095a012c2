"""Services: the original's users as accounts: names, types and password hashes are kept, tokens and states are not."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from model import paths
from model.account import User, UserType
from model.errors import KilowaitError
from model.store.document import Document
from model.store.port import Store, Transaction
from services.accounts.names import check_email, check_person_name, check_username, user_id_named, user_with_id
from services.accounts.registration import made_up_tag, save_new
from services.ports import Randomness
from services.transfer.original.report import Report

TAKEN = {"username", "password", "type", "email", "name", "surname"}
DROPPED = {"state", "score", "score_last_updated", "access_token", "access_token_last_refreshed"}
"""Derived now, or secrets kept as plain text: everybody logs in anew."""
_HASH = "pbkdf2:sha256"


@dataclass(frozen=True, slots=True)
class People:
    """Makes accounts, each at most once: its id comes from the path the original's document had."""

    store: Store
    randomness: Randomness
    report: Report
    now: datetime

    def add(self, documents: list[Document]) -> dict[str, User]:
        """The accounts by the path of the original's document; who could not be taken is in the report."""
        found = {document.path: self._add(document) for document in documents}
        return {path: user for path, user in found.items() if user is not None}

    def _add(self, document: Document) -> User | None:
        self.report.note_unknown("user", set(document.data), TAKEN | DROPPED)
        kind = _text(document.data, "type")
        if kind not in set(UserType):
            self.report.note(f"user {_text(document.data, 'username')!r} was left out: {kind!r} is no type of user.")
            return None
        try:
            user = self._translated(document)
        except KilowaitError as error:
            self.report.note(f"user {_text(document.data, 'username')!r} was left out: {error}")
            return None

        def body(transaction: Transaction) -> tuple[User | None, bool]:
            if transaction.get(paths.user(user.user_id)) is not None:
                return user_with_id(transaction, user.user_id), False
            if user_id_named(transaction, user.username) is not None:
                return None, False
            email_taken = bool(user.email) and user_id_named(transaction, user.email) is not None
            made = replace(user, email="") if email_taken else user
            save_new(transaction, made, self.now)
            return made, True

        saved, is_new = self.store.transact(body)
        if saved is None:
            self.report.note(f"user {user.username!r} was left out: another account has this name")
            return None
        (self.report.made if is_new else self.report.there)["users"] += 1
        if is_new and saved.email != user.email:
            self.report.note(f"user {user.username!r} came without e-mail: another account has {user.email}")
        if is_new and user.type is UserType.SERVICE:
            self.report.note(f"unit {user.username!r} needs a token: flask --app main create-token {user.username} …")
        return saved

    def _translated(self, document: Document) -> User:
        data = document.data
        username = _text(data, "username")
        email = check_email(_text(data, "email") or (username if "@" in username else ""))
        kind = _text(data, "type")
        return User(
            user_id=hashlib.sha256(f"original:{document.path}".encode(errors="surrogatepass")).hexdigest()[:24],
            username=check_username(username, email),
            type=UserType(kind),
            name=check_person_name(_text(data, "name"), "name"),
            surname=check_person_name(_text(data, "surname"), "surname"),
            email=email,
            password_hash=self._hash(username, _text(data, "password"), kind),
            tag=made_up_tag(self.randomness),
            created_at=self.now,
        )

    def _hash(self, username: str, found: str, kind: str) -> str:
        if kind == UserType.SERVICE.value:
            return ""
        if not found.startswith(_HASH):
            self.report.note(f"user {username!r} must have a new password: the kept one is of another kind")
            return ""
        return found


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""
