import ast

import requests

answer = requests.get("https://shop.example/orders", timeout=10)
orders = ast.literal_eval(answer.text)
limits = eval("2 ** 10")
