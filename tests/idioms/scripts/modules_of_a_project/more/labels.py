LABELS = {"DE": "home", "AT": "near"}
