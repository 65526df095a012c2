"""Services: balances and their ledger, payments, and the check that the books are right."""
