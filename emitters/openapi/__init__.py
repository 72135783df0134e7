"""OpenAPI 3.1: a document for each system that the flows use, and one for the entities that they write."""
