"""`python -m tests.bench [name…]`: prints figures against the budgets of the design, exits 1 beyond one of them.

Where an emulator is missing, its bench is left out, as its tests are.
"""

import sys
from importlib import import_module

import pytest

BENCHES = {
    "documents": "documents read and written per decision, over HTTP on SQLite",
    "documents_firestore": "the same on the Firestore emulator, counted in its gRPC messages",
    "site": "the largest site there may be: bytes, indexed fields, milliseconds",
    "score": "the score at work: what one habitual overstayer costs colleagues, under FIFO and under the score",
    "forecast": "the predicted wait at work: how often its range holds, how wide it is, how far it is off",
    "costs": "what a day of one site uses on Google Cloud, and the monthly bill of 1, 100 and 10,000 sites",
    "meter.hour": "a charging hour at a reading every ten seconds: documents written and bytes kept",
    "meter.load": "10 to 1,000 charge points that read every ten seconds: CPU, memory, disk",
    "units": "a day of ten units that post their level every five seconds: documents read and written",
    "reports": "a year of 50 chargers generated, imported, summarised and reported: seconds, and documents read",
    "ocpp.meter_values": "CPU per MeterValues: the bridge, and the whole system, against a bare server",
    "ocpp.boots": "boots of 100 to 2,000 charge points at once, against a bare server",
    "ocpp.idle_memory": "memory per idle charge point at 2,000",
    "ocpp.cycles": "transaction cycles, durable and decided",
    "ocpp.idle_cost": "cost of a message with 0, 900 and 1,800 idle charge points connected",
    "ocpp.reconnects": "2,000 charge points drop and return at once, ten times",
    "simulator.process": "2,000 simulated charge points in one process: boots, memory, CPU per MeterValues",
}
"""Modules of this folder with `run() -> list[str]`: prints its table, returns a sentence per budget that is broken."""


def main(names: list[str]) -> int:
    """0: within all budgets; 1: beyond; 2: no such bench."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"There is no bench {', '.join(unknown)}. There is: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    beyond: list[str] = []
    left_out: list[str] = []
    for name in names or BENCHES:
        print(f"== {name}: {BENCHES[name]}", flush=True)
        try:
            beyond += [f"{name}: {words}" for words in import_module(f"tests.bench.{name}").run()]
        except pytest.skip.Exception as missing:
            left_out.append(f"{name}: {missing}")
        print()
    for words in beyond:
        print(f"BEYOND BUDGET  {words}")
    for words in left_out:
        print(f"LEFT OUT  {words}")
    within = "all that ran is within budget" if left_out else "all within budget"
    print(f"{len(beyond)} beyond budget" if beyond else within)
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
