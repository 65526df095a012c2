"""The pages about the system, and the programs that write the generated ones."""
