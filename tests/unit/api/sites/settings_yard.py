"""A charger whose settings are asked for over HTTP, and a bridge that answers at once. No driver is named."""

from collections.abc import Callable
from typing import Any

from api.schemas.admin_log import AdminLogReply
from api.schemas.charger_settings import ChargerSettingsReply, SettingChangeReply
from services.context import Services
from services.ports import CommandFate
from tests.fakes.bus import FakeBus
from tests.fakes.clock import FakeClock
from tests.fakes.people import Someone
from tests.unit.api.sites.test_chargepoint import Reporter
from wire.commands import Settings
from wire.settings import given

SUPPORTED: dict[str, Any] = {
    "enabled": {},
    "limit_a": {"least": 6, "most": 32},
    "mode": {"choices": ["on", "off"]},
    "cable_lock": {"writable": False},
    "sample_s": {"shared": True},
    "measurands": {"choices": ["Voltage", "SoC"]},
    "unheard_of": {},
}
Outcome = Callable[[Settings], dict[str, Any]]


class Yard:
    """A charger, its charge point, and a bridge that answers as ``answers`` says, at once."""

    def __init__(self, root: Someone, reporter: Reporter, services: Services, lot: str) -> None:
        self.root, self.reporter = root, reporter
        self.path = f"{lot}/charger/A/settings"
        self.answers: Outcome | None = None
        assert isinstance(services.clock, FakeClock)
        self.clock = services.clock
        assert isinstance(services.bus, FakeBus)
        self.bus = services.bus
        self._send = services.bus.command
        self.bus.command = self._command  # type: ignore[method-assign]

    def put(self, body: Any, wait: float = 0, **more: Any) -> Any:
        answer = self.root.put(f"{self.path}?wait={wait}", body, **more)
        if answer.status_code in {200, 202}:
            SettingChangeReply.model_validate(answer.json, strict=False)
            assert answer.json["change"]["status"] in ({"queued", "sent"} if answer.status_code == 202 else STATUSES)
        return answer

    def get(self, query: str = "") -> dict[str, Any]:
        answer = self.root.get(f"{self.path}{query}")
        assert answer.status_code == 200, answer.text
        ChargerSettingsReply.model_validate(answer.json, strict=False)
        found: dict[str, Any] = answer.json["settings"]
        return found

    def log(self, query: str = "") -> list[dict[str, Any]]:
        answer = self.root.get(f"/api/admin_log{query}")
        AdminLogReply.model_validate(answer.json, strict=False)
        return [each for each in answer.json["actions"] if each["action"] == "change_charger_settings"]

    def tell(self, command_id: str, **fields: Any) -> None:
        self.reporter.report("command_result", command_id=command_id, **fields)

    def sent(self) -> dict[str, Any]:
        """The values of the last command."""
        (_, command) = self.bus.commands[-1]
        assert isinstance(command, Settings)
        assert command.connector == 1
        return given(command.values)

    def boot(self, settings: Any = SUPPORTED) -> dict[str, object]:
        return self.reporter.report("boot", protocol="p", settings=settings)

    def _command(self, bridge_id: str, command: Any) -> CommandFate:
        fate = self._send(bridge_id, command)
        if self.answers is not None and isinstance(command, Settings):
            self.tell(command.command_id, **self.answers(command))
        return fate


def known(shown: dict[str, Any]) -> dict[str, Any]:
    """The values that are known."""
    return {name: value for name, value in shown["values"].items() if value is not None}


STATUSES = {"accepted", "rejected", "failed", "expired", "not_connected"}


def obedient(command: Settings) -> dict[str, Any]:
    """Everything is taken and read back."""
    asked = {name: list(value) if isinstance(value, tuple) else value for name, value in given(command.values).items()}
    told = {name: {"state": "confirmed"} for name in asked}
    return {"outcome": "accepted", "response": {"values": {"enabled": True, **asked}, "told": told}}


def say(told: dict[str, Any], _command: Settings) -> dict[str, Any]:
    return told


def saying(outcome: str, told: dict[str, Any], answer: str = "", **values: Any) -> Outcome:
    return lambda _: {"outcome": outcome, "answer": answer, "response": {"values": values, "told": told}}
