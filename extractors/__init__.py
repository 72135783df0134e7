"""Extractors: from legacy scripts to the canonical model. A front end a language, one evaluator, one lifting."""
