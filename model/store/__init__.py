"""The document store: a port, its adapters, and the wrapper that owns retries."""
