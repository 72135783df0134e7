from .mapping import mapped, _hidden

__all__ = ["mapped"]
