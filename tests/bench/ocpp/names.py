"""What load generator and stand-in API agree on."""

PASSWORD = "password of a bench"
TAG = "BENCH-CARD"


def name_of(number: int) -> str:
    """The id of a charge point."""
    return f"B-{number}"
