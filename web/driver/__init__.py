"""The drivers' app: one page, its ES modules, and what makes it installable. Everything it knows it asks of the API."""
