"""The managers' dashboard: pages rendered here, their parts renewed by htmx. One file a page; admins only."""
