import os
import requests

API = os.environ["API"]
for row in requests.get(API + "/rows").json():
    requests.post(API + "/out", json={"cents": int(float(row["price"]) * 100), "round": round(row["price"], 1), "pct": f"{row['price']:.1%}", "half": row["qty"] // 2, "rest": row["qty"] % 2, "text": "%.2f" % row["price"]})
