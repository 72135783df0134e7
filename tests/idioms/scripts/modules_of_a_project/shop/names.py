NUMBER = "number"
NAME = __name__
