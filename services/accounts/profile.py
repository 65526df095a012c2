"""An account's own data: names, address, password, devices, switches."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from model import paths
from model.account import Device, QuietHours, User, UserType
from model.documents import to_document
from model.errors import Forbidden, Invalid, Unauthenticated
from model.store.port import Transaction
from services.accounts import attempts, tokens
from services.accounts.admin_log import note
from services.accounts.attempts import LOGIN_BY_ACCOUNT, Claim
from services.accounts.names import (
    check_email,
    check_person_name,
    check_username,
    name_document,
    refuse_taken,
    user_with_id,
)
from services.accounts.passwords import check_password
from services.caller import Caller
from services.context import Services
from services.idempotency import UNKEYED, Once
from services.notifying.catalogue import LANGUAGES
from services.notifying.table import SWITCHED, SWITCHES
from services.precondition import ANY, Expected
from services.standing import Person

MOST_DEVICES = 20
MOST_SWITCHES = 3 * len(SWITCHES)
_LOCAL_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A browser's Web Push subscription, as its ``PushSubscription`` gives it."""

    endpoint: str
    p256dh: str
    auth: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to change; None leaves a field as it is. An empty ``notification_token`` takes the device off."""

    name: str | None = None
    surname: str | None = None
    email: str | None = None
    password: str | None = None
    current_password: str | None = None
    notification_token: str | None = None
    switches: Mapping[str, bool] | None = None
    quiet_hours: QuietHours | None = None
    no_quiet_hours: bool = False
    """Takes them away."""
    language: str | None = None
    subscription: Subscription | None = None
    """This device's, for Web Push."""
    forgotten: str = ""
    """An address to take off, whichever device it was registered by."""


def read_person(services: Services, user_id: str) -> Person:
    """An account and where its owner stands: two reads at most. Raises :class:`NotFound`."""
    user = user_with_id(services.store, user_id)
    return Person(user=user, standing=services.standing(services.store, user))


def change_profile(
    services: Services,
    user_id: str,
    changes: Changes,
    *,
    by: Caller,
    once: Once = UNKEYED,
    expected: Expected = ANY,
) -> Person:
    """Change an account. A new password needs the current one (not from an admin) and ends all other tokens.

    Raises :class:`Invalid`, :class:`Conflict` for a taken address, :class:`Stale`, :class:`Forbidden` for a wrong
    current password.
    """
    now = services.clock.now()
    once.check(services.store, now)  # before the current password is asked for, which a repeat has changed
    known = user_with_id(services.store, user_id)
    new_hash = _new_hash(services, known, changes, by)

    def body(tx: Transaction) -> Person:
        once.check(tx, now)
        user = user_with_id(tx, user_id)
        standing = services.standing(tx, user)
        expected.check(Person(user=user, standing=standing))
        changed = _with_changes(user, changes, by)
        if new_hash is not None:
            if user.password_hash != known.password_hash:
                raise Unauthenticated("password_changed", "The password was changed just now.")
            changed = replace(changed, password_hash=new_hash, password_changed_at=now)
        moved = changed.email != user.email
        if moved:
            refuse_taken(tx, "", changed.email, owner_id=user_id)
        revoked = [] if new_hash is None else tokens.people_secrets_of(tx, user_id, keep_token_id=by.token_id)
        person = Person(user=changed, standing=standing)
        tx.put(paths.user(user_id), to_document(changed))
        if moved:
            _move_email(tx, user, changed)
        for path in revoked:
            tx.delete(path)
        if by.user_id != user_id:
            note(tx, services.randomness, now, by, "change_user", user_id)
        once.remember(tx, person, now)
        return person

    person = services.store.transact(body)
    if new_hash is not None:
        services.token_cache.forget_user(user_id)
    return person


def _new_hash(services: Services, user: User, changes: Changes, by: Caller) -> str | None:
    if changes.password is None:
        return None
    check_password(changes.password, admin=user.type is UserType.ADMIN)
    if by.user_id == user.user_id:
        if changes.current_password is None:
            raise Invalid("current_password_missing", "A new password needs the current one.", field="current_password")
        claim = Claim(LOGIN_BY_ACCOUNT, user.username)
        now = services.clock.now()
        attempts.count(services.store, now, claim)
        if not services.passwords.verify(user.password_hash, changes.current_password):
            raise Forbidden("wrong_password", "The current password is wrong.", field="current_password")
        services.store.delete(claim.path)
    return services.passwords.hash(changes.password)


def _with_changes(user: User, changes: Changes, by: Caller) -> User:
    changed = user
    if changes.name is not None:
        changed = replace(changed, name=check_person_name(changes.name, "name"))
    if changes.surname is not None:
        changed = replace(changed, surname=check_person_name(changes.surname, "surname"))
    if changes.email is not None:
        email = check_email(changes.email)
        check_username(user.username, email)
        changed = replace(changed, email=email)
    if changes.switches is not None:
        changed = replace(changed, switches=_checked_switches(changes.switches))
    if changes.quiet_hours is not None or changes.no_quiet_hours:
        changed = replace(changed, quiet_hours=_checked_hours(changes.quiet_hours))
    if changes.language is not None:
        if changes.language not in LANGUAGES:
            raise Invalid("invalid_language", f"language must be one of {', '.join(LANGUAGES)}.", field="language")
        changed = replace(changed, language=changes.language)
    if changes.subscription is not None:
        changed = replace(changed, devices=_with_browser(user, by, changes.subscription))
    if changes.notification_token is not None:
        changed = replace(changed, devices=_devices(user, by, changes.notification_token))
    if changes.forgotten:
        kept = tuple(each for each in changed.devices if each.notification_token != changes.forgotten)
        changed = replace(changed, devices=kept)
    return changed


def _checked_hours(hours: QuietHours | None) -> QuietHours | None:
    if hours is not None and not all(_LOCAL_TIME.fullmatch(time) for time in (hours.start, hours.end)):
        raise Invalid("invalid_quiet_hours", "quiet_hours are local times such as 22:00.", field="quiet_hours")
    return hours


def _checked_switches(switches: Mapping[str, bool]) -> dict[str, bool]:
    """Named after messages, or one channel of them. An offer comes all the same where all of it is off."""
    if len(switches) > MOST_SWITCHES or (bad := [name for name in switches if not _is_switch(name)]):
        raise Invalid(
            "invalid_switches",
            "switches must map names such as `full` or `full.mail` to true or false"
            f"{f', not {bad[0][:60]!r}' if len(switches) <= MOST_SWITCHES else ''}.",
            field="switches",
        )
    return dict(switches)


def _is_switch(name: str) -> bool:
    kind, mark, channel = name.partition(".")
    return kind in SWITCHES and (not mark or channel in {one.value for one in SWITCHED})


def _with_browser(user: User, by: Caller, one: Subscription) -> tuple[Device, ...]:
    """The same address is one device, whoever registered it before."""
    device_id = by.device or by.token_id
    others = [each for each in user.devices if each.device_id != device_id and each.notification_token != one.endpoint]
    label = one.label or by.device
    browser = Device(
        device_id=device_id, notification_token=one.endpoint, label=label, p256dh=one.p256dh, auth=one.auth
    )
    return (*others, browser)[-MOST_DEVICES:]


def _devices(user: User, by: Caller, notification_token: str) -> tuple[Device, ...]:
    """One address a device: the one this caller's token was made for, newest last."""
    device_id = by.device or by.token_id
    others = [
        each for each in user.devices if each.device_id != device_id and each.notification_token != notification_token
    ]
    if not notification_token:
        return tuple(others)
    mine = Device(device_id=device_id, notification_token=notification_token, label=by.device)
    return (*others, mine)[-MOST_DEVICES:]


def _move_email(tx: Transaction, before: User, after: User) -> None:
    """Free the old address and take the new one; a username that is the same text keeps its document."""
    own = paths.name(after.username)
    old = paths.name(before.email) if before.email else own
    new = paths.name(after.email) if after.email else own
    if old not in {own, new}:
        tx.delete(old)
    if new not in {own, old}:
        tx.create(new, name_document(after.user_id))
