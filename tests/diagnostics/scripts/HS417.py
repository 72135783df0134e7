import requests

answer = requests.get("https://shop.example/orders", timeout=10)
orders = eval(answer.text)
