import requests

page = 1
while True:
    answer = requests.get("https://shop.example/orders", params={"per_page": 100, "page": page}, timeout=10)
    orders = answer.json()
    if not orders:
        break
    for order in orders:
        print(order["id"])
    page += 1
newest = requests.get("https://shop.example/news", params={"per_page": 20, "sort": "-created"}, timeout=10)
for item in newest.json():
    print(item["title"])
