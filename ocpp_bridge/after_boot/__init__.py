"""What is said to a charge point that booted: the settings it needs, its list of tags, what it measures."""
