"""Generated integration scripts, and the differential test that each means the same to CPython and to the model."""
