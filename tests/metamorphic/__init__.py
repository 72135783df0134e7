"""Metamorphic tests: a script that is written in another way, and means the same, has the same model."""
