"""hubshift: from scripts that connect systems point to point to a central platform, with a proof."""

__version__ = "0.1.0"
