"""Services: effects as messages: notifications for people, commands for bridges. Pure."""

from datetime import datetime, timedelta

from model.charger import UNPLUGGED, Phase
from model.ids import fold
from model.instants import to_text
from model.site import Site
from scheduling.effects import HoldCharger, Notify, ReleaseCharger, StartRemotely, StopRemotely, Warn
from scheduling.inputs import HoldAnswered, StartAnswered
from services.effects.wording import driver_words, managers_words
from services.notifying.catalogue import DEFAULT, LANGUAGES
from services.ports import Notification
from wire.commands import Command, Hold, Release, Start, Stop

CommandEffect = HoldCharger | ReleaseCharger | StartRemotely | StopRemotely

START_VALID = timedelta(seconds=60)
"""A driver stands there; later nobody wants it any more."""
STOP_VALID = timedelta(minutes=5)
RELEASE_VALID = timedelta(hours=1)
"""It names its reservation, so a late one does no harm."""


def notification_of(effect_id: str, effect: Notify, site: Site) -> Notification:
    """The message to a driver. The collapse key is the queue entry: a newer message of the turn replaces the older.

    What goes out again has the id it had first.
    """
    data = {"event": effect.message.value, "location_id": site.location_id}
    if effect.charger_id:
        data["charger_id"] = effect.charger_id
    if effect.session_number is not None:
        data["session_id"] = str(effect.session_number)
    if effect.deadline is not None:
        data["deadline"] = to_text(effect.deadline) or ""
    words = {code: driver_words(effect, site, code) for code in LANGUAGES}
    return Notification(
        message_id=f"{site.location_id}:{effect.again}" if effect.again else effect_id,
        user_id=effect.user_id,
        kind=effect.message.value,
        title=words[DEFAULT].title,
        text=words[DEFAULT].text,
        translations=words,
        time_zone=site.time_zone,
        again=bool(effect.again),
        collapse_key=f"{site.location_id}:{effect.entry_id}" if effect.entry_id else "",
        expires_at=effect.deadline,
        data=data,
    )


def alert_of(effect_id: str, effect: Warn, site: Site) -> Notification:
    """The message to a site's managers: ``user_id`` is empty, the kind starts with ``alert.``."""
    data = {"event": f"alert.{effect.alert.value}", "location_id": site.location_id}
    if effect.charger_id:
        data["charger_id"] = effect.charger_id
    words = {code: managers_words(effect, site, code) for code in LANGUAGES}
    return Notification(
        message_id=effect_id,
        user_id="",
        kind=f"alert.{effect.alert.value}",
        title=words[DEFAULT].title,
        text=words[DEFAULT].text,
        translations=words,
        time_zone=site.time_zone,
        data=data,
    )


def command_of(effect_id: str, effect: CommandEffect, issued_at: datetime) -> Command:
    """The command of an effect; its id is the effect's, so that a repeat is dropped and its answer finds home."""
    match effect:
        case HoldCharger():
            return Hold(
                command_id=effect_id,
                charge_point_id=effect.charge_point_id,
                issued_at=issued_at,
                expires_at=effect.until,
                connector=effect.connector,
                reservation_id=effect.reservation_id,
                tag=effect.tag,
                until=effect.until,
            )
        case ReleaseCharger():
            return Release(
                command_id=effect_id,
                charge_point_id=effect.charge_point_id,
                issued_at=issued_at,
                expires_at=issued_at + RELEASE_VALID,
                connector=effect.connector,
                reservation_id=effect.reservation_id,
            )
        case StartRemotely():
            return Start(
                command_id=effect_id,
                charge_point_id=effect.charge_point_id,
                issued_at=issued_at,
                expires_at=issued_at + START_VALID,
                connector=effect.connector,
                tag=effect.tag,
            )
        case StopRemotely():
            return Stop(
                command_id=effect_id,
                charge_point_id=effect.charge_point_id,
                issued_at=issued_at,
                expires_at=issued_at + STOP_VALID,
                transaction_id=effect.transaction_id,
                connector=effect.connector,
            )


def answer_to(effect: CommandEffect, outcome: str, answer: str = "") -> HoldAnswered | StartAnswered | None:
    """What the site must hear when the command of an effect never reached its charge point; None: nothing."""
    match effect:
        case HoldCharger():
            return HoldAnswered(
                source=None,
                reservation_id=effect.reservation_id,
                charge_point_id=effect.charge_point_id,
                outcome=outcome,
                answer=answer,
            )
        case StartRemotely():
            return StartAnswered(
                source=None, charger_id=effect.charger_id, outcome=outcome, answer=answer, tag=effect.tag
            )
        case _:
            return None


def obsolete(effect: CommandEffect, site: Site) -> bool:
    """Whether a hold is over already, so that a late command would block the charger for nobody."""
    if not isinstance(effect, HoldCharger):
        return False
    return not any(
        charger.session is not None
        and charger.session.reservation_id == effect.reservation_id
        and charger.session.phase in UNPLUGGED
        for charger in site.chargers.values()
    )


def answered(effect: Notify, site: Site) -> bool:
    """Whether the offer a message is about was answered meanwhile, or is over."""
    charger = site.chargers.get(fold(effect.charger_id))
    session = None if charger is None else charger.session
    return session is None or session.number != effect.session_number or session.phase is not Phase.OFFERED
