"""The answers that a person set in place of the charge point's own, by action."""

from typing import Any, Literal

import msgspec

from simulator.link.watch import SetAnswer

Mode = Literal["as_usual", "payload", "error", "silent"]


class AnswerRule(msgspec.Struct, kw_only=True):
    """``times``: for how many requests it holds still; None for all."""

    mode: Mode = "as_usual"
    payload: dict[str, Any] | None = None
    error_code: str | None = None
    delay_s: float = 0.0
    times: int | None = None

    def as_set(self) -> SetAnswer:
        return SetAnswer(
            mode=self.mode,
            payload=self.payload or {},
            error_code=self.error_code or "InternalError",
            delay_s=self.delay_s,
        )


Rules = dict[str, AnswerRule]


def use(rules: Rules, action: str) -> SetAnswer | None:
    """The answer to one request; what was for the last time is gone."""
    rule = rules.get(action)
    if rule is None:
        return None
    if rule.times is not None:
        rule.times -= 1
        if rule.times <= 0:
            del rules[action]
    return rule.as_set()
