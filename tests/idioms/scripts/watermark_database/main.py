import os
import sqlite3
import requests

API = os.environ["API"]
db = sqlite3.connect("state.db")
db.execute("CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT)")
row = db.execute("SELECT value FROM state WHERE name = ?", ("since",)).fetchone()
since = row[0] if row else "2020-01-01"
for item in requests.get(API + "/rows", params={"since": since}).json():
    requests.post(API + "/out", json={"id": item["id"]})
    since = max(since, item["updated"])
db.execute("INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", ("since", since))
db.commit()
db.close()
