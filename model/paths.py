"""Where every document lives: the one place that spells a path."""

from model.ids import exact_key, key

LOCATIONS = "locations"
USERS = "users"
NAMES = "names"
TOKENS = "tokens"
TAGS = "tags"
CHARGE_POINTS = "chargepoints"
RECORDS = "records"
NOTICES = "notices"
BRIDGES = "bridges"
ATTEMPTS = "attempts"
COMMANDS = "commands"
IDEMPOTENCY = "idempotency"
UNITS = "units"
LEASES = "leases"
NOTED = "noted"
DECISIONS = "decisions"
LOCKOUTS = "lockouts"
ADMIN_ACTIONS = "admin_actions"
SESSIONS = "sessions"
META = "meta"
METER = "meter"
EXPORTS = "exports"
EXPORT_PARTS = "export_parts"
STATUS_DAYS = "status_days"
CURSORS = "cursors"
LEDGER = "ledger"
PAYMENTS = "payments"
PAYMENT_NOTES = "payment_notes"
DAYS = "days"
MONTHS = "months"
FOLDS = "folds"
GROUPS = "groups"
MEMBERS = "members"
RECEIPTS = "receipts"
ERASURES = "erasures"
BUILDING = "building"
BUILDING_METER = "building_meter"


def location(location_id: str) -> str:
    """A site."""
    return f"{LOCATIONS}/{key(location_id)}"


def decisions(location_id: str) -> str:
    """A site's decisions."""
    return f"{location(location_id)}/{DECISIONS}"


def decision(location_id: str, version: int) -> str:
    """Versions sort as text: 12 digits."""
    return f"{decisions(location_id)}/{version:012d}"


def sessions(location_id: str) -> str:
    """A site's sessions."""
    return f"{location(location_id)}/{SESSIONS}"


def session(location_id: str, charger_id: str, number: int) -> str:
    """A session; its charger folded."""
    return f"{sessions(location_id)}/{key(charger_id)}:{number}"


def meter(location_id: str, charger_id: str, number: int) -> str:
    """The segments of a session's samples."""
    return f"{session(location_id, charger_id, number)}/{METER}"


def segment(location_id: str, charger_id: str, number: int, segment_number: int) -> str:
    """One of them; they are counted from 1, and sort as text: 6 digits."""
    return f"{meter(location_id, charger_id, number)}/{segment_number:06d}"


def status_days(location_id: str) -> str:
    """The states a site's chargers showed, day by day."""
    return f"{location(location_id)}/{STATUS_DAYS}"


def status_day(location_id: str, charger_id: str, day: str, part: int) -> str:
    """One charger's, of one day (``YYYY-MM-DD``); a day of very many changes has several parts, counted from 1."""
    return f"{status_days(location_id)}/{key(charger_id)}:{day}:{part:04d}"


def cursor(location_id: str, publisher: str) -> str:
    """How far an outside system has been told of a location."""
    return f"{location(location_id)}/{CURSORS}/{exact_key(publisher)}"


def receipt(location_id: str, charger_id: str, number: int) -> str:
    """That the driver of an offer has seen it; by the session it opened."""
    return f"{RECEIPTS}/{key(location_id)}:{key(charger_id)}:{number}"


def erasure(user_id: str) -> str:
    """That the sessions of a deleted account are still to be made anonymous."""
    return f"{ERASURES}/{user_id}"


def building(location_id: str) -> str:
    """What a location's building measured last, and of the last hour."""
    return f"{location(location_id)}/{BUILDING}/now"


def building_meter(location_id: str) -> str:
    """The segments of what it measured before."""
    return f"{building(location_id)}/{BUILDING_METER}"


def building_segment(location_id: str, segment_number: int) -> str:
    """One of them; they are counted from 1, and sort as text: 6 digits."""
    return f"{building_meter(location_id)}/{segment_number:06d}"


def lease(name: str) -> str:
    """Who alone does something, and until when."""
    return f"{LEASES}/{exact_key(name)}"


def days(location_id: str) -> str:
    """What a site's local days came to."""
    return f"{location(location_id)}/{DAYS}"


def day(location_id: str, date: str) -> str:
    """One of them, by its date: ``2026-03-02``."""
    return f"{days(location_id)}/{date}"


def month(location_id: str, month: str) -> str:
    """What a month came to: ``2026-03``."""
    return f"{location(location_id)}/{MONTHS}/{month}"


def fold_cursor(location_id: str, name: str) -> str:
    """How far a site's decisions are folded into what is derived of them."""
    return f"{location(location_id)}/{FOLDS}/{name}"


def user(user_id: str) -> str:
    """An account."""
    return f"{USERS}/{user_id}"


def ledger(user_id: str) -> str:
    """What was booked on a user's balance."""
    return f"{user(user_id)}/{LEDGER}"


def ledger_entry(user_id: str, entry_id: str) -> str:
    """One entry, by what it is for."""
    return f"{ledger(user_id)}/{exact_key(entry_id)}"


def payment(payment_id: str) -> str:
    """A top-up."""
    return f"{PAYMENTS}/{exact_key(payment_id)}"


def payment_note(digest: str) -> str:
    """What a payment provider told that cannot be so, by its hash."""
    return f"{PAYMENT_NOTES}/{digest}"


def group(group_id: str) -> str:
    """A group of drivers."""
    return f"{GROUPS}/{key(group_id)}"


def members(group_id: str) -> str:
    """Who is in it."""
    return f"{group(group_id)}/{MEMBERS}"


def member(group_id: str, user_id: str) -> str:
    """One of them."""
    return f"{members(group_id)}/{user_id}"


def name(username_or_email: str) -> str:
    """Who has this username or e-mail address."""
    return f"{NAMES}/{key(username_or_email)}"


def token(secret_sha256: str) -> str:
    """A secret, by its hash."""
    return f"{TOKENS}/{secret_sha256}"


def tag(text: str) -> str:
    """A tag, folded."""
    return f"{TAGS}/{key(text)}"


def charge_point(charge_point_id: str) -> str:
    """A charge point; its id is case-sensitive."""
    return f"{CHARGE_POINTS}/{exact_key(charge_point_id)}"


def charge_point_record(charge_point_id: str, name: str) -> str:
    """One of a charge point's records: ``configuration``, ``firmware`` …; and the book of its notices."""
    return f"{charge_point(charge_point_id)}/{RECORDS}/{name}"


def notices(charge_point_id: str) -> str:
    """What a charge point told that changes no state of a charger."""
    return f"{charge_point(charge_point_id)}/{NOTICES}"


def notice(charge_point_id: str, notice_id: str) -> str:
    """One of them; ids are given round and round, so that there are only so many."""
    return f"{notices(charge_point_id)}/{notice_id}"


def bridge(bridge_id: str) -> str:
    """A bridge."""
    return f"{BRIDGES}/{exact_key(bridge_id)}"


def attempts(bridge_id: str) -> str:
    """Whom a bridge turned away."""
    return f"{ATTEMPTS}/{exact_key(bridge_id)}"


def export(export_id: str) -> str:
    """An export that is made in the background."""
    return f"{EXPORTS}/{exact_key(export_id)}"


def export_part(export_id: str, kind: str, number: int) -> str:
    """A part of one: of its ``rows``, or of the finished ``file``; counted from 1."""
    return f"{export(export_id)}/{EXPORT_PARTS}/{kind}:{number:06d}"


def command(command_id: str) -> str:
    """A command."""
    return f"{COMMANDS}/{exact_key(command_id)}"


def unit(location_id: str, charger_id: str) -> str:
    """A unit that reports levels."""
    return f"{UNITS}/{key(location_id)}:{key(charger_id)}"


def idempotency(digest: str) -> str:
    """An answer kept for a repeated request."""
    return f"{IDEMPOTENCY}/{digest}"


def lockout(digest: str) -> str:
    """How often somebody failed, by the hash of who."""
    return f"{LOCKOUTS}/{digest}"


def admin_action(action_id: str) -> str:
    """One line of the admin log; ids begin with the time."""
    return f"{ADMIN_ACTIONS}/{action_id}"


def noted(charge_point_id: str, stream: str, seq: int) -> str:
    """A report that could not be applied, raw."""
    return f"{NOTED}/{exact_key(f'{charge_point_id}|{stream}|{seq}')}"


def mark() -> str:
    """What the store says of itself: which schemas its documents may have, and whether it is being filled."""
    return f"{META}/store"
