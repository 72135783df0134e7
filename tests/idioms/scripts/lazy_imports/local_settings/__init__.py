NAME = "never asked for"
