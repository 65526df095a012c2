"""Scheduling: who may begin where charging is paid from a balance, and when a charge must end for it to suffice."""

from dataclasses import replace
from datetime import datetime, timedelta

from model.charger import Charger
from model.ids import fold
from model.money.amount import amount
from model.session import Session
from model.site import Site
from scheduling.costs.pricing import split, tariff_of
from scheduling.draft import Draft
from scheduling.effects import Message, StopRemotely
from scheduling.inputs import FundsReached
from scheduling.outcome import Answer
from scheduling.people import Person

EXHAUSTED = "balance_exhausted"
OTHER_CURRENCY = "other_currency"
ASK_AGAIN = timedelta(minutes=5)
"""A charge point that did not stop is asked again."""


def refusal(site: Site, person: Person, charger: Charger | None = None) -> str:
    """Why a driver cannot pay at a charger, or at any of the site: a reason, or nothing."""
    if not site.settings.prepaid:
        return ""
    chargers = [one for one in site.chargers.values() if not one.retired] if charger is None else [charger]
    if any(tariff_of(site, one).free for one in chargers):
        return ""
    if site.currency and not person.balance.takes(site.currency):
        return OTHER_CURRENCY
    return "" if limit(site, person) > 0 else EXHAUSTED


def limit(site: Site, person: Person) -> int:
    """What a driver may spend here, in minor units."""
    return person.balance.amount + site.settings.overdraft


def funded(draft: Draft, record: Session) -> Session:
    """A charge begins: what it may cost is kept with it, so that readings can be held against it without a look."""
    if not pays(record):
        return record
    person = draft.person(record.user_id)
    return record if person is None else replace(record, funds=limit(draft.site, person))


def reaches(record: Session, at: datetime, ahead_s: float) -> bool:
    """Whether, as far as is known, the charge will have cost what it may ``ahead_s`` after ``at``, unless it ends.

    Not again for a while after the charge point was asked to stop.
    """
    if record.ended_at is not None or record.funds is None or not pays(record):
        return False
    if record.funds_stop_at is not None and at < record.funds_stop_at + ASK_AGAIN:
        return False
    return _expected(record, at, ahead_s) >= record.funds


def funds_reached(draft: Draft, report: FundsReached) -> Answer:
    """Held against the balance as it is by now: the charge point is asked to stop, or the charge may cost more."""
    charger = draft.chargers.get(fold(report.charger_id))
    session = None if charger is None else charger.session
    if charger is None or session is None or session.number != report.number or session.entry is None:
        return Answer(outcome="repeat", reason="over")
    draft.require([session.entry.member.user_id], [(fold(charger.charger_id), session.number)])
    person, record = draft.person(session.entry.member.user_id), draft.record(charger, session.number)
    if person is None or record is None or record.funds is None:
        return Answer(outcome="repeat", reason="not_prepaid")
    answer = Answer(charger_id=charger.charger_id, session_number=session.number)
    record = replace(record, funds=limit(draft.site, person))
    if not reaches(record, draft.now, report.ahead_s):
        draft.put_record(record)
        draft.reasons.append(f"charger {charger.charger_id}: the balance of {session.entry.member.username} suffices")
        return answer
    if charger.transaction is None or not charger.charge_point_id:
        return Answer(outcome="repeat", reason="no_remote_stop")
    draft.put_record(replace(record, funds_stop_at=draft.now))
    draft.effects.append(
        StopRemotely(
            charge_point_id=charger.charge_point_id,
            connector=charger.connector,
            transaction_id=charger.transaction.transaction_id,
        )
    )
    draft.tell(session.entry, Message.BALANCE_USED, charger)
    draft.reasons.append(
        f"charger {charger.charger_id}: session {session.number} asked to stop: "
        f"the balance of {session.entry.member.username} is used up"
    )
    return answer


def pays(record: Session) -> bool:
    """Whether what the session costs is taken from a balance. Nobody's and unconfirmed ones are not billed."""
    tariff = record.tariff
    return tariff is not None and tariff.prepaid and not tariff.free and record.confirmed and record.user_id != ""


def _expected(record: Session, at: datetime, ahead_s: float) -> int:
    """What the charge will have cost then, drawing on as it does."""
    if record.tariff is None:
        return 0
    ahead_wh = int(record.power_w * ahead_s / 3600)
    ahead = split(record.tariff, at, at + timedelta(seconds=ahead_s), ahead_wh) if ahead_wh > 0 else []
    return amount([*record.slices, *ahead])
