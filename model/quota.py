"""Model room: how much a driver may charge a local day and month, what is used of it, and groups of drivers."""

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

DAYS_KEPT = 3
"""Days end at other instants elsewhere, and energy is told late: the newest few are kept."""
MONTHS_KEPT = 2


class Per(StrEnum):
    """How long a limit holds."""

    DAY = "day"
    MONTH = "month"


class Of(StrEnum):
    """What is limited."""

    ENERGY = "wh"
    SESSIONS = "sessions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What each driver may charge. Energy in Wh; None: as much as they like; 0: nothing."""

    day_wh: int | None = None
    month_wh: int | None = None
    day_sessions: int | None = None
    """Charges that drew energy."""
    month_sessions: int | None = None

    @property
    def none(self) -> bool:
        """Whether nothing is limited."""
        return all(getattr(self, one.name) is None for one in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """``groups/{key}``: drivers with rights and limits in common. Its quota is each member's own."""

    group_id: str
    name: str = ""
    quota: Quota = field(default_factory=Quota)
    closing: bool = False
    """It is being deleted: nobody and nothing may be added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """``groups/{key}/members/{user_id}``: written together with the user's own ``groups``."""

    user_id: str
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit that holds for a driver, and where it is from."""

    per: Per
    of: Of
    most: int
    group: str = ""
    """The group it is of; empty: the driver's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What was charged in one day or month."""

    energy_wh: int = 0
    sessions: int = 0
    """Those that drew energy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a driver charged lately, at all locations: each session on the local day on which it ended there."""

    days: dict[str, Used] = field(default_factory=dict)
    """By date (``2026-03-02``), the newest few on which something was charged."""
    months: dict[str, Used] = field(default_factory=dict)
    """By month (``2026-03``), the same."""
    zone: str = ""
    """The zone of the location that booked last: where the driver's day is now."""

    def of_day(self, day: date) -> Used:
        """What was charged on a day."""
        return self.days.get(day.isoformat(), Used())

    def of_month(self, day: date) -> Used:
        """What was charged in the month of a day."""
        return self.months.get(month_of(day), Used())


def month_of(day: date) -> str:
    """``2026-03``."""
    return day.isoformat()[:7]


def limits_of(own: Quota, groups: tuple[tuple[str, Quota], ...]) -> tuple[Limit, ...]:
    """The limits that hold for a driver: their own where they have one, else the lowest of their groups'.

    ``groups`` are (id, quota). In a fixed order: days before months, energy before sessions.
    """
    found = []
    for per in Per:
        for of in Of:
            name = f"{per.value}_{of.value}"
            mine: int | None = getattr(own, name)
            theirs = [(most, group_id) for group_id, quota in groups if (most := getattr(quota, name)) is not None]
            if mine is not None:
                found.append(Limit(per=per, of=of, most=mine))
            elif theirs:
                most, group_id = min(theirs)
                found.append(Limit(per=per, of=of, most=most, group=group_id))
    return tuple(found)


def booked(usage: Usage, day: date, energy_wh: int, sessions: int, zone: str) -> Usage:
    """The usage when so much more was charged in a session that ended on a local day of ``zone``.

    A day older than those kept is not kept again: what it holds is whole, or nothing.
    """
    return Usage(
        days=_added(usage.days, day.isoformat(), energy_wh, sessions, DAYS_KEPT),
        months=_added(usage.months, month_of(day), energy_wh, sessions, MONTHS_KEPT),
        zone=zone,
    )


def _added(known: dict[str, Used], key: str, energy_wh: int, sessions: int, most: int) -> dict[str, Used]:
    before = known.get(key, Used())
    more = Used(energy_wh=before.energy_wh + energy_wh, sessions=before.sessions + sessions)
    together = {**known, key: more}
    return {one: together[one] for one in sorted(together)[-most:]}
