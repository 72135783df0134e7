"""How fast hubshift is beside well-known tools, as ratios measured in one run: `make benchmarks`."""
