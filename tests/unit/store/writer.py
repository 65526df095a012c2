"""A program the SQLite tests start: writes until it has finished or is killed.

`writer.py pair FILE`: forever writes two documents that must agree, printing each acknowledged number.
`writer.py count FILE TIMES`: adds one to a counter, TIMES times.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from model.store.port import Transaction
from model.store.sqlite import SqliteStore

BODY = b"x" * 30_000


def pair(store: SqliteStore) -> None:
    def body(transaction: Transaction) -> int:
        first, _ = transaction.get_many(["pair/a", "pair/b"])
        number = first.data["n"] + 1 if first else 1
        transaction.put("pair/a", {"n": number, "body": BODY})
        transaction.create(f"log/{number}", {"n": number})
        transaction.put("pair/b", {"n": number, "body": BODY})
        return number

    while True:
        sys.stdout.write(f"{store.transact(body)}\n")
        sys.stdout.flush()


def count(store: SqliteStore, times: int) -> None:
    def body(transaction: Transaction) -> None:
        found = transaction.get("counters/c")
        transaction.put("counters/c", {"n": found.data["n"] + 1 if found else 1})

    for _ in range(times):
        store.transact(body)


if __name__ == "__main__":
    with SqliteStore(sys.argv[2]) as opened:
        if sys.argv[1] == "pair":
            pair(opened)
        else:
            count(opened, int(sys.argv[3]))
