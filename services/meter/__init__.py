"""What was measured: taken in, kept in segments, read as series, deleted in time."""
