"""What all tests share: Hypothesis sets no time limit for an example, because a machine may be busy."""

from hypothesis import settings

settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")
