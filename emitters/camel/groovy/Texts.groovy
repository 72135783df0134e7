package python

import static python.Values.*

import java.math.MathContext
import java.math.RoundingMode

/** Python's str: what str() and repr() print, and the methods. Positions and lengths count code points. */
class Texts {
  /** str(v) */
  static String text(v) {
    v instanceof String ? (String) v : representation(v)
  }

  /** repr(v) */
  static String representation(v) {
    switch (typeName(v)) {
      case 'NoneType': return 'None'
      case 'bool': return v ? 'True' : 'False'
      case 'int': return intText(v)
      case 'float': return floatText((Double) v)
      case 'str': return quoted((String) v)
      case 'list': return '[' + v.collect { representation(it) }.join(', ') + ']'
      case 'dict': return '{' + v.collect { key, each -> representation(key) + ': ' + representation(each) }.join(', ') + '}'
      default: throw new Gap('the representation of bytes')
    }
  }

  static String intText(v) {
    String digits = whole(v).toString()
    if (digits.replace('-', '').length() > 4300) throw error('ValueError', 'Exceeds the limit (4300 digits) for integer string conversion')
    return digits
  }

  /** repr() of a float: the shortest digits that read back, laid out as Python does. */
  static String floatText(double value) {
    if (Double.isNaN(value)) return 'nan'
    if (Double.isInfinite(value)) return value > 0d ? 'inf' : '-inf'
    String sign = Numbers.negative(value) ? '-' : ''
    if (isZero(value)) return sign + '0.0'
    BigDecimal found = shortest(Math.abs(value))
    String digits = found.unscaledValue().toString()
    int exponent = digits.length() - 1 - found.scale()
    digits = digits.replaceFirst('0+$', '') ?: '0'
    if (exponent < -4 || exponent >= 16) {
      return sign + digits[0] + (digits.length() > 1 ? '.' + digits.substring(1) : '') + exponentText(exponent)
    }
    if (exponent < 0) return sign + '0.' + '0'.repeat(-exponent - 1) + digits
    String before = digits.substring(0, Math.min(digits.length(), exponent + 1)).padRight(exponent + 1, '0')
    String after = digits.length() > exponent + 1 ? digits.substring(exponent + 1) : '0'
    return sign + before + '.' + after
  }

  /** An exponent as C prints it. */
  static String exponentText(int exponent) {
    'e' + (exponent < 0 ? '-' : '+') + Math.abs(exponent).toString().padLeft(2, '0')
  }

  /** The decimal of fewest digits that reads back as the float, of these the one nearest to it. */
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value)
    for (int digits = 1; digits < 18; digits++) {
      def near = [RoundingMode.DOWN, RoundingMode.UP].collect { exact.round(new MathContext(digits, it)) }
      def read = near.findAll { it.doubleValue() == value }
      if (read) return read.min { exact.subtract(it).abs() }
    }
    throw new Gap('a float whose digits were not found')
  }

  private static String quoted(String text) {
    String mark = text.contains("'") && !text.contains('"') ? '"' : "'"
    def made = new StringBuilder(mark)
    certain(text).codePoints().forEach { int point ->
      if (point == (int) '\\' || point == mark.codePointAt(0)) made.append('\\').appendCodePoint(point)
      else if (point == 10) made.append('\\n')
      else if (point == 13) made.append('\\r')
      else if (point == 9) made.append('\\t')
      else if (printable(point)) made.appendCodePoint(point)
      else made.append(escape(point))
    }
    return made.append(mark).toString()
  }

  private static boolean printable(int point) {
    if (point == 32) return true
    int kind = Character.getType(point)
    return !(kind in [Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
        Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SPACE_SEPARATOR].collect { (int) it })
  }

  private static String escape(int point) {
    String digits = Integer.toHexString(point)
    if (point < 0x100) return '\\x' + digits.padLeft(2, '0')
    return point < 0x10000 ? '\\u' + digits.padLeft(4, '0') : '\\U' + digits.padLeft(8, '0')
  }

  /** ascii(v) */
  static String ascii(v) {
    characters(representation(v)).collect { it.codePointAt(0) < 0x80 ? it : escape(it.codePointAt(0)) }.join('')
  }

  /** The text, refused where versions of Unicode treat one of its characters differently. */
  static String certain(String text) {
    if (!text.codePoints().allMatch { it < 0x80 }) Unicode.check(text)
    return text
  }

  /** The receiver of a method: a str, and no half of a surrogate pair in it or in the arguments. */
  static String receiver(String method, text, Object... others) {
    if (!(text instanceof String)) throw error('AttributeError', "'" + typeName(text) + "' object has no attribute '" + method + "'")
    for (other in several(others)) {
      if (!(other instanceof String)) throw error('TypeError', method + ': expected str, not ' + typeName(other))
    }
    for (each in [text, *several(others)]) {
      if (!wellFormed((String) each)) throw new Gap('a str with half a surrogate pair')
    }
    return (String) text
  }

  static boolean wellFormed(String text) {
    text.codePoints().noneMatch { it >= 0xd800 && it < 0xe000 }
  }

  /** left + right, refusing to make one character of two halves, which Python would keep apart. */
  static String glued(String left, String right) {
    if (left && right && Character.isHighSurrogate(left.charAt(left.length() - 1)) && Character.isLowSurrogate(right.charAt(0))) {
      throw new Gap('a str with half a surrogate pair')
    }
    return left + right
  }

  /** An f-string whose parts are str already. */
  static String concat(Object... texts) {
    String whole = ''
    for (each in several(texts)) {
      if (!(each instanceof String)) throw error('TypeError', 'can only concatenate str (not "' + typeName(each) + '") to str')
    }
    for (each in several(texts)) whole = glued(whole, (String) each)
    return whole
  }

  /** Whether str.isspace() holds for the character. */
  static boolean blank(int point) {
    (point >= 9 && point <= 13) || (point >= 0x1c && point <= 0x20) || point in [0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000] \
        || (point >= 0x2000 && point <= 0x200a)
  }

  static String strip(text, marks = null) {
    trimmed('strip', text, marks, true, true)
  }

  static String lstrip(text, marks = null) {
    trimmed('lstrip', text, marks, true, false)
  }

  static String rstrip(text, marks = null) {
    trimmed('rstrip', text, marks, false, true)
  }

  private static String trimmed(String method, text, marks, boolean left, boolean right) {
    int[] points = receiver(method, text, marks == null ? '' : marks).codePoints().toArray()
    def spare = { int point -> marks == null ? blank(point) : ((String) marks).indexOf(point) >= 0 }
    int start = 0, stop = points.length
    while (left && start < stop && spare(points[start])) start++
    while (right && start < stop && spare(points[stop - 1])) stop--
    return new String(points, start, stop - start)
  }

  static String removePrefix(text, prefix) {
    startsWith(text, prefix) ? ((String) text).substring(((String) prefix).length()) : (String) text
  }

  static String removeSuffix(text, suffix) {
    endsWith(text, suffix) ? ((String) text).substring(0, ((String) text).length() - ((String) suffix).length()) : (String) text
  }

  static boolean startsWith(text, prefix) {
    receiver('startswith', text, prefix).startsWith((String) prefix)
  }

  static boolean endsWith(text, suffix) {
    receiver('endswith', text, suffix).endsWith((String) suffix)
  }

  /** The parts of a text between a separator that is not empty. */
  private static List between(String text, String separator) {
    def parts = new ArrayList()
    int from = 0
    for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
      parts.add(text.substring(from, at))
      from = at + separator.length()
    }
    parts.add(text.substring(from))
    return parts
  }

  /** text.replace(old, new, count); a negative count is all */
  static String replace(text, old, with, count = -1) {
    receiver('replace', text, old, with)
    long limit = sized(count)
    List parts = old == '' ? ['', *characters((String) text), ''] : between((String) text, (String) old)
    if (limit < 0 || limit >= parts.size()) return parts.join((String) with)
    int most = (int) limit
    String rest = most + 1 < parts.size() ? (String) old + parts.drop(most + 1).join((String) old) : ''
    return parts.take(most + 1).join((String) with) + rest
  }

  /** text.split(separator, limit); None separates at white space, a negative limit is none */
  static List split(text, separator = null, limit = -1) {
    parted('split', text, separator, limit, false)
  }

  /** text.rsplit(separator, limit): as split, from the end */
  static List rsplit(text, separator = null, limit = -1) {
    parted('rsplit', text, separator, limit, true)
  }

  private static List parted(String method, text, separator, limit, boolean fromEnd) {
    receiver(method, text)
    long most = sized(limit)
    receiver(method, text, separator == null ? '' : separator)
    if (separator == '') throw error('ValueError', 'empty separator')
    if (separator == null) return atBlanks((String) text, most, fromEnd)
    List parts = between((String) text, (String) separator)
    if (fromEnd && most >= 0) parts = fromTheEnd((String) text, (String) separator, most)
    if (most < 0 || parts.size() <= most + 1) return parts
    int kept = (int) most
    return [*parts.take(kept), parts.drop(kept).join((String) separator)]
  }

  private static List fromTheEnd(String text, String separator, long most) {
    def parts = new LinkedList()
    String rest = text
    for (int at = rest.lastIndexOf(separator); at >= 0 && parts.size() < most; at = rest.lastIndexOf(separator)) {
      parts.addFirst(rest.substring(at + separator.length()))
      rest = rest.substring(0, at)
    }
    parts.addFirst(rest)
    return new ArrayList(parts)
  }

  /** At most so many parts between white space, and the rest as it is; from the end all is read backwards. */
  private static List atBlanks(String text, long most, boolean fromEnd) {
    int[] points = turned(text.codePoints().toArray(), fromEnd)
    def parts = new ArrayList()
    int at = 0
    while (true) {
      while (at < points.length && blank(points[at])) at++
      if (at == points.length) break
      int from = at
      boolean last = most >= 0 && parts.size() >= most
      while (at < points.length && (last || !blank(points[at]))) at++
      int[] part = turned(Arrays.copyOfRange(points, from, at), fromEnd)
      parts.add(new String(part, 0, part.length))
    }
    if (fromEnd) java.util.Collections.reverse(parts)
    return parts
  }

  private static int[] turned(int[] points, boolean reverse) {
    if (!reverse) return points
    int[] made = new int[points.length]
    for (int at = 0; at < points.length; at++) made[points.length - 1 - at] = points[at]
    return made
  }

  /** text.partition(separator) */
  static List partition(text, separator) {
    receiver('partition', text, separator)
    if (separator == '') throw error('ValueError', 'empty separator')
    int at = ((String) text).indexOf((String) separator)
    return at < 0 ? [text, '', ''] : [text.substring(0, at), separator, text.substring(at + ((String) separator).length())]
  }

  static List rpartition(text, separator) {
    receiver('rpartition', text, separator)
    if (separator == '') throw error('ValueError', 'empty separator')
    int at = ((String) text).lastIndexOf((String) separator)
    return at < 0 ? ['', '', text] : [text.substring(0, at), separator, text.substring(at + ((String) separator).length())]
  }

  /** separator.join(list) */
  static String join(separator, list) {
    receiver('join', separator)
    List parts = iterate(list)
    for (part in parts) {
      if (!(part instanceof String)) throw error('TypeError', 'sequence item: expected str instance, ' + typeName(part) + ' found')
      receiver('join', part)
    }
    return parts.join((String) separator)
  }

  static String lower(text) {
    String given = certain(receiver('lower', text))
    if (given.indexOf(0x3a3) >= 0) throw new Gap('the lower case of a sigma, which depends on its place')
    return given.toLowerCase(Locale.ROOT)
  }

  static String upper(text) {
    certain(receiver('upper', text)).toUpperCase(Locale.ROOT)
  }
}
