"""What the API wants said to chargers: taken on once, carried out, and told how it ended."""
