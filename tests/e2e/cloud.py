"""A world on Google Cloud's engines: Firestore, Pub/Sub and functions in their framework, all on this machine."""

import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from deploy import things
from standalone.child import Child, Plan
from standalone.plans import environment
from standalone.ports import free_ports
from tests.e2e.world import Person, Site, World, wait_for
from tests.fakes.fcm_server import FcmServer
from wire.topics import topic_path

FUNCTIONS = {function.entry_point: function.topic for function in things.FUNCTIONS}
"""Functions and the topics that trigger them, as deployed."""
FID_CHARACTERS = 22
SCHEDULE_S = 1.0
"""Cloud Scheduler's minute, in a hurry."""


@dataclass(frozen=True)
class Cloud:
    """A project on the emulators and stand-ins. ``told`` is what its processes find in their environment."""

    project: str
    firestore_host: str
    pubsub_host: str
    fcm: FcmServer
    folder: Path

    @property
    def told(self) -> dict[str, str]:
        return {
            "KILOWAIT_STORE": f"firestore:{self.project}",
            "KILOWAIT_BUS": f"pubsub:{self.project}",
            "FIRESTORE_EMULATOR_HOST": self.firestore_host,
            "PUBSUB_EMULATOR_HOST": self.pubsub_host,
            "KILOWAIT_NOTIFIER": f"fcm:{self.project}",
            **self.fcm.environment(self.folder),
        }


class CloudWorld(World):
    """API and bridge as in every world, and beside them the functions, pushed to by Pub/Sub, and the scheduler."""

    one_process_tells = False

    def __init__(self, folder: Path, seed: Path, cloud: Cloud) -> None:
        super().__init__(folder, seed, told=cloud.told, bridge_options=["--bus", f"pubsub:{cloud.project}"])
        self.cloud = cloud
        self._phones: dict[str, str] = {}
        ports = free_ports(len(FUNCTIONS))
        self.functions = {
            name: Child(self._function_plan(name, port)) for name, port in zip(FUNCTIONS, ports, strict=True)
        }
        self._publisher = PublisherClient()
        self._over = threading.Event()
        self._scheduler = threading.Thread(target=self._schedule, name="scheduler", daemon=True)

    def __enter__(self) -> Self:
        self._subscribe()
        super().__enter__()
        self._scheduler.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        if self._scheduler.is_alive():
            self._scheduler.join(10)
        self._unsubscribe()
        super().__exit__(*error)
        self._publisher.stop()

    @property
    def _children(self) -> list[Child]:
        return [*self.functions.values(), *super()._children]

    def wait_ready(self, child: Child) -> None:
        """A function answers as soon as it can be posted to."""
        if child not in self.functions.values():
            super().wait_ready(child)
            return

        def ready() -> bool:
            assert child.running, f"{child.plan.name} ended: {child.exit_code}\n{child.log_tail(40)}"
            try:
                return httpx.get(child.plan.ready_url).status_code == httpx.codes.METHOD_NOT_ALLOWED
            except httpx.TransportError:
                return False

        wait_for(ready, 60, f"{child.plan.name} is ready\n{child.log_tail(40)}")

    def driver(self, username: str) -> Person:
        """A new driver with a phone."""
        person = super().driver(username)
        address = f"c{len(self._phones)}".ljust(FID_CHARACTERS, "0")
        person.do("PATCH", "user", {"notification_token": address})
        self._phones[address] = username
        return person

    def messages(self, site: Site) -> list[dict[str, Any]]:
        """What phones were told about the site, as other worlds' notifier writes it."""
        return [
            {
                "message_id": message["data"]["message_id"],
                "user_id": self._phones[message["fid"]],
                "kind": message["data"]["event"],
                "data": message["data"],
            }
            for message in list(self.cloud.fcm.received)
            if message["data"].get("location_id") == site.location_id
        ]

    def publish(self, topic: str, data: bytes = b"{}") -> None:
        """What Cloud Scheduler does."""
        self._publisher.publish(self._topic(topic), data).result(10)

    def _function_plan(self, name: str, port: int) -> Plan:
        command = [
            sys.executable, "-m", "functions_framework",
            "--source", "main.py",
            "--target", name,
            "--signature-type", "cloudevent",
            "--host", "127.0.0.1",
            "--port", str(port),
        ]  # fmt: skip
        return Plan(
            name=name,
            command=command,
            environment={**environment(self.machine), **self.cloud.told, "K_SERVICE": name.replace("_", "-")},
            log=self.machine.logs / f"{name}.log",
            ready_url=f"http://127.0.0.1:{port}/",
        )

    def _subscribe(self) -> None:
        for topic in set(FUNCTIONS.values()):
            self._publisher.create_topic(name=self._topic(topic))
        with SubscriberClient() as subscriber:
            for name, topic in FUNCTIONS.items():
                subscription = {
                    "name": self._subscription(name),
                    "topic": self._topic(topic),
                    "push_config": {"push_endpoint": self.functions[name].plan.ready_url},
                    "ack_deadline_seconds": 60,
                }
                subscriber.create_subscription(request=subscription)

    def _unsubscribe(self) -> None:
        """Before the functions end: a dead push endpoint would be tried in a loop."""
        with SubscriberClient() as subscriber:
            for name in FUNCTIONS:
                subscriber.delete_subscription(subscription=self._subscription(name))

    def _topic(self, topic: str) -> str:
        return topic_path(self.cloud.project, topic)

    def _subscription(self, name: str) -> str:
        return f"projects/{self.cloud.project}/subscriptions/{name}"

    def _schedule(self) -> None:
        while not self._over.wait(SCHEDULE_S):
            self.publish("tick")
