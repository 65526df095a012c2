"""The smallest central system for the tutorial in simulator.md, of the `ocpp` package: accepts everything, and asks a
charge point whatever it is told to by DataTransfer (vendorId ``ask``, messageId the action, data its payload).

    python docs/central.py [PORT]
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from itertools import count
from typing import Any

from ocpp.messages import Call  # type: ignore[import-untyped]
from ocpp.routing import on  # type: ignore[import-untyped]
from ocpp.v16 import ChargePoint as Connected  # type: ignore[import-untyped]
from ocpp.v16 import call_result
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

numbers = count(1)


def now() -> str:
    """As OCPP wants it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")  # noqa: TID251 -- its own


class ChargePoint(Connected):  # type: ignore[misc]
    """One connected charge point."""

    @on("BootNotification")  # type: ignore[untyped-decorator]
    def boot(self, **_: Any) -> Any:
        return call_result.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on("Heartbeat")  # type: ignore[untyped-decorator]
    def heartbeat(self, **_: Any) -> Any:
        return call_result.Heartbeat(current_time=now())

    @on("StatusNotification")  # type: ignore[untyped-decorator]
    def status(self, **_: Any) -> Any:
        return call_result.StatusNotification()

    @on("Authorize")  # type: ignore[untyped-decorator]
    def authorize(self, **_: Any) -> Any:
        return call_result.Authorize(id_tag_info={"status": "Accepted"})

    @on("StartTransaction")  # type: ignore[untyped-decorator]
    def start_transaction(self, **_: Any) -> Any:
        return call_result.StartTransaction(transaction_id=next(numbers), id_tag_info={"status": "Accepted"})

    @on("MeterValues")  # type: ignore[untyped-decorator]
    def meter_values(self, **_: Any) -> Any:
        return call_result.MeterValues()

    @on("StopTransaction")  # type: ignore[untyped-decorator]
    def stop_transaction(self, **_: Any) -> Any:
        return call_result.StopTransaction()

    @on("DataTransfer")  # type: ignore[untyped-decorator]
    async def ask(self, vendor_id: str, message_id: str = "", data: str = "{}") -> Any:
        if vendor_id != "ask":
            return call_result.DataTransfer(status="UnknownVendorId")
        await self._send(Call(f"ask-{next(numbers)}", message_id, json.loads(data)).to_json())
        return call_result.DataTransfer(status="Accepted")


async def connected(socket: ServerConnection) -> None:
    """Serve one charge point until it goes."""
    assert socket.request is not None  # noqa: S101 -- the handshake is over
    charge_point = ChargePoint(socket.request.path.rpartition("/")[2], socket)
    try:
        await charge_point.start()
    except ConnectionClosed:
        return


async def main(port: int) -> None:
    """Serve for ever."""
    async with serve(connected, "127.0.0.1", port, subprotocols=[Subprotocol("ocpp1.6")]):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9000))
