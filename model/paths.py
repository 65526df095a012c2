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


def user(user_id: str) -> str:
    """An account."""
    return f"{USERS}/{user_id}"


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
