// Lists and dicts with one item changed: the result is another value, the argument stays as it is.

/** The pairs of a dict after d[key] = value: a key that it has keeps its place and its form. */
function pairsWith(d, key, value) {
  const name = hashed(key);
  const pairs = items(d);
  if (hasKey(d, name)) return pairs.map(([each, held]) => (each === name ? [each, value] : [each, held]));
  return [...pairs, [key, value]];
}

/** container after container[key] = value */
function with_item(container, key, value) {
  if (is_dict(container)) return dict(pairsWith(container, key, present(value)));
  if (!is_list(container)) fail("TypeError", `'${type_name(container)}' object does not support item assignment`);
  return container.with(placeOf(container, key, "assignment "), present(value));
}

function placeOf(list, key, what) {
  if (!is_integer(key)) fail("TypeError", `list indices must be integers or slices, not ${type_name(key)}`);
  const place = Number(key) < 0 ? Number(key) + list.length : Number(key);
  return place >= 0 && place < list.length ? place : fail("IndexError", `list ${what}index out of range`);
}

/** container after del container[key] */
function without_item(container, key) {
  if (is_dict(container)) {
    const name = hashed(key);
    return hasKey(container, name) ? dict(items(container).filter(([each]) => each !== name)) : fail("KeyError", repr(key));
  }
  if (!is_list(container)) fail("TypeError", `'${type_name(container)}' object doesn't support item deletion`);
  return container.toSpliced(placeOf(container, key, "assignment "), 1);
}

/** d after d.pop(key, None) */
function without_key(d, key) {
  needDict(d, "pop");
  const name = hashed(key);
  return dict(items(d).filter(([each]) => each !== name));
}

/** d after d.setdefault(key, value) */
function with_default(d, key, value) {
  needDict(d, "setdefault");
  return hasKey(d, hashed(key)) ? d : dict([...items(d), [key, present(value)]]);
}

function needList(v, method) {
  if (!is_list(v)) fail("AttributeError", `'${type_name(v)}' object has no attribute '${method}'`);
}

/** list after list.append(value) */
function appended(list, value) {
  needList(list, "append");
  return [...list, present(value)];
}

/** list after list.extend(values), the values a list */
function extended(list, values_) {
  needList(list, "extend");
  return [...list, ...iterate(values_)];
}

/** What a name holds after name += value */
const add_in_place = (old, value) => (is_list(old) ? [...old, ...iterate(value)] : add(old, value));

/** d after d.update(other), a dict or a list of pairs */
function updated(d, other) {
  needDict(d, "update");
  return items(to_dict(other)).reduce((whole_, [key, value]) => dict(pairsWith(whole_, key, value)), d);
}
