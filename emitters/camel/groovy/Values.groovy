package python

import java.math.RoundingMode

/**
 * Python's values: None null, bool Boolean, int BigInteger (a literal may be an Integer), float Double, str String,
 * list List, dict Map in the order of its keys, bytes byte[]. Values are never changed once made.
 */
class Values {
  static PythonError error(String kind, String reason) {
    new PythonError(kind, reason)
  }

  /** An error that says what Python's own says. */
  static PythonError saying(String kind, String said) {
    new PythonError(kind, said, said)
  }

  /** Arguments of any number: Java takes a lone null for none at all. */
  static List several(Object[] given) {
    given == null ? [null] : Arrays.asList(given)
  }

  static String typeName(v) {
    if (v == null) return 'NoneType'
    if (v instanceof Boolean) return 'bool'
    if (v instanceof BigInteger || v instanceof Integer || v instanceof Long) return 'int'
    if (v instanceof Double) return 'float'
    if (v instanceof String) return 'str'
    if (v instanceof List) return 'list'
    if (v instanceof Map) return 'dict'
    if (v instanceof byte[]) return 'bytes'
    throw new Gap('a value that is none of Python\'s: ' + v.getClass().name)
  }

  static boolean isInt(v) {
    v instanceof Boolean || v instanceof BigInteger || v instanceof Integer || v instanceof Long
  }

  static boolean isNumber(v) {
    isInt(v) || v instanceof Double
  }

  /** The int of an int or bool. */
  static BigInteger whole(v) {
    if (v instanceof BigInteger) return v
    if (v instanceof Boolean) return v ? BigInteger.ONE : BigInteger.ZERO
    return BigInteger.valueOf(((Number) v).longValue())
  }

  /** float(v) of a number. */
  static double real(v) {
    if (v instanceof Double) return ((Double) v).doubleValue()
    double value = whole(v).doubleValue()
    if (Double.isInfinite(value)) throw error('OverflowError', 'int too large to convert to float')
    return value
  }

  /** An int as the count of something; one that no memory holds is an error. */
  static long sized(v) {
    if (!isInt(v)) throw error('TypeError', "'" + typeName(v) + "' object cannot be interpreted as an integer")
    if (whole(v).bitLength() > 63) throw error('OverflowError', "cannot fit 'int' into an index-sized integer")
    return whole(v).longValue()
  }

  /** A condition: true or false, nothing else. */
  static boolean holds(v) {
    if (!(v instanceof Boolean)) throw error('TypeError', 'a condition is ' + typeName(v) + ', not bool')
    return (Boolean) v
  }

  static boolean negated(v) {
    !holds(v)
  }

  static boolean isNone(v) {
    v == null
  }

  static boolean truth(v) {
    if (v == null) return false
    if (v instanceof Boolean) return (Boolean) v
    if (isInt(v)) return whole(v).signum() != 0
    if (v instanceof Double) return !isZero((Double) v)
    return length(v).signum() != 0
  }

  static BigInteger length(v) {
    if (v instanceof String) return BigInteger.valueOf(v.codePointCount(0, v.length()))
    if (v instanceof List) return BigInteger.valueOf(((List) v).size())
    if (v instanceof Map) return BigInteger.valueOf(((Map) v).size())
    if (v instanceof byte[]) return BigInteger.valueOf(((byte[]) v).length)
    throw error('TypeError', "object of type '" + typeName(v) + "' has no len()")
  }

  /** Whether a float is 0.0 or -0.0, which Groovy's own operators tell apart. */
  static boolean isZero(double x) {
    Math.abs(x) == 0.0d
  }

  /** What a dict finds a key under: equal numbers are one key, as is a bool and its number. */
  static hashed(key) {
    if (key instanceof List || key instanceof Map) throw saying('TypeError', "unhashable type: '" + typeName(key) + "'")
    typeName(key)
    if (isInt(key)) return whole(key)
    if (!(key instanceof Double) || ((Double) key).isNaN() || ((Double) key).isInfinite()) return key
    BigDecimal exact = new BigDecimal(((Double) key).doubleValue())
    return exact.signum() == 0 || exact.stripTrailingZeros().scale() <= 0 ? exact.toBigInteger() : key
  }

  /** Sets an item of a map; a key that it has keeps its place and its form. */
  static void put(Map map, key, value) {
    def name = hashed(key)
    boolean changed = key instanceof Boolean || (key instanceof Double && (name instanceof BigInteger || ((Double) key).isNaN()))
    if (changed && !map.containsKey(name)) throw new Gap('a bool, a float without fraction or nan as a key')
    map.put(name, value)
  }

  /** The characters of a str, each as a str. */
  static List characters(String text) {
    def found = new ArrayList()
    for (int at = 0; at < text.length();) {
      int point = text.codePointAt(at)
      found.add(new String(Character.toChars(point)))
      at += Character.charCount(point)
    }
    return found
  }

  /** What a `for` loop over the value goes through, or what list(value) holds. */
  static List iterate(v) {
    if (v instanceof List) return (List) v
    if (v instanceof Map) return new ArrayList(((Map) v).keySet())
    if (v instanceof String) return characters((String) v)
    if (v instanceof byte[]) throw new Gap('a loop over bytes')
    throw saying('TypeError', "'" + typeName(v) + "' object is not iterable")
  }

  /** The map itself, or the error of a method that it lacks. */
  static Map needMap(v, String method) {
    if (!(v instanceof Map)) throw saying('AttributeError', "'" + typeName(v) + "' object has no attribute '" + method + "'")
    return (Map) v
  }

  static List needList(v, String method) {
    if (!(v instanceof List)) throw error('AttributeError', "'" + typeName(v) + "' object has no attribute '" + method + "'")
    return (List) v
  }

  /** The place in a sequence of so many items that an index means, or -1. */
  static int placeOf(key, int size) {
    BigInteger index = whole(key)
    if (index.signum() < 0) index = index.add(BigInteger.valueOf(size))
    return index.signum() < 0 || index.compareTo(BigInteger.valueOf(size)) >= 0 ? -1 : index.intValue()
  }

  /** container[key] */
  static member(container, key) {
    if (container instanceof Map) {
      def name = hashed(key)
      if (!((Map) container).containsKey(name)) throw saying('KeyError', Texts.representation(key))
      return ((Map) container).get(name)
    }
    if (container instanceof byte[]) throw new Gap('an item of bytes')
    boolean list = container instanceof List
    if (!list && !(container instanceof String)) throw saying('TypeError', "'" + typeName(container) + "' object is not subscriptable")
    if (!isInt(key)) {
      throw saying('TypeError', list ? 'list indices must be integers or slices, not ' + typeName(key)
          : "string indices must be integers, not '" + typeName(key) + "'")
    }
    List items = iterate(container)
    int place = placeOf(key, items.size())
    if (place < 0) throw saying('IndexError', (list ? 'list' : 'string') + ' index out of range')
    return items.get(place)
  }

  /** map.get(key, otherwise) */
  static get(map, key, otherwise = null) {
    needMap(map, 'get')
    def name = hashed(key)
    return ((Map) map).containsKey(name) ? ((Map) map).get(name) : otherwise
  }

  /** x in container */
  static boolean contains(container, x) {
    if (container instanceof Map) return ((Map) container).containsKey(hashed(x))
    if (container instanceof List) return ((List) container).any { same(it, x) }
    if (!(container instanceof String)) throw error('TypeError', "argument of type '" + typeName(container) + "' is not iterable")
    if (!(x instanceof String)) throw error('TypeError', "'in <string>' requires string as left operand, not " + typeName(x))
    return Texts.receiver('in', container, x).contains((String) x)
  }

  /** sequence[start:stop:step] */
  static slice(sequence, start = null, stop = null, step = null) {
    if (sequence instanceof Map) throw error('TypeError', "unhashable type: 'slice'")
    if (sequence instanceof byte[]) throw new Gap('a part of bytes')
    if (!(sequence instanceof List) && !(sequence instanceof String)) {
      throw error('TypeError', "'" + typeName(sequence) + "' object is not subscriptable")
    }
    for (each in [start, stop, step]) {
      if (each != null && !isInt(each)) throw error('TypeError', 'slice indices must be integers or None or have an __index__ method')
    }
    List items = iterate(sequence)
    BigInteger size = BigInteger.valueOf(items.size())
    BigInteger by = step == null ? BigInteger.ONE : whole(step)
    if (by.signum() == 0) throw error('ValueError', 'slice step cannot be zero')
    boolean up = by.signum() > 0
    BigInteger lowest = up ? BigInteger.ZERO : BigInteger.ONE.negate()
    BigInteger highest = up ? size : size.subtract(BigInteger.ONE)
    def bound = { v, BigInteger otherwise ->
      if (v == null) return otherwise
      BigInteger at = whole(v).signum() < 0 ? whole(v).add(size) : whole(v)
      return at.max(lowest).min(highest)
    }
    BigInteger at = bound(start, up ? lowest : highest)
    BigInteger end = bound(stop, up ? highest : lowest)
    def part = new ArrayList()
    while (up ? at.compareTo(end) < 0 : at.compareTo(end) > 0) {
      part.add(items.get(at.intValue()))
      at = at.add(by)
    }
    return sequence instanceof List ? part : part.join('')
  }

  /** Which of two numbers is the greater, exactly; null where one is nan. */
  static Integer order(a, b) {
    if (isInt(a) && isInt(b)) return whole(a).compareTo(whole(b))
    double x = a instanceof Double ? (Double) a : 0d
    double y = b instanceof Double ? (Double) b : 0d
    if (Double.isNaN(x) || Double.isNaN(y)) return null
    if (Double.isInfinite(x) || Double.isInfinite(y)) return Double.compare(x, y)
    return exact(a).compareTo(exact(b))
  }

  private static BigDecimal exact(v) {
    v instanceof Double ? new BigDecimal(((Double) v).doubleValue()) : new BigDecimal(whole(v))
  }

  /** a == b */
  static boolean equal(a, b) {
    if (isNumber(a) && isNumber(b)) return order(a, b) == Integer.valueOf(0)
    if (typeName(a) != typeName(b)) return false
    if (a instanceof List) {
      List x = (List) a, y = (List) b
      return x.size() == y.size() && (0..<x.size()).every { same(x.get(it), y.get(it)) }
    }
    if (a instanceof Map) {
      Map x = (Map) a, y = (Map) b
      return x.size() == y.size() && x.every { key, value -> y.containsKey(key) && same(value, y.get(key)) }
    }
    if (a instanceof byte[]) return Arrays.equals((byte[]) a, (byte[]) b)
    return Objects.equals(a, b)
  }

  /** Equality inside containers, where Python also asks whether both are one object: that matters for nan alone. */
  static boolean same(a, b) {
    if (a instanceof Double && b instanceof Double && ((Double) a).isNaN() && ((Double) b).isNaN()) {
      throw new Gap('nan compared with nan within a container')
    }
    return equal(a, b)
  }

  static boolean less(a, b) {
    compared('<', a, b) { it < 0 }
  }

  static boolean lessOrEqual(a, b) {
    compared('<=', a, b) { it <= 0 }
  }

  static boolean greater(a, b) {
    compared('>', a, b) { it > 0 }
  }

  private static boolean compared(String operator, a, b, Closure<Boolean> holds) {
    if (isNumber(a) && isNumber(b)) {
      Integer found = order(a, b)
      return found != null && holds(found)
    }
    String left = typeName(a), right = typeName(b)
    if (left != right || !(left in ['str', 'list'])) {
      throw error('TypeError', "'" + operator + "' not supported between instances of '" + left + "' and '" + right + "'")
    }
    if (left == 'str') return holds(inOrder((String) a, (String) b))
    List x = (List) a, y = (List) b
    for (int at = 0; at < Math.min(x.size(), y.size()); at++) {
      if (!same(x.get(at), y.get(at))) return compared(operator, x.get(at), y.get(at), holds)
    }
    return holds(Integer.compare(x.size(), y.size()))
  }

  /** The order of two texts by their code points. */
  static int inOrder(String a, String b) {
    int[] x = a.codePoints().toArray(), y = b.codePoints().toArray()
    for (int at = 0; at < Math.min(x.length, y.length); at++) {
      if (x[at] != y[at]) return Integer.compare(x[at], y[at])
    }
    return Integer.compare(x.length, y.length)
  }

  static boolean identicalType(v, String name) {
    def names = [null: 'NoneType', boolean: 'bool', integer: 'int', float: 'float', text: 'str', list: 'list', map: 'dict']
    return names.containsKey(name) && typeName(v) == names.get(name)
  }
}
