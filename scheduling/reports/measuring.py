"""What it means that a measured value went past its limit, or came back: the managers hear of it once."""

from dataclasses import replace

from model.ids import fold
from model.threshold import Crossing
from scheduling.draft import Draft
from scheduling.effects import Alert
from scheduling.inputs import LimitCrossed
from scheduling.outcome import Answer
from scheduling.warnings.warning import warn


def limit_crossed(draft: Draft, report: LimitCrossed) -> Answer:
    """Keep it with the charger; told again, or late, it changes nothing."""
    charger = draft.chargers.get(fold(report.charger_id))
    if charger is None or charger.retired:
        return Answer(outcome="noted", reason="unknown_charger")
    last = charger.crossings.get(report.measurand)
    was_past = last is not None and last.past
    if report.past is was_past or (last is not None and report.at <= last.at):
        return Answer(outcome="repeat", charger_id=charger.charger_id)
    crossing = Crossing(at=report.at, past=report.past)
    draft.put_charger(replace(charger, crossings={**charger.crossings, report.measurand: crossing}))
    said = f"{report.measurand} {report.value:g} {report.unit}".rstrip()
    if report.past:
        warn(
            draft,
            Alert.MEASURED,
            charger,
            about=report.measurand,
            measurand=report.measurand,
            value=report.value,
            unit=report.unit,
            limit=report.limit,
        )
        draft.reasons.append(f"charger {charger.charger_id}: {said} is past its limit {report.limit:g}")
    else:
        draft.reasons.append(f"charger {charger.charger_id}: {said} is back within its limit {report.limit:g}")
    return Answer(charger_id=charger.charger_id)
