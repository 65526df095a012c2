"""The stand-in as a listening server."""

from typing import Self

from aiohttp import web

from simulator.chargeamps_cloud.cloud import Cloud
from simulator.chargeamps_cloud.stage import stage_routes
from simulator.chargeamps_cloud.vendor_api import CLOUD, faulty_and_guarded, vendor_routes

GRACE_S = 0.5


class CloudServer:
    """One cloud at one address. ``async with`` listens and closes."""

    def __init__(self, cloud: Cloud, host: str = "127.0.0.1", port: int = 0) -> None:
        self.cloud = cloud
        self._host = host
        self._port = port
        application = web.Application(middlewares=[faulty_and_guarded])
        application[CLOUD] = cloud
        application.add_routes([*vendor_routes(), *stage_routes()])
        self._runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=GRACE_S)

    @property
    def address(self) -> str:
        """Its root, with the port that was free if port 0 was asked for."""
        port = self._runner.addresses[0][1]
        return f"http://[{self._host}]:{port}" if ":" in self._host else f"http://{self._host}:{port}"

    async def __aenter__(self) -> Self:
        """Raises ``OSError``."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
