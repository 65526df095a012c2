"""What must outlive the bridge's process: one SQLite file, written by one thread, many writes sharing one commit."""
