"""What the central system asks of a charge point: a file per group of operations, a table of all."""
