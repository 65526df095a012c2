"""Services: what drivers and managers are told: a title and one sentence, looked up in a language's catalogue."""

from datetime import datetime
from zoneinfo import ZoneInfo

from model.charger import Enforcement
from model.ids import fold
from model.instants import from_text
from model.site import Site
from scheduling.effects import Notify, Warn
from services.notifying.catalogue import DEFAULT, language_named
from services.notifying.language import Language
from services.ports import Words


def driver_words(effect: Notify, site: Site, language: str = DEFAULT) -> Words:
    """What a driver is told; instants in the location's own time."""
    words, facts, zone = language_named(language), effect.facts, site.time_zone
    kind = effect.message.value
    charger = site.chargers.get(fold(effect.charger_id))
    presumed = charger is not None and charger.enforcement is Enforcement.PRESUMED
    text = words.texts.get(f"{kind}.presumed" if presumed else kind, words.texts[kind]).format(
        charger=effect.charger_id,
        place=site.name or site.location_id,
        number=facts.get("place", ""),
        by=_timed(words, "by", "soon", effect.deadline, zone),
        at=_timed(words, "at", "later", effect.deadline, zone),
        why=_why(words, str(facts.get("why", ""))),
        energy=_energy(words, facts.get("energy_wh")),
        move_by=_move_by(words, str(facts.get("move_by", "")), zone),
        waiting=_waiting(words, facts.get("waiting")),
    )
    return Words(words.titles[kind], text)


def managers_words(effect: Warn, site: Site, language: str = DEFAULT) -> Words:
    """What a site's managers are told, with the facts behind it."""
    words, kind, place = language_named(language), f"alert.{effect.alert.value}", site.name or site.location_id
    title, facts = words.titles[kind], dict(effect.facts)
    if "times" in facts:
        times, chargers = facts.pop("times"), facts.pop("chargers", "")
        text = words.texts["alert.many"].format(title=title, times=times, place=place, chargers=chargers)
    else:
        text = words.texts[kind].format(charger=effect.charger_id, place=place)
    said = ", ".join(f"{words.facts.get(name, name)} {value}" for name, value in facts.items())
    return Words(title, f"{text} ({said})" if said else text)


def told_driver(effect: Notify, site: Site, language: str = DEFAULT) -> str:
    """The sentence alone."""
    return driver_words(effect, site, language).text


def told_managers(effect: Warn, site: Site, language: str = DEFAULT) -> str:
    """The sentence alone."""
    return managers_words(effect, site, language).text


def _timed(words: Language, phrase: str, otherwise: str, instant: datetime | None, zone: str) -> str:
    return words.phrases[otherwise] if instant is None else words.phrases[phrase].format(time=_clock(instant, zone))


def _why(words: Language, why: str) -> str:
    return words.phrases["why"].format(why=words.reasons.get(why, why)) if why else ""


def _energy(words: Language, energy_wh: object) -> str:
    if not isinstance(energy_wh, int):
        return ""
    return words.phrases["energy"].format(kwh=f"{energy_wh / 1000:.2f}".replace(".", words.decimal))


def _move_by(words: Language, instant: str, zone: str) -> str:
    return words.phrases["move_by"].format(time=_clock(from_text(instant), zone)) if instant else ""


def _waiting(words: Language, count: object) -> str:
    if not isinstance(count, int):
        return words.phrases["nobody_waits"]
    return words.phrases["one_waits"] if count == 1 else words.phrases["many_wait"].format(count=count)


def _clock(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S").removesuffix(":00")
