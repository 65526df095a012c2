"""An account of the Charge Amps cloud: its charge points are found, and each is polled by a task of its own."""

import asyncio
import functools

import structlog

from ocpp_bridge.units.chargeamps.charge_point_poll import ChargePointPoll
from ocpp_bridge.units.chargeamps.cloud_client import CloudClient
from ocpp_bridge.units.chargeamps.control import declared
from ocpp_bridge.units.chargeamps.entry import account_of
from ocpp_bridge.units.chargeamps.shapes import ChargePointDescribed
from ocpp_bridge.units.driver import DriverPorts, Entry, LinkLost, Refused, UnitPort

log = structlog.get_logger()
MOST_CHARGE_POINTS = 500


class ChargeAmpsAccount:
    """The driver of one entry."""

    def __init__(self, entry: Entry) -> None:
        self._account = account_of(entry)
        self._polls: dict[str, tuple[ChargePointDescribed, ChargePointPoll, asyncio.Task[None]]] = {}

    async def run(self, ports: DriverPorts) -> None:
        """For ever: the cloud's failures are waited out here, as long as the cloud itself asks for."""
        self._polls.clear()
        async with CloudClient(self._account) as client, asyncio.TaskGroup() as tasks:
            try:
                while True:
                    pause_s = await self._listed(client, ports, tasks)
                    await asyncio.sleep(pause_s)
            finally:
                for _, poll, _ in self._polls.values():
                    poll.end()

    async def _listed(self, client: CloudClient, ports: DriverPorts, tasks: asyncio.TaskGroup) -> float:
        """Follow what the account owns now; seconds until it is looked at again."""
        try:
            self._follow(await owned(client), client, ports, tasks)
            ports.failing("")
        except (LinkLost, Refused) as error:
            ports.failing(str(error))
            log.warning("charge points are not listed", account=self._account.name, why=str(error)[:200])
            return max(client.quiet_s(), min(self._account.poll_s, self._account.discover_s))
        return self._account.discover_s

    def _follow(
        self, found: list[ChargePointDescribed], client: CloudClient, ports: DriverPorts, tasks: asyncio.TaskGroup
    ) -> None:
        """New ones are polled, each at its own time; those that changed anew; those that went, no more."""
        listed = {each.id: each for each in found}
        for charge_point_id, (described, poll, task) in list(self._polls.items()):
            if listed.get(charge_point_id) != described:
                poll.end()
                task.cancel()
                poll.gone("the account owns it no more")
                del self._polls[charge_point_id]
        new = [each for each in listed.values() if each.id not in self._polls]
        for place, described in enumerate(new):
            find = functools.partial(_find, ports, described.id, described.numbers)
            poll = ChargePointPoll(client, self._account, described, find)
            task = tasks.create_task(poll.run(place * self._account.poll_s / len(new)))
            self._polls[described.id] = (described, poll, task)


async def owned(client: CloudClient) -> list[ChargePointDescribed]:
    """What the account owns. Raises ``LinkLost``, ``Refused``."""
    found = await client.get(list[ChargePointDescribed], "chargepoints/owned")
    return [each for each in found if each.id and each.id.isprintable() and "/" not in each.id][:MOST_CHARGE_POINTS]


def _find(ports: DriverPorts, charge_point_id: str, connectors: tuple[int, ...]) -> UnitPort | None:
    return ports.unit(charge_point_id, declared(connectors))


def make(entry: Entry) -> ChargeAmpsAccount:
    """Raises ``BadEntry``."""
    return ChargeAmpsAccount(entry)
