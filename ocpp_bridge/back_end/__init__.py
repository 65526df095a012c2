"""The API as the bridge has it: events posted, questions asked, and a copy of what it knows for when it is away."""
