"""Calls in threads: mapped over items, submitted and asked for their results, from pools of several kinds."""
import os
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

import requests

base = os.environ["API"]


def price(item):
    try:
        answer = requests.get(f"{base}/prices/{item['sku']}")
        if answer.status_code == 404:
            return None
        return answer.json()["price"]
    except Exception:
        return "?"


def tax(item, rate):
    return requests.get(f"{base}/tax/{item['sku']}", params={"rate": rate}).json()["tax"]


items = requests.get(base + "/items").json()
with ThreadPoolExecutor(max_workers=2) as pool:
    prices = list(pool.map(price, items))
requests.post(base + "/prices", json=prices)
with ThreadPoolExecutor() as pool:
    futures = [pool.submit(tax, item, rate=7) for item in items]
    for number, future in enumerate(futures):
        requests.post(base + "/tax", json={"number": number, "tax": future.result()})
workers = ThreadPool(4)
for number, found in enumerate(workers.map(price, items)):
    requests.post(base + "/in", json={"number": number, "price": found})
workers.close()
workers.join()
