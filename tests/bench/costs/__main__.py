"""`python -m tests.bench.costs --write`: counts anew and keeps the counts, from which `make docs` makes the page."""

import sys

from tests.bench.costs.measured import FILE, measure, to_text


def main(arguments: list[str]) -> int:
    """0: written; 2: not asked to."""
    if arguments != ["--write"]:
        print(f"`python -m tests.bench.costs --write` writes {FILE.name}; `python -m tests.bench costs` only looks.")
        return 2
    FILE.write_text(to_text(measure()), "utf-8")
    print(f"wrote {FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
