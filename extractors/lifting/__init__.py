"""Lifting: from the residual program of a script to an integration of the canonical model."""

from extractors.lifting.integration import lift

__all__ = ["lift"]
