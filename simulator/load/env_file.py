"""The file ``.env``: a ``NAME=value`` a line."""

import re
from pathlib import Path

from simulator.load.wrong import Wrong

LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*)")
QUOTED = re.compile(r"""(?P<quote>["'])(?P<text>.*?)(?P=quote)\s*(?:#.*)?""")
COMMENT = re.compile(r"(?:^|\s)#.*$")


def read_env_file(path: Path) -> dict[str, str]:
    """Its values by name; nothing is put in for ``$``. Raises :class:`Wrong` for a file or a line that is none."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise Wrong(f"{path} cannot be read: {error}") from error
    found = {}
    for number, line in enumerate(lines, 1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        match = LINE.fullmatch(said)
        if match is None:
            raise Wrong(f"{path}, line {number}: not NAME=value")
        found[match["name"]] = _value(match["value"], f"{path}, line {number}")
    return found


def _value(text: str, place: str) -> str:
    if text[:1] in {'"', "'"}:
        match = QUOTED.fullmatch(text)
        if match is None:
            raise Wrong(f"{place}: a quote that does not close")
        return match["text"]
    return COMMENT.sub("", text).strip()
