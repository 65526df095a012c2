"""Model room: prices, amounts, balances and the ledger, in integers: thousandths of a minor unit, minor units, Wh."""
