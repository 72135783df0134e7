from . import names


def _hidden():
    return names.NAME


def mapped(order, label):
    return {names.NUMBER: order["id"], "name": order["customer"]["name"].upper(), "label": label, "via": _hidden()}
