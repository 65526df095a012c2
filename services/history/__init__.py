"""The states that chargers showed: filed day by day, read as a list, a day's timeline, a share of uptime."""
