import os

BASE = os.environ["API"]
TOKEN = os.environ["TOKEN"]
OTHER = "abroad"
