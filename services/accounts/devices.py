"""Accounts: people's devices, and taking a device off that can no longer be reached."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from model import paths
from model.account import Device, User
from model.documents import from_document, to_document
from model.store.port import Reads, Store, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """One device, and whose it is."""

    user_id: str
    device: Device
    language: str = "en"


def devices_of(people: Iterable[User]) -> list[Addressee]:
    """Every device of these people that has an address."""
    return [
        Addressee(user_id=user.user_id, device=device, language=user.language)
        for user in people
        for device in user.devices
        if device.notification_token
    ]


def forget_device(store: Store, user_id: str, device: Device) -> bool:
    """Take ``device`` off its account, unless it has another address by now or is gone. Whether it was there."""

    def body(tx: Transaction) -> bool:
        document = tx.get(paths.user(user_id))
        if document is None:
            return False
        user = from_document(User, document.data)
        dead = (device.device_id, device.notification_token)
        kept = tuple(one for one in user.devices if (one.device_id, one.notification_token) != dead)
        if len(kept) == len(user.devices):
            return False
        tx.put(document.path, to_document(replace(user, devices=kept)))
        return True

    return store.transact(body)


def without_device(reads: Reads, user_id: str, device_id: str) -> User | None:
    """The account as it is without this device; None if it has no such device, or is gone."""
    document = reads.get(paths.user(user_id))
    user = None if document is None else from_document(User, document.data)
    if user is None or all(device.device_id != device_id for device in user.devices):
        return None
    return replace(user, devices=tuple(device for device in user.devices if device.device_id != device_id))
