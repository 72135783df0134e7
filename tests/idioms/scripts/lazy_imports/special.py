MARK = "!"


def marked(item):
    return {**item, "kind": item["kind"] + MARK}
