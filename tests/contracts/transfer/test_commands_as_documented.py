"""The four lines of `docs/backup.md` that move an installation from SQLite to Firestore, as an operator types them."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
LINE = re.compile(r"^KILOWAIT_STORE=(\S+) +flask --app main (.+)$", re.MULTILINE)


def flask(store: str, *arguments: str, **variables: str) -> None:
    others = {name: value for name, value in os.environ.items() if not name.startswith("KILOWAIT_")}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "main", *arguments],
        cwd=ROOT,
        env={**others, **variables, "KILOWAIT_STORE": store},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_moving_from_sqlite_to_firestore_loses_nothing(tmp_path: Path, firestore_host: str, project: str) -> None:
    assert firestore_host
    stores = {
        "sqlite:///kilowait.db": f"sqlite:///{tmp_path}/kilowait.db",
        "firestore:my-project": f"firestore:{project}",
    }
    flask(stores["sqlite:///kilowait.db"], "create-admin", "root", KILOWAIT_ADMIN_PASSWORD="ten characters or more")
    documented = LINE.findall((ROOT / "docs/backup.md").read_text("utf-8"))
    assert [arguments.split()[0] for _, arguments in documented] == ["export", "import", "export"]
    for store, arguments in documented:
        command, file = arguments.split()
        flask(stores[store], command, str(tmp_path / file))
    assert (tmp_path / "all.jsonl.gz").read_bytes() == (tmp_path / "check.jsonl.gz").read_bytes()
