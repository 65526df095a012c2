"""What is done with charge points, as records: operations with their messages, chains of steps, answers that were set,
figures. Everything here is told by the link through its `Watch`.
"""
