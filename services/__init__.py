"""Use cases: load, decide, save in one transaction, then effects. One home for every effect and timer."""
