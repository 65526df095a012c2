"""OCPP 1.6J: a charge point's frames into events, questions and answers, and commands into its calls. No I/O."""
