"""Google's real client in this process, talking to a stand-in; people with devices in a yard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from model import paths
from model.account import Device, User, UserType
from model.documents import to_document
from services.adapters.fcm import FcmNotifier
from tests.fakes.fcm_server import FcmServer, come_here
from tests.fakes.site_world import World

Make = Callable[..., FcmNotifier]


def fid(name: str) -> str:
    """An installation ID as FCM makes them: 22 characters of base64url."""
    return f"c{name}".ljust(22, "0")


def with_devices(world: World, user: User, *addresses: str) -> User:
    """``user`` with a device for each address."""
    devices = tuple(
        Device(device_id=f"d{n}", notification_token=address, label=f"phone {n}") for n, address in enumerate(addresses)
    )
    changed = User(user_id=user.user_id, username=user.username, type=user.type, tag=user.tag, devices=devices)
    world.store.put(paths.user(user.user_id), to_document(changed))
    return changed


def admin(world: World, name: str, *addresses: str, active: bool = True) -> User:
    """A site manager."""
    user = User(user_id=f"u-{name}", username=name, type=UserType.ADMIN, active=active)
    devices = tuple(Device(device_id=f"d{n}", notification_token=address) for n, address in enumerate(addresses))
    user = User(user_id=user.user_id, username=name, type=UserType.ADMIN, active=active, devices=devices)
    world.store.put(paths.user(user.user_id), to_document(user))
    return user


@pytest.fixture
def fcm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FcmServer]:
    with FcmServer() as server:
        come_here(server, tmp_path / "fcm", monkeypatch.setenv)
        yield server


@pytest.fixture
def make(world: World, project: str) -> Make:
    """A notifier of the test's own project; ``timeout_s`` may be given."""
    return lambda **more: FcmNotifier(project, world.store, world.clock, **more)


@pytest.fixture
def notifier(fcm: FcmServer, make: Make) -> FcmNotifier:
    return make()


@pytest.fixture
def logged() -> Iterator[list[structlog.typing.EventDict]]:
    with structlog.testing.capture_logs() as lines:
        yield lines
