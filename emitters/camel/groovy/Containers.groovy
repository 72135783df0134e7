package python

import static python.Values.*

/** Lists and maps as wholes, and with one item changed: the result is another value, the argument stays as it is. */
class Containers {
  /** {**map, **map, ...} */
  static Map merge(Object... maps) {
    def whole = new LinkedHashMap()
    for (map in several(maps)) {
      if (!(map instanceof Map)) throw error('TypeError', "'" + typeName(map) + "' object is not a mapping")
      whole.putAll((Map) map)
    }
    return whole
  }

  static List tuple(Object... items) {
    new ArrayList(several(items))
  }

  static List values(map) {
    new ArrayList(needMap(map, 'values').values())
  }

  static List items(map) {
    needMap(map, 'items').collect { key, value -> [key, value] }
  }

  /** dict(v) of a dict or of anything that gives pairs */
  static Map toMap(v) {
    if (v instanceof Map) return (Map) v
    def made = new LinkedHashMap()
    for (pair in iterate(v)) {
      List parts = iterate(pair)
      if (parts.size() != 2) throw error('ValueError', 'an element of a dictionary update sequence is no pair')
      put(made, parts[0], parts[1])
    }
    return made
  }

  /** v.copy() of a list or dict; values are never changed, so that a copy may be the same. */
  static copy(v) {
    if (v instanceof List || v instanceof Map) return v
    throw error('AttributeError', "'" + typeName(v) + "' object has no attribute 'copy'")
  }

  static deepCopy(v) {
    typeName(v)
    return v
  }

  /** The values for `a, b = v`, or for `a, *rest, z = v`, where `after` values follow the rest. */
  static List unpack(v, before, after = null) {
    List parts = iterate(v)
    if (!isInt(before) || !(after == null || isInt(after))) throw error('TypeError', 'a number of values is no int')
    BigInteger size = BigInteger.valueOf(parts.size()), first = whole(before)
    if (after == null) {
      if (size != first) throw error('ValueError', 'another number of values to unpack')
      return parts
    }
    if (size.compareTo(first.add(whole(after))) < 0) throw error('ValueError', 'another number of values to unpack')
    BigInteger end = size.subtract(whole(after))
    return [*slice(parts, null, first), slice(parts, first, end), *slice(parts, end)]
  }

  /** list(range(start, stop, step)) */
  static List range(start, stop, step) {
    for (each in [start, stop, step]) {
      if (!isInt(each)) throw error('TypeError', "'" + typeName(each) + "' object cannot be interpreted as an integer")
    }
    BigInteger at = whole(start), end = whole(stop), by = whole(step)
    if (by.signum() == 0) throw error('ValueError', 'range() arg 3 must not be zero')
    if (end.subtract(at).abs().divide(by.abs()).bitLength() > 23) throw new Gap('a range of more than 8 million numbers')
    def found = new ArrayList()
    while (by.signum() > 0 ? at.compareTo(end) < 0 : at.compareTo(end) > 0) {
      found.add(at)
      at = at.add(by)
    }
    return found
  }

  /** zip(...vs), each tuple as a list */
  static List zip(Object... vs) {
    List lists = several(vs).collect { iterate(it) }
    int count = lists ? (lists.collect { it.size() }).min() : 0
    return (0..<count).collect { at -> lists.collect { it.get(at) } }
  }

  static List reversed(v) {
    def found = new ArrayList(iterate(v))
    java.util.Collections.reverse(found)
    return found
  }

  static boolean all(v) {
    iterate(v).every { truth(it) }
  }

  static boolean any(v) {
    iterate(v).any { truth(it) }
  }

  /** max(v) or max(v, default=otherwise) */
  static maximum(Object... given) {
    extreme('max', several(given)) { a, b -> greater(a, b) }
  }

  /** min(v) or min(v, default=otherwise) */
  static minimum(Object... given) {
    extreme('min', several(given)) { a, b -> less(a, b) }
  }

  private static extreme(String name, List given, Closure better) {
    List found = iterate(given[0])
    if (!found && given.size() > 1) return given[1]
    if (!found) throw error('ValueError', name + '() arg is an empty sequence')
    def best = found[0]
    for (each in found.drop(1)) best = better(each, best) ? each : best
    return best
  }

  /** sum(v, start) */
  static sum(v, start = BigInteger.ZERO) {
    if (start instanceof String) throw error('TypeError', "sum() can't sum strings")
    def total = start
    for (each in iterate(v)) total = Numbers.add(total, each)
    return total
  }

  /** sorted(v, reverse=reverse) */
  static List sorted(v, reverse = false) {
    arranged(iterate(v), iterate(v), reverse)
  }

  /** The items of a list in the order of their keys in another list. */
  static List sortedBy(v, keys, reverse = false) {
    if (!(v instanceof List) || !(keys instanceof List) || v.size() != keys.size()) throw error('TypeError', 'not two lists of one length')
    return arranged((List) v, (List) keys, reverse)
  }

  private static List arranged(List list, List keys, reverse) {
    if (!(reverse instanceof Boolean)) throw error('TypeError', 'reverse is no bool')
    if (keys.size() > 1 && keys.any { holdsNan(it) }) throw new Gap('nan in what is sorted')
    int sign = reverse ? -1 : 1
    def places = new ArrayList((0..<keys.size()).toList())
    places.sort { a, b -> less(keys[a], keys[b]) ? -sign : less(keys[b], keys[a]) ? sign : 0 }
    return places.collect { list[it] }
  }

  private static boolean holdsNan(v) {
    v instanceof List ? v.any { holdsNan(it) } : v instanceof Double && ((Double) v).isNaN()
  }

  /** container after container[key] = value */
  static withItem(container, key, value) {
    if (container instanceof Map) {
      def made = new LinkedHashMap((Map) container)
      put(made, key, value)
      return made
    }
    if (!(container instanceof List)) throw error('TypeError', "'" + typeName(container) + "' object does not support item assignment")
    def made = new ArrayList((List) container)
    made.set(assigned(made, key), value)
    return made
  }

  private static int assigned(List list, key) {
    if (!isInt(key)) throw error('TypeError', 'list indices must be integers or slices, not ' + typeName(key))
    int place = placeOf(key, list.size())
    if (place < 0) throw error('IndexError', 'list assignment index out of range')
    return place
  }

  /** container after del container[key] */
  static withoutItem(container, key) {
    if (container instanceof Map) {
      def name = hashed(key)
      if (!container.containsKey(name)) throw error('KeyError', Texts.representation(key))
      return withoutKey(container, key)
    }
    if (!(container instanceof List)) throw error('TypeError', "'" + typeName(container) + "' object doesn't support item deletion")
    def made = new ArrayList((List) container)
    made.remove(assigned(made, key))
    return made
  }

  /** map after map.pop(key, None) */
  static Map withoutKey(map, key) {
    def made = new LinkedHashMap(needMap(map, 'pop'))
    made.remove(hashed(key))
    return made
  }

  /** map after map.setdefault(key, value) */
  static Map withDefault(map, key, value) {
    needMap(map, 'setdefault')
    return map.containsKey(hashed(key)) ? (Map) map : (Map) withItem(map, key, value)
  }

  /** list after list.append(value) */
  static List appended(list, value) {
    def made = new ArrayList(needList(list, 'append'))
    made.add(value)
    return made
  }

  /** list after list.extend(values), the values a list */
  static List extended(list, values) {
    def made = new ArrayList(needList(list, 'extend'))
    made.addAll(iterate(values))
    return made
  }

  /** What a name holds after name += value */
  static addInPlace(old, value) {
    old instanceof List ? extended(old, value) : Numbers.add(old, value)
  }

  /** map after map.update(other), a dict or a list of pairs */
  static Map updated(map, other) {
    def made = new LinkedHashMap(needMap(map, 'update'))
    made.putAll(toMap(other))
    return made
  }
}
