import os
import requests
from dotenv import load_dotenv

load_dotenv()
requests.get(os.environ["SHOP_URL"])
