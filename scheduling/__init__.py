"""The rules, pure: (site, sessions, people, inputs, now) → (site', sessions', people', effects). No I/O, no clock."""
