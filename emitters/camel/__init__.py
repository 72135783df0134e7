"""Apache Camel: integrations as routes in the YAML DSL, and the engine that runs them."""
