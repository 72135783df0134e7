"""The Python front end: from Python source to the script IR."""
