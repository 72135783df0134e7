import counting


def shaped(item):
    return {"id": item["id"], "number": counting.sent, "kind": item["kind"]}
