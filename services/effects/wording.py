"""Services: what drivers and managers are told, each in one sentence."""

from datetime import datetime
from zoneinfo import ZoneInfo

from model.site import Site
from scheduling.effects import Alert, Message, Notify, Warn

_DRIVER = {
    Message.JOINED: "You wait at {place} now, as number {number}, since you held your card to a busy charger.",
    Message.OFFERED: "Charger {charger} at {place} is free for you: answer {by}.",
    Message.HELD: "Charger {charger} at {place} is held for you: plug in {by}.",
    Message.LAPSED: "You did not answer in time, so charger {charger} at {place} was offered to the next driver.",
    Message.SNOOZED: "You will be asked again {at}; your place in the queue at {place} is kept.",
    Message.NO_SHOW: "You did not plug in at charger {charger} in time; you wait again at {place}.",
    Message.WITHDRAWN: "The offer of charger {charger} at {place} was withdrawn.",
    Message.FRONT: "Charger {charger} at {place} failed you, so you are first in the queue now.",
    Message.RESERVATION_ENDED: "Your reservation of charger {charger} at {place} has ended{why}.",
    Message.STARTED: "Charging has started at charger {charger}, {place}.",
    Message.FULL: "Your car is full at charger {charger}, {place}: please move it.",
    Message.ENDED: "Your session at charger {charger}, {place}, has ended{energy}.",
    Message.REMOVED: "You are no longer in the queue at {place}.",
    Message.RESET: "The queue at {place} was emptied at midnight: join again when you need it.",
    Message.START_FAILED: "Charger {charger} at {place} did not start: try again or plug in.",
    Message.QUOTA_USED: "Your quota is used up: charging ends at charger {charger}, {place}.",
    Message.BALANCE_USED: "Your balance is used up: charging ends at charger {charger}, {place}.",
}
_MANAGERS = {
    Alert.NOT_ME: "The driver says that the car at charger {charger}, {place}, is not theirs.",
    Alert.FAULTED: "Charger {charger} at {place} reports a fault.",
    Alert.OFFLINE: "Charger {charger} at {place} is offline.",
    Alert.STRANGER: "A stranger charges at charger {charger}, {place}.",
    Alert.ANOMALY: "Charger {charger} at {place} reported something that does not fit.",
    Alert.MEASURED: "Charger {charger} at {place} measured a value past its limit.",
}


def told_driver(effect: Notify, site: Site) -> str:
    """The sentence for a driver; instants in the location's own time."""
    energy_wh = effect.facts.get("energy_wh")
    return _DRIVER[effect.message].format(
        charger=effect.charger_id,
        place=site.name or site.location_id,
        number=effect.facts.get("place", ""),
        by=_by(effect.deadline, site.time_zone),
        at=_at(effect.deadline, site.time_zone),
        why=f": {effect.facts['why']}" if effect.facts.get("why") else "",
        energy="" if not isinstance(energy_wh, int) else f" with {energy_wh / 1000:.2f} kWh",
    )


def told_managers(effect: Warn, site: Site) -> str:
    """The sentence for a site's managers, with the facts behind it."""
    text = _MANAGERS[effect.alert].format(charger=effect.charger_id, place=site.name or site.location_id)
    facts = ", ".join(f"{name} {value}" for name, value in effect.facts.items())
    return f"{text} ({facts})" if facts else text


def _by(instant: datetime | None, zone: str) -> str:
    return "soon" if instant is None else f"by {_clock(instant, zone)}"


def _at(instant: datetime | None, zone: str) -> str:
    return "later" if instant is None else f"at {_clock(instant, zone)}"


def _clock(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S").removesuffix(":00")
