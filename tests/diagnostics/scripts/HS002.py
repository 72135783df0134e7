# coding: unknown-8
import requests

requests.get("https://a.example/items")
