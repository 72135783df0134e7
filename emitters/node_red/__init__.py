"""Node-RED: flows as a person would draw them, and the engine that runs them."""
