"""The simulator's HTTP API over real HTTP, in this process."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn

from simulator.control.app import application
from simulator.fleet import Fleet
from simulator.memory.sqlite import SqliteMemory

# Reading the machine's authorities takes longer than most of these tests.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@asynccontextmanager
async def served(app: object) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an ASGI application, served on a free port."""
    # With its protocol named, asyncio turns Nagle's delay off.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server._serve([listening]))  # noqa: SLF001 -- leaves signals to pytest
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=30, verify=NO_TLS) as client:
            yield client
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def simulated(central: str) -> AsyncIterator[tuple[Fleet, httpx.AsyncClient]]:
    """A fleet that forgets, and a client of its API."""
    memory = SqliteMemory()
    fleet = Fleet(memory, central)
    try:
        async with served(application(fleet)) as client:
            yield fleet, client
            fleet.journal.end_listening()
    finally:
        await fleet.stop()
        memory.close()
