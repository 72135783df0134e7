"""Public integration scripts, labelled by hand before any tool of this repository read them.

`development` is the set to steer by, `held_out` the one that is scored when the work on the first is finished.
README.md beside this file says how the labels were made. No text of a script lies here.
"""
