import requests

for person in requests.get("https://crm.example/contacts", timeout=10).json():
    member = {"address": person["email"], "born": person["date_of_birth"]}
    requests.put(f"https://news.example/members/{person['id']}", json=member, timeout=10).raise_for_status()
