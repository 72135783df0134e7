"""Shadow run: a legacy script and its replacement answer the same recording, with no way out, and are
compared.

`recording` reads traffic, `redaction` hides secrets, `replay` answers, `sandbox` runs one side, `writes`
keeps what it sent.
"""
