"""A station of OCPP 2.0.1 without a socket: what it says is judged by the `ocpp` package, kept, answered at once."""

import asyncio
from typing import Any

import pytest
from ocpp.messages import Call, CallResult, validate_payload  # type: ignore[import-untyped]

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.link.errors import CallFailed, NotConnected, Refused
from simulator.link.lane import Lane
from simulator.ocpp201.speaker import Speaker201
from simulator.unit.settings import Settings

NOW = "2026-03-01T12:00:00Z"


async def judged(action: str, payload: dict[str, Any], *, answer: bool = False) -> None:
    """Raises what is wrong with it, by the schemas of the `ocpp` package."""
    message = CallResult("1", payload, action) if answer else Call("1", action, payload)
    await validate_payload(message, "2.0.1")


class Bench:
    """``async with Bench(connectors=2) as bench``: powered, connected, accepted. EVSE 1 where none is named."""

    def __init__(self, **settings: Any) -> None:
        self.charge_point = ChargePoint(
            "CS1", Settings(central="ws://127.0.0.1:1", protocol="ocpp2.0.1", meter_interval_s=0, **settings)
        )
        self.unit = self.charge_point.unit
        speaker = self.charge_point.speaker
        assert isinstance(speaker, Speaker201)
        self.speaker = speaker
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.restarts: list[str] = []
        self._news = asyncio.Event()
        self.tokens: dict[str, dict[str, Any]] = {
            "ALICE": {"status": "Accepted"},
            "BOB": {"status": "Accepted"},
            "APP": {"status": "Accepted"},
        }
        self.answers: dict[str, dict[str, Any] | CallFailed] = {
            "BootNotification": {"currentTime": NOW, "interval": 300, "status": "Accepted"},
            "Heartbeat": {"currentTime": NOW},
            "DataTransfer": {"status": "Accepted"},
        }
        self.unit.state.online = False
        self.unit.connection.call = self._call  # type: ignore[method-assign]
        self.unit.lane = Lane(self._call, [], speaker)
        self.unit.firmware = self

    async def __aenter__(self):
        await self.charge_point.start()
        self.speaker.boot_status = "Accepted"
        self.online()
        await self.quiet()
        self.heard.clear()
        return self

    async def __aexit__(self, *_error):
        await self.charge_point.stop()

    # -- the central system --------------------------------------------------------------------------------------

    async def _call(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        if not self.unit.lane.is_open and action != "BootNotification":
            raise NotConnected("not connected")
        await judged(action, payload)
        self.heard.append((action, payload))
        token = payload.get("idToken")
        usual = {} if token is None else {"idTokenInfo": self.tokens.get(token["idToken"], {"status": "Invalid"})}
        answer = self.answers.get(action, usual)
        if isinstance(answer, CallFailed):
            raise answer
        await judged(action, answer, answer=True)
        self._news.set()
        return answer

    async def said(self, action: str) -> None:
        """Waits until something of this kind was said and its answer taken."""
        async with asyncio.timeout(5):
            while not self.of(action):
                self._news.clear()
                await self._news.wait()
        for _ in range(3):
            await asyncio.sleep(0)

    async def ask(self, action: str, **payload: Any) -> dict[str, Any]:
        """A valid request, its valid answer, and all that follows."""
        answer = await self.ask_now(action, **payload)
        await self.quiet()
        return answer

    async def ask_now(self, action: str, **payload: Any) -> dict[str, Any]:
        """As :meth:`ask`, without waiting for what follows."""
        await judged(action, payload)
        answer, afterwards = self.speaker.handle(action, payload)
        await judged(action, answer, answer=True)
        if afterwards is not None:
            afterwards()
        return answer

    async def status_of(self, action: str, **payload: Any) -> str:
        return str((await self.ask(action, **payload))["status"])

    def refusal(self, action: str, payload: dict[str, Any]) -> str:
        """The CALLERROR's code."""
        with pytest.raises(Refused, match=r".") as refused:
            self.speaker.handle(action, payload)
        return refused.value.code

    async def set(self, key: str, value: str) -> None:
        assert self.charge_point.set_configuration(key, value) == "Accepted"
        await self.quiet()

    # -- the world -----------------------------------------------------------------------------------------------

    def online(self) -> None:
        self.unit.lane.open()
        self.unit.tell_all()

    def offline(self) -> None:
        self.unit.lane.close()

    def restart(self, reason: Any) -> None:
        self.restarts.append(reason)

    def reconnect(self) -> None:
        self.restarts.append("reconnect")

    async def plug(self, evse_id: int = 1, need_wh: int = 20_000) -> None:
        self.charge_point.plug(evse_id, Car(battery_wh=50_000, need_wh=need_wh, max_power_w=11_000))
        await self.quiet()

    async def unplug(self, evse_id: int = 1) -> None:
        self.charge_point.unplug(evse_id)
        await self.quiet()

    async def tap(self, token: str = "ALICE", evse_id: int = 1) -> str | None:
        outcome = await self.charge_point.tap(evse_id, token)
        await self.quiet()
        return outcome

    async def later(self, seconds: float) -> None:
        """The station's clock moves on, and everything due on it is done."""
        self.unit.skew_s += seconds
        await self.tick(0)

    async def tick(self, seconds: float) -> None:
        """What is due ``seconds`` from now on the loop's clock is done."""
        self.unit.changed.set()
        self.speaker.tick(asyncio.get_running_loop().time() + seconds)
        await self.quiet()

    async def quiet(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
            await self.charge_point.settled()

    # -- what was said -------------------------------------------------------------------------------------------

    def of(self, action: str) -> list[dict[str, Any]]:
        return [payload for heard, payload in self.heard if heard == action]

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.of("TransactionEvent")

    def told(self) -> list[tuple[str, str]]:
        """Type and trigger of each event."""
        return [(one["eventType"], one["triggerReason"]) for one in self.events]

    def statuses(self, evse_id: int = 1) -> list[str]:
        return [one["connectorStatus"] for one in self.of("StatusNotification") if one["evseId"] == evse_id]

    @property
    def transaction_id(self) -> str:
        return str(self.events[-1]["transactionInfo"]["transactionId"])

    def power_w(self, evse_id: int = 1) -> int:
        return self.unit.power_w(evse_id)


def token(text: str = "ALICE", kind: str = "ISO14443") -> dict[str, str]:
    return {"idToken": text, "type": kind}


def variable(component: str, name: str, *, evse: int | None = None, **more: Any) -> dict[str, Any]:
    """Component and variable of GetVariables, SetVariables and GetReport; ``instance`` is the variable's."""
    instance = more.pop("instance", None)
    return {
        "component": {"name": component} | ({"evse": {"id": evse}} if evse is not None else {}),
        "variable": {"name": name} | ({"instance": instance} if instance is not None else {}),
        **more,
    }
