"""docs/simulator.md as a program: its commands, and the answers that it shows.

``python -m tests.e2e.simulator_tutorial`` runs it and writes the answers that came into the page.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from standalone.child import ROOT
from standalone.ports import free_ports

PAGE = ROOT / "docs" / "simulator.md"
BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "=== block"
WITHIN_S = 90
# What differs from one run to the next; the rest must be as it is shown.
VARYING = frozenset({
    "at", "booted", "currentTime", "ended_at", "energy_wh", "expires_at", "frame", "latency_ms", "started_at",
    "timestamp", "unique_id", "power_w",
})  # fmt: skip


def blocks(page: str) -> list[tuple[str, str | None]]:
    """Each command block with the answers shown below it, None where none are."""
    found: list[tuple[str, str | None]] = []
    for kind, text in BLOCK.findall(page):
        if kind == "sh":
            found.append((text, None))
        else:
            found[-1] = (found[-1][0], text)
    return found


def run(commands: list[str], folder: Path) -> list[str]:
    """What each block prints, in one shell."""
    script = "".join(f"echo '{MARK}'\n{one}\necho\n" for one in commands)
    central, simulator = free_ports(2)
    for written, free in (("9000", central), ("9100", simulator)):
        script = script.replace(f"127.0.0.1:{written}", f"127.0.0.1:{free}")
    script = script.replace("central.py 9000", f"central.py {central}").replace(
        "simulator.db", f"{folder}/simulator.db"
    )
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    with (folder / "said").open("wb") as said:
        shell = subprocess.Popen(
            ["bash", "-m", "-e", "-o", "pipefail", "-c", script],
            cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            code = shell.wait(WITHIN_S)
        finally:
            end_everything(shell.pid)
    text = (folder / "said").read_text("utf-8")
    for written, free in (("9000", central), ("9100", simulator)):
        text = text.replace(f"127.0.0.1:{free}", f"127.0.0.1:{written}")
    assert code == 0, text
    return text.split(f"{MARK}\n")[1:]


def end_everything(session_id: int) -> None:
    """What the script started and did not end, whatever happened."""
    listed = subprocess.run(["ps", "-o", "pid=", "-s", str(session_id)], capture_output=True, text=True, check=False)
    for pid in map(int, listed.stdout.split()):
        os.kill(pid, signal.SIGKILL)


def values(text: str) -> list[Any]:
    """Every JSON value of a text, one after the other."""
    decoder, found, place = json.JSONDecoder(), [], 0
    while (place := next((i for i in range(place, len(text)) if text[i] in "{["), -1)) >= 0:
        value, place = decoder.raw_decode(text, place)
        found.append(value)
    return found


def settled(value: Any) -> Any:
    """With what varies taken out."""
    if isinstance(value, dict):
        return {name: "…" if name in VARYING and one is not None else settled(one) for name, one in value.items()}
    return [settled(one) for one in value] if isinstance(value, list) else value


def pretty(value: Any, indent: int = 0, width: int = 116) -> str:
    """JSON as the page shows it: what fits into a line stands in one."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= width or not isinstance(value, dict | list):
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, list):
        return "[\n" + ",\n".join(pad + pretty(one, indent + 2, width) for one in value) + f"\n{pad[2:]}]"
    parts = [f'{pad}"{name}": {pretty(one, indent + 2, width - len(name) - 4)}' for name, one in value.items()]
    return "{\n" + ",\n".join(parts) + f"\n{pad[2:]}}}"


def renew() -> None:
    """Write what came into the page."""
    page = PAGE.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        said = run([command for command, _ in blocks(page)], Path(folder))
    number = -1

    def shown(block: re.Match[str]) -> str:
        nonlocal number
        if block.group(1) == "sh":
            number += 1
            return block.group()
        return "```json\n" + "\n".join(pretty(one) for one in values(said[number])) + "\n```"

    PAGE.write_text(BLOCK.sub(shown, page), "utf-8")


if __name__ == "__main__":
    renew()
