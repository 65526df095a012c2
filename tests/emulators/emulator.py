"""The official emulators of Firestore and Pub/Sub, from the Google Cloud SDK, as processes on ports of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import httpx

from standalone.leash import __file__ as leash
from standalone.ports import free_ports
from tests.e2e.world import wait_for
from tests.emulators.sdk import lacking, sdk_root

START_S = 60.0
STOP_S = 10.0
BRIEF_LIFE = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Of Java: in minutes the better compiler costs more than it saves, half of all that an emulator takes."""
FIRESTORE_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"


class Emulator:
    """``host`` ("127.0.0.1:PORT") is what FIRESTORE_EMULATOR_HOST or PUBSUB_EMULATOR_HOST wants.

    What is in it is gone when it stops; it starts again on the same port.
    """

    def __init__(self, command: Callable[[str, int], Sequence[str]], log: Path) -> None:
        (self._port,) = free_ports(1)
        self.host = f"127.0.0.1:{self._port}"
        self._command = [str(word) for word in command("127.0.0.1", self._port)]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Return when it answers."""
        with self._log.open("ab") as log:
            self._process = process = subprocess.Popen(
                [sys.executable, leash, str(os.getpid()), *self._command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

        def answers() -> bool:
            assert process.poll() is None, f"the emulator ended: {self._log.read_text()[-2000:]}"
            try:
                return httpx.get(f"http://{self.host}/", timeout=2).status_code == httpx.codes.OK
            except httpx.TransportError:
                return False

        wait_for(answers, START_S, f"the emulator answers; its log is {self._log}")

    def stop(self) -> None:
        """End it at once, as a machine that dies does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_S)
            self._process = None


def firestore_emulator(folder: Path, *options: str) -> Emulator:
    """Skips the test (in CI: fails it) where the SDK or Java is missing."""
    jar = sdk_root() / "platform" / "cloud-firestore-emulator/cloud-firestore-emulator.jar"
    _need(jar)
    java = ["java", *BRIEF_LIFE, "-Duser.language=en", "-Xmx1g", "-cp", str(jar), FIRESTORE_MAIN, "start"]
    return Emulator(lambda host, port: [*java, "--host", host, "--port", str(port), *options], folder / "firestore.log")


def pubsub_emulator(folder: Path) -> Emulator:
    """As :func:`firestore_emulator`."""
    found = sorted((sdk_root() / "platform").glob("pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar"))
    jar = found[-1] if found else sdk_root() / "platform" / "pubsub-emulator"
    _need(jar)
    java = ["java", *BRIEF_LIFE, "-Xmx512m", "-jar", str(jar)]
    return Emulator(lambda host, port: [*java, f"--host={host}", f"--port={port}"], folder / "pubsub.log")


def _need(jar: Path) -> None:
    if not jar.is_file():
        lacking(f"{jar.name} of the Google Cloud SDK")
    if shutil.which("java") is None:
        lacking("Java")
