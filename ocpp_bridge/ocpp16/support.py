"""``docs/ocpp-support.md``, made from the action table, so that it cannot say more than the bridge does."""

from ocpp_bridge.ocpp16.actions import ACTIONS, Action

HEAD = """# OCPP support

Generated from `ocpp_bridge/ocpp16/actions.py`; do not edit.

## OCPP 1.6J

A call that is not built yet is answered `NotImplemented`, one in the wrong direction `NotSupported`; the socket stays
open. A raw command that is not built yet fails with `NotImplemented here`. What charge points may break is told in
[leniency](leniency.md).

| profile | action | from | state | what happens |
|---|---|---|---|---|
"""


def support_page() -> str:
    """The page's text, ending in one newline."""
    return HEAD + "".join(
        f"| {action.profile} | {name} | {action.sender} | {_state(action)} | {action.does} |\n"
        for name, action in ACTIONS.items()
    )


def _state(action: Action) -> str:
    return "yes" if action.receive is not None or action.sent else "not yet"
