"""HTTP in, HTTP out: translates requests into service calls and results into replies. Knows Flask, knows no rule."""
