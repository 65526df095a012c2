"""Debian's MQTT broker as a process on a port of its own, which can be killed and started again."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Self

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from standalone.leash import __file__ as leash
from standalone.ports import free_ports
from tests.e2e.world import wait_for
from tests.emulators.sdk import lacking

START_S = 20.0
PLACES = ("/usr/sbin", "/usr/local/sbin")
"""Where Debian puts it, which is in no user's PATH."""


class Mosquitto:
    """``port`` stays. What it acknowledged it keeps, through a kill too, unless ``forgetful``.

    ``password``: of the user `kilowait`; then nobody else may come in.
    """

    def __init__(self, folder: Path, *, password: str = "", forgetful: bool = False, more: str = "") -> None:
        self._program = shutil.which("mosquitto", path=os.pathsep.join((os.environ.get("PATH", ""), *PLACES)))
        if self._program is None:
            lacking("mosquitto")
        (self.port,) = free_ports(1)
        self._log = folder / "mosquitto.log"
        self._process: subprocess.Popen[bytes] | None = None
        lines = [f"listener {self.port} 127.0.0.1", more]
        if password:
            known = folder / "passwords"
            known.write_text("")
            known.chmod(0o600)
            program = shutil.which("mosquitto_passwd") or lacking("mosquitto_passwd")
            subprocess.run([program, "-b", str(known), "kilowait", password], check=True, capture_output=True)
            lines += ["allow_anonymous false", f"password_file {known}"]
        else:
            lines += ["allow_anonymous true"]
        if not forgetful:
            lines += ["persistence true", f"persistence_location {folder}/", "autosave_on_changes true",
                      "autosave_interval 1"]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            lines += ["user root"]  # else it becomes a user who may not write to the folder
        self._config = folder / "mosquitto.conf"
        self._config.write_text("\n".join(lines) + "\n")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self) -> None:
        """Return when it answers."""
        command = [sys.executable, leash, str(os.getpid()), str(self._program), "-c", str(self._config)]
        with self._log.open("ab") as log:
            self._process = process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )

        def answers() -> bool:
            assert process.poll() is None, f"mosquitto ended: {self._log.read_text()[-2000:]}"
            with socket.socket() as one:
                return one.connect_ex(("127.0.0.1", self.port)) == 0

        wait_for(answers, START_S, f"mosquitto answers; its log is {self._log}")

    def kill(self) -> None:
        """At once, as a machine that dies."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


class Subscriber:
    """Reads everything below a prefix, QoS 1, from when it comes; its session stays while it is away."""

    def __init__(
        self, broker: Mosquitto, prefix: str = "kilowait", *, name: str = "reader", password: str = ""
    ) -> None:
        self._changed = threading.Condition()
        self.messages: list[Any] = []
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTv5)
        self._client.reconnect_delay_set(1, 1)
        if password:
            self._client.username_pw_set("kilowait", password)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{prefix}/#", qos=1)
        subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.on_message = self._on_message
        kept: Any = Properties(PacketTypes.CONNECT)
        kept.SessionExpiryInterval = 3600
        self._client.connect("127.0.0.1", broker.port, clean_start=False, properties=kept)
        self._client.loop_start()
        assert subscribed.wait(10), "the subscriber is not let in"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def until(self, enough: Any, within_s: float = 15.0) -> list[Any]:
        """The messages, once they are enough."""
        with self._changed:
            done = self._changed.wait_for(lambda: enough(self.messages), within_s)
            assert done, [(one.topic, one.payload[:200]) for one in self.messages[-10:]]
            return list(self.messages)

    def _on_message(self, _client: Any, _data: Any, message: Any) -> None:
        with self._changed:
            self.messages.append(message)
            self._changed.notify_all()
