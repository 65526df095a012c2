"""Settings commands carried out: calls in order and in time, statuses heard, measurands remembered over restarts."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ocpp_bridge.after_boot.measurands import Measurands
from ocpp_bridge.clock import Clock
from ocpp_bridge.commands.setting_run import SettingRun
from ocpp_bridge.ocpp16.setting_keys import ASKED, LADDER
from ocpp_bridge.ocpp16.setting_keys import MEASURANDS as KEY
from ocpp_bridge.ocpp16.settings import setting_steps
from ocpp_bridge.spool import charge_point_rows
from ocpp_bridge.spool.charge_point_rows import KeyRow
from ocpp_bridge.spool.disk import Disk
from ocpp_bridge.spool.event_log import EventLog
from ocpp_bridge.translation import Answer, Call, Outcome, SettingSteps
from ocpp_bridge.watching.status_ears import StatusEars
from tests.unit.bridge.commands.setting_box import Box
from wire.codec import BadMessage, decode_command, encode
from wire.commands import Settings
from wire.events import ConnectorStatus, Status
from wire.settings import SettingValues

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class StoppedClock(Clock):
    """Stands still but for ``pass_s``, which every call takes."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOW

    def now(self) -> datetime:
        return self.at


class Peer:
    """A connected charge point that answers as the box does, and tells its status to the ears when it is due."""

    charge_point_id = "CP-1"

    def __init__(self, box: Box, ears: StatusEars, clock: StoppedClock, call_s: float = 0) -> None:
        self.box, self.ears, self.clock, self.call_s = box, ears, clock, call_s
        self.translator = self
        self.patience: list[float] = []

    def setting_steps(self, command: Settings) -> SettingSteps:
        return setting_steps(command.connector, command.values)

    async def call(self, call: Call, response_s: float) -> Answer:
        self.patience.append(response_s)
        self.clock.at += timedelta(seconds=self.call_s)
        answer: Answer = self.box.step(call)
        if self.box.is_status_due:
            status = Status(
                charge_point_id="CP-1", seq=0, occurred_at=NOW, received_at=NOW, connector=1, status=self.box.status()
            )
            asyncio.get_running_loop().call_soon(self.ears.hear, "CP-1", [status])
        return answer


def command(**values: Any) -> Settings:
    return Settings(
        command_id="c", charge_point_id="CP-1", issued_at=NOW, expires_at=NOW + timedelta(seconds=60), connector=1,
        values=SettingValues(**values),
    )  # fmt: skip


@pytest.fixture
def carry_out(tmp_path: Path) -> Callable[..., tuple[Outcome, Peer, dict[str, KeyRow]]]:
    def carry_out(
        box: Box, call_s: float = 0, told: list[Any] | None = None, **values: Any
    ) -> tuple[Outcome, Peer, dict[str, KeyRow]]:
        told = [] if told is None else told

        async def run() -> tuple[Outcome, Peer, dict[str, KeyRow]]:
            disk, ears, clock = Disk(str(tmp_path / "spool.db")), StatusEars(), StoppedClock()
            events = EventLog(disk, lambda noted: told.extend(event for event, _ in noted))
            peer = Peer(box, ears, clock, call_s)
            try:
                outcome = await SettingRun(disk, events, clock, ears, 30).outcome(command(**values), peer)  # type: ignore[arg-type]
                assert not ears.listening
                return outcome, peer, await disk.read(lambda spool: charge_point_rows.keys(spool, "CP-1"))
            finally:
                await disk.close()

        return asyncio.run(run())

    return carry_out


def test_the_outcome_carries_what_was_read_back_and_what_became_of_each(carry_out: Any) -> None:
    outcome, _, _ = carry_out(Box(), limit_a=8.0, enabled=False)
    assert outcome.outcome == "accepted"
    assert outcome.response["told"] == {"enabled": {"state": "confirmed"}, "limit_a": {"state": "confirmed"}}
    assert (outcome.response["values"]["limit_a"], outcome.response["values"]["enabled"]) == (8, False)


def test_nothing_is_said_any_more_when_the_commands_time_is_over(carry_out: Any) -> None:
    box = Box()
    outcome, peer, _ = carry_out(box, call_s=25, limit_a=8.0, heartbeat_s=30)
    assert (outcome.outcome, outcome.answer) == ("failed", "timeout")
    assert peer.patience == [30, 30, 10]
    assert outcome.response["told"]["heartbeat_s"]["state"] == "unconfirmed"


def test_a_charge_point_that_answers_nothing_fails_a_reading_too(carry_out: Any) -> None:
    for error in ("timeout", "disconnected"):
        outcome, _, _ = carry_out(Box(answers={"GetConfiguration": f"!{error}"}))
        assert (outcome.outcome, outcome.answer, outcome.response["values"]) == ("failed", error, {})


def test_measurands_that_were_chosen_are_remembered(carry_out: Any) -> None:
    _, _, rows = carry_out(Box(), measurands=("Voltage",))
    assert (rows[KEY].wanted, rows[KEY].outcome) == ("Voltage", ASKED)


def test_keys_that_were_changed_are_told_as_the_charge_points_configuration(carry_out: Any) -> None:
    told: list[Any] = []
    carry_out(Box(keys={"HeartBeatInterval": "60", "AuthorizationKey": "secret"}), told=told, heartbeat_s=30)
    (notice,) = told
    assert (notice.action, notice.payload) == (
        "GetConfiguration", {"configurationKey": [{"key": "HeartBeatInterval", "value": "30"}]},
    )  # fmt: skip
    told.clear()
    carry_out(Box(), told=told, limit_a=8.0)
    assert told == []


def test_what_an_admin_chose_is_not_asked_for_anew_after_a_boot(tmp_path: Path) -> None:
    async def asked_after_boot(outcome: str) -> list[str]:
        disk, clock = Disk(str(tmp_path / f"{outcome}.db")), StoppedClock()
        row = KeyRow(KEY, "Voltage", outcome, "Voltage", NOW.isoformat())
        box = Box()
        try:
            await disk.write(lambda spool: charge_point_rows.put_keys(spool, "CP-1", [row]))
            peer: Any = Peer(box, StatusEars(), clock)
            await Measurands(disk, clock).run(peer, {KEY.casefold(): "Voltage"})
        finally:
            await disk.close()
        return [payload["value"] for action, payload in box.asked if action == "ChangeConfiguration"]

    assert asyncio.run(asked_after_boot(ASKED)) == []
    assert asyncio.run(asked_after_boot("disconnected"))[0] == LADDER[0]


def test_a_status_that_came_before_the_last_call_is_not_taken_for_its_answer() -> None:
    async def heard() -> list[ConnectorStatus | None]:
        ears = StatusEars()
        status = Status(
            charge_point_id="CP-1", seq=0, occurred_at=NOW, received_at=NOW, connector=1,
            status=ConnectorStatus.CHARGING,
        )  # fmt: skip
        ears.hear("CP-1", [status])
        with ears.open("CP-1") as mine, ears.open("CP-2") as others:
            ears.hear("CP-1", [status])
            first = await mine.status(1, 0.01)
            mine.clear()
            return [first, await mine.status(1, 0.01), await mine.status(2, 0.01), await others.status(1, 0.01)]

    assert asyncio.run(heard()) == [ConnectorStatus.CHARGING, None, None, None]


def test_a_settings_command_travels_and_no_limit_is_not_no_word() -> None:
    for values in (SettingValues(), SettingValues(limit_a=None), SettingValues(phases=1, measurands=("Voltage",))):
        sent = Settings(**{each: getattr(command(), each) for each in command().__struct_fields__} | {"values": values})
        assert decode_command(encode(sent)) == sent


@pytest.mark.parametrize(
    "values",
    [
        '{"limit_a": -1}', '{"limit_a": 1e9}', '{"limit_a": "8"}', '{"phases": 2}', '{"phase": 4}', '{"limit": 8}',
        '{"enabled": null}', '{"sample_s": -1}', '{"sample_s": 1.5}', '{"measurands": "Voltage"}', "[]", "null",
    ],
)  # fmt: skip
def test_values_that_are_none_are_no_command(values: str) -> None:
    text = encode(command()).decode().replace('"values":{}', f'"values":{values}')
    assert values in text
    with pytest.raises(BadMessage):
        decode_command(text)
