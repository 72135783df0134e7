import logging
import requests

logging.basicConfig(filename="sync.log", level=logging.INFO)
logging.info("%s", requests.get("https://a.example/orders").status_code)
