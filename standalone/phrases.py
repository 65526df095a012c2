"""What a decision's record says, as one line for a person; plain reports that led to no choice are put into words."""

from typing import Any


def phrase(decision: dict[str, Any]) -> str:
    """The reasons of the choices made, or else what was asked or reported."""
    inputs = decision["inputs"]
    kinds = ", ".join(dict.fromkeys(str(one["kind"]) for one in inputs))
    if decision["summary"] != kinds:
        return str(decision["summary"])
    return "; ".join(dict.fromkeys(_said(one) for one in inputs))


def who(actor: dict[str, str]) -> str:
    """Who asked for a decision, in a word."""
    return {"user": "app", "bridge": "charger", "time": "clock", "service": "unit"}.get(actor["kind"], actor["kind"])


def _said(one: dict[str, Any]) -> str:
    source = one.get("source") or {}
    box = str(source.get("charge_point_id") or one.get("charge_point_id") or "a charge point")
    match one["kind"]:
        case "Booted":
            return f"{box} started"
        case "LinkChanged":
            return f"{box} is connected" if one["connected"] else f"{box} lost its connection"
        case "StatusReported":
            at = f"{box} connector {one['connector']}" if one["connector"] else box
            error = one.get("error_code", "")
            return f"{at}: {one['status']}" + (f" ({error})" if error not in {"", "NoError"} else "")
        case "HoldAnswered":
            return f"{box} was asked to hold: {one.get('answer') or one['outcome']}"
        case "StartAnswered":
            return f"charger {one['charger_id']} was asked to start: {one.get('answer') or one['outcome']}"
        case "TransactionBegan":
            return f"{box} connector {one['connector']} starts transaction {one['transaction_id']}"
        case "TransactionDone":
            return f"{box} ends transaction {one['transaction_id']} ({one['reason']})"
        case "LevelReported":
            return f"charger {one['charger_id']} reports {one['level']}"
        case "Tick":
            return "time passed"
        case other:
            return str(other)
