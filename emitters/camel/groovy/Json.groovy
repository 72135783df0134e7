package python

import static python.Values.*

import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.nio.charset.StandardCharsets

/** json.loads and json.dumps of Python. */
class Json {
  private static final int DEEPEST = 900 // Python gives up somewhere below 1000, by how deep its own stack already is
  private static final java.util.regex.Pattern NUMBER = ~'(-?(?:0|[1-9][0-9]*))(\\.[0-9]+)?([eE][-+]?[0-9]+)?'
  private static final Map CONSTANTS = ['null': null, 'true': true, 'false': false, 'NaN': Double.NaN,
      'Infinity': Double.POSITIVE_INFINITY, '-Infinity': Double.NEGATIVE_INFINITY]
  private static final Map ESCAPES = ['"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t']

  private final String document
  private int at = 0
  private int afterComma = -1

  private Json(String document) {
    this.document = document
  }

  /** json.loads(source): a str, or bytes of UTF-8. */
  static jsonValue(source) {
    if (source instanceof byte[]) return ofBytes((byte[]) source)
    if (!(source instanceof String)) {
      throw error('TypeError', 'the JSON object must be str, bytes or bytearray, not ' + typeName(source))
    }
    return parse((String) source)
  }

  static parse(String document) {
    if (document.startsWith('\ufeff')) throw error('json.JSONDecodeError', 'Unexpected UTF-8 BOM (decode using utf-8-sig)')
    def reader = new Json(document)
    def value = reader.value(0)
    reader.skip()
    if (reader.at != document.length()) reader.broken('Extra data')
    return value
  }

  /** The text of bytes in UTF-8; raises UnicodeDecodeError. */
  static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString()
    } catch (CharacterCodingException problem) {
      throw error('UnicodeDecodeError', 'invalid UTF-8')
    }
  }

  private static ofBytes(byte[] bytes) {
    byte[] plain = plainBytes(bytes)
    if (new String(plain, StandardCharsets.ISO_8859_1) =~ '\u00ed[\u00a0-\u00bf]') throw new Gap('JSON that may hold half a surrogate pair')
    return parse(utf8(plain))
  }

  /** The bytes of a JSON document whose answer names no charset: UTF-8, without the mark in front. */
  static byte[] plainBytes(byte[] bytes) {
    if (bytes.length <= 3) {
      if (bytes.any { it < 0 }) throw new Gap('bytes whose charset would be guessed')
      return bytes
    }
    if (bytes.take(4).any { it == 0 } || ((bytes[0] & 0xff) >= 0xfe && (bytes[1] & 0xff) >= 0xfe)) throw new Gap('JSON that is not UTF-8')
    boolean marked = (bytes[0] & 0xff) == 0xef && (bytes[1] & 0xff) == 0xbb && (bytes[2] & 0xff) == 0xbf
    return marked ? Arrays.copyOfRange(bytes, 3, bytes.length) : bytes
  }

  /** The error of a document that is no JSON, with the place as Python counts it: in code points. */
  private broken(String reason, int place = at) {
    String before = document.substring(0, Math.min(place, document.length()))
    int line = before.count('\n') + 1
    String last = before.substring(before.lastIndexOf('\n') + 1)
    throw saying('json.JSONDecodeError', reason + ': line ' + line + ' column ' + (last.codePointCount(0, last.length()) + 1)
        + ' (char ' + before.codePointCount(0, before.length()) + ')')
  }

  private void skip() {
    while (at < document.length() && ' \t\n\r'.indexOf((int) document.charAt(at)) >= 0) at++
  }

  /** Whether the next thing, after white space, is this mark; if so, it is read. */
  private boolean accept(String mark) {
    skip()
    if (at >= document.length() || document.charAt(at) != mark.charAt(0)) return false
    at++
    return true
  }

  private value(int depth) {
    if (depth > DEEPEST) throw new Gap('JSON nested so deeply that Python may give up')
    if (accept('"')) return string()
    if (accept('{')) return object(depth)
    if (accept('[')) return array(depth)
    for (constant in CONSTANTS) {
      if (document.startsWith((String) constant.key, at)) {
        at += ((String) constant.key).length()
        return constant.value
      }
    }
    def found = NUMBER.matcher(document)
    found.region(at, document.length())
    if (!found.lookingAt()) {
      // What versions of Python say of a comma before the end differs.
      if (afterComma == at && at < document.length() && document.charAt(at) == ']' as char) throw error('json.JSONDecodeError', 'Expecting value')
      broken('Expecting value')
    }
    at = found.end()
    return found.group(2) || found.group(3) ? (Object) Double.parseDouble(found.group()) : Numbers.digitsToInt(found.group(1))
  }

  private List array(int depth) {
    def list = new ArrayList()
    if (accept(']')) return list
    while (true) {
      list.add(value(depth + 1))
      if (accept(']')) return list
      if (!accept(',')) broken("Expecting ',' delimiter")
      skip()
      afterComma = at
    }
  }

  private Map object(int depth) {
    def map = new LinkedHashMap()
    if (accept('}')) return map
    while (true) {
      if (!accept('"')) {
        String reason = 'Expecting property name enclosed in double quotes'
        if (map && at < document.length() && document.charAt(at) == '}' as char) throw error('json.JSONDecodeError', reason)
        broken(reason)
      }
      String key = string()
      if (!accept(':')) broken("Expecting ':' delimiter")
      map.put(key, value(depth + 1))
      if (accept('}')) return map
      if (!accept(',')) broken("Expecting ',' delimiter")
      skip()
    }
  }

  private String string() {
    int begin = at - 1
    def made = new StringBuilder()
    while (true) {
      int from = at
      while (at < document.length() && document.charAt(at) >= 0x20 && document.charAt(at) != 0x22 && document.charAt(at) != 0x5c) at++
      made.append(document, from, at)
      if (at >= document.length()) broken('Unterminated string starting at', begin)
      char mark = document.charAt(at)
      if (mark == 0x22) {
        at++
        return made.toString()
      }
      if (mark != 0x5c) broken('Invalid control character at')
      escaped(made, begin)
    }
  }

  private void escaped(StringBuilder made, int begin) {
    int place = at
    at++
    if (at >= document.length()) broken('Unterminated string starting at', begin)
    String letter = document.substring(at, at + 1)
    if (letter != 'u') {
      if (!ESCAPES.containsKey(letter)) broken('Invalid \\escape', place)
      made.append(ESCAPES[letter])
      at++
      return
    }
    String digits = document.substring(at + 1, Math.min(at + 5, document.length()))
    if (!(digits ==~ '[0-9a-fA-F]{4}')) broken('Invalid \\uXXXX escape', at)
    char unit = (char) Integer.parseInt(digits, 16)
    if (made.length() && Character.isLowSurrogate(unit) && Character.isHighSurrogate(made.charAt(made.length() - 1))
        && !document.substring(0, place).matches('(?s).*\\\\u[0-9a-fA-F]{4}')) throw new Gap('a str with half a surrogate pair')
    made.append(unit)
    at += 5
  }

  /** json.dumps(value, ensure_ascii=, allow_nan=, sort_keys=, indent=, separators=) */
  static String jsonText(value, ascii = true, nan = true, sorted = false, indent = null, between = null, colon = ': ') {
    def separator = between == null ? (indent == null ? ', ' : ',') : between
    if (!(separator instanceof String) || !(colon instanceof String)) throw new Gap('separators that are no str')
    def step = indent == null || indent instanceof String ? indent : ' '.repeat(Math.max(0, (int) sized(indent)))
    def made = new StringBuilder()
    write(made, value, [nan: truth(nan), ascii: truth(ascii), sorted: truth(sorted), between: separator, colon: colon, step: step], 0)
    return made.toString()
  }

  private static void write(StringBuilder made, v, Map layout, int depth) {
    if (depth > DEEPEST) throw new Gap('a value nested so deeply that Python may give up')
    switch (typeName(v)) {
      case 'NoneType': made.append('null'); return
      case 'bool': made.append(v ? 'true' : 'false'); return
      case 'int': made.append(Texts.intText(v)); return
      case 'float': made.append(floatJson((Double) v, layout)); return
      case 'str': quote(made, (String) v, layout); return
      case 'list':
        enclosed(made, '[', (List) v, ']', layout, depth) { each -> write(made, each, layout, depth + 1) }
        return
      case 'dict':
        List pairs = ((Map) v).collect { key, each -> [key, each] }
        if (layout.sorted) pairs.sort { a, b -> less(a[0], b[0]) ? -1 : 1 }
        enclosed(made, '{', pairs, '}', layout, depth) { pair ->
          key(made, pair[0], layout)
          made.append((String) layout.colon)
          write(made, pair[1], layout, depth + 1)
        }
        return
      default: throw error('TypeError', 'Object of type ' + typeName(v) + ' is not JSON serializable')
    }
  }

  /** Items between brackets, each on a line of its own where there is an indent. */
  private static void enclosed(StringBuilder made, String open, List items, String close, Map layout, int depth, Closure item) {
    made.append(open)
    items.eachWithIndex { each, place ->
      if (place) made.append((String) layout.between)
      if (layout.step != null) made.append('\n').append(((String) layout.step).repeat(depth + 1))
      item(each)
    }
    if (items && layout.step != null) made.append('\n').append(((String) layout.step).repeat(depth))
    made.append(close)
  }

  /** A key of an object: numbers and None as texts. */
  private static void key(StringBuilder made, key, Map layout) {
    if (key instanceof String) {
      quote(made, (String) key, layout)
      return
    }
    made.append('"')
    write(made, key, layout, 0)
    made.append('"')
  }

  private static String floatJson(double value, Map layout) {
    if (!Double.isNaN(value) && !Double.isInfinite(value)) return Texts.floatText(value)
    if (!layout.nan) throw error('ValueError', 'Out of range float values are not JSON compliant')
    return Double.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
  }

  private static void quote(StringBuilder made, String text, Map layout) {
    made.append('"')
    for (int at = 0; at < text.length(); at++) {
      char unit = text.charAt(at)
      switch ((int) unit) {
        case 0x22: made.append('\\"'); break
        case 0x5c: made.append('\\\\'); break
        case 10: made.append('\\n'); break
        case 13: made.append('\\r'); break
        case 9: made.append('\\t'); break
        case 12: made.append('\\f'); break
        case 8: made.append('\\b'); break
        default:
          if (unit < 0x20 || (layout.ascii && unit > 0x7e)) made.append('\\u').append(Integer.toHexString((int) unit).padLeft(4, '0'))
          else made.append(unit)
      }
    }
    made.append('"')
  }
}
