"""The unit speaking OCPP 1.6 (edition 2, with the security whitepaper edition 3): a file for each block."""
