package python

import static python.Values.*

import java.math.RoundingMode

/** Values laid out as text: format(), and printf's notation behind `%`. */
class Formats {
  private static final java.util.regex.Pattern SPECIFICATION = \
      ~'(?s)(?:(.)?([<>=^]))?([ +-])?(z)?(#)?(0)?([0-9]+)?([,_])?(?:\\.([0-9]+))?(.)?'
  private static final int LONGEST = 1_000_000

  /** format(v, specification) */
  static String format(v, specification) {
    if (!(specification instanceof String)) throw error('TypeError', 'format() argument 2 must be str, not ' + typeName(specification))
    String wanted = (String) specification
    if (v instanceof byte[]) throw new Gap('a format of bytes')
    if (wanted == '') return Texts.text(v)
    if (!(v instanceof String) && !isNumber(v)) throw error('TypeError', 'unsupported format string passed to ' + typeName(v) + '.__format__')
    if (!Texts.wellFormed(wanted)) throw new Gap('half a surrogate pair in a format')
    if (wanted.codePoints().anyMatch { it > 0x7f && Character.getType(it) == Character.DECIMAL_DIGIT_NUMBER }) throw new Gap('digits that are not ASCII')
    def found = SPECIFICATION.matcher(wanted)
    if (!found.matches()) throw error('ValueError', 'Invalid format specifier')
    boolean text = v instanceof String
    def (fill, align, sign, coerce, alternate, zero, width, grouping, precision, letter) = (1..10).collect { found.group((int) it) }
    def spec = [
      fill: fill ?: zero && fill == null ? '0' : ' ', sign: sign ?: '-', coerce: coerce, alternate: alternate, grouping: grouping,
      align: align ?: text ? '<' : zero && fill == null ? '=' : '>',
      width: asked(width, 0), precision: asked(precision, -1), letter: letter ?: text ? 's' : v instanceof Double ? '' : 'd',
    ]
    if (fill) spec.fill = fill
    String kind = spec.letter
    if (grouping && !('defgEG%F'.contains(kind) || (grouping == '_' && 'boxX'.contains(kind)))) {
      throw error('ValueError', "Cannot specify '" + grouping + "' with '" + kind + "'.")
    }
    if (text) return ofText((String) v, spec, sign)
    return isInt(v) && kind in ['b', 'c', 'd', 'o', 'x', 'X', 'n'] ? ofInt(v, spec, sign) : ofFloat(v, spec)
  }

  private static int asked(String digits, int otherwise) {
    if (digits == null) return otherwise
    if (digits.length() > 7 || Integer.parseInt(digits) > LONGEST) throw new Gap('a format with a very long width or precision')
    return Integer.parseInt(digits)
  }

  private static String ofText(String text, Map spec, sign) {
    if (spec.letter != 's') throw error('ValueError', 'Unknown format code for an object of type str')
    if (sign || spec.coerce || spec.alternate || spec.align == '=') throw error('ValueError', 'not allowed in string format specifier')
    List points = characters(Texts.receiver('format', text))
    return padded('', (spec.precision < 0 ? points : points.take((int) spec.precision)).join(''), spec)
  }

  private static String ofInt(v, Map spec, sign) {
    if (spec.precision >= 0 || spec.coerce) throw error('ValueError', 'not allowed in integer format specifier')
    BigInteger value = whole(v)
    if (spec.letter == 'c') {
      if (sign || spec.alternate) throw error('ValueError', "not allowed with integer format specifier 'c'")
      return padded('', character(value), spec)
    }
    int root = [b: 2, o: 8, x: 16, X: 16].getOrDefault(spec.letter, 10)
    String digits = root == 10 ? Texts.intText(value).replace('-', '') : value.abs().toString(root)
    if (spec.letter == 'X') digits = digits.toUpperCase(Locale.ROOT)
    String prefix = spec.alternate && root != 10 ? '0' + spec.letter : ''
    return laidOut(signOf(value.signum() < 0, spec), prefix, digits, '', spec, root == 10 ? 3 : 4)
  }

  private static String character(BigInteger value) {
    if (value.signum() < 0 || value.compareTo(BigInteger.valueOf(0x10ffff)) > 0) throw error('OverflowError', '%c arg not in range(0x110000)')
    int point = value.intValue()
    if (point >= 0xd800 && point < 0xe000) throw new Gap('half a surrogate pair')
    return new String(Character.toChars(point))
  }

  private static String ofFloat(v, Map spec) {
    String letter = spec.letter == 'n' ? 'g' : spec.letter
    if (letter && !'eEfFgG%'.contains(letter)) throw error('ValueError', "Unknown format code '" + letter + "' for object of type '" + typeName(v) + "'")
    if (spec.precision > 1000) throw new Gap('a precision of more than 1000 digits')
    double value = letter == '%' ? real(v) * 100d : real(v)
    String shown = digitsOf(value, letter.toLowerCase(Locale.ROOT), (int) spec.precision, spec.alternate != null)
    if (letter in ['E', 'F', 'G']) shown = shown.toUpperCase(Locale.ROOT)
    String digits = shown.find('^[0-9]*')
    String rest = shown.substring(digits.length()) + (letter == '%' ? '%' : '')
    boolean negative = Numbers.negative(value) && !(spec.coerce && shown ==~ '(?i)[0.]*(e.*)?')
    return laidOut(signOf(negative, spec), '', digits, rest, spec, 3)
  }

  /** The digits of |x| in one of C's notations: e, f, g, % (as f), or Python's own, with or without a precision. */
  private static String digitsOf(double x, String letter, int precision, boolean alternate) {
    double value = Math.abs(x)
    if (Double.isNaN(value)) return 'nan'
    if (Double.isInfinite(value)) return 'inf'
    if (letter == '' && precision < 0) {
      String plain = Texts.floatText(value)
      return alternate && !plain.contains('.') ? plain.replaceFirst('^[0-9]+', '$0.') : plain
    }
    int places = precision < 0 ? 6 : precision
    if (letter in ['f', '%']) {
      String digits = new BigDecimal(value).setScale(places, RoundingMode.HALF_EVEN).toPlainString()
      return alternate && places == 0 ? digits + '.' : digits
    }
    if (letter == 'e') return scientific(*significant(value, places + 1), alternate)
    int most = Math.max(places, 1)
    def (String digits, int exponent) = significant(value, most)
    String kept = alternate ? digits : digits.replaceFirst('0+$', '') ?: '0'
    if (exponent < -4 || exponent >= most - (letter == '' ? 1 : 0)) return scientific(kept, exponent, alternate)
    int after = Math.max(kept.length() - 1 - exponent, letter == '' ? 1 : 0)
    String all = exponent < 0 ? '0'.repeat(-exponent) + kept : kept.padRight(exponent + 1 + after, '0')
    return pointed(all, after, alternate)
  }

  /** The first digits of a float, half to even on its exact value, and the power of ten of the first. */
  private static List significant(double value, int digits) {
    if (isZero(value)) return ['0'.repeat(digits), 0]
    BigDecimal rounded = new BigDecimal(value).round(new java.math.MathContext(digits, RoundingMode.HALF_EVEN))
    String found = rounded.unscaledValue().toString()
    int exponent = found.length() - 1 - rounded.scale()
    return [found.padRight(digits, '0').substring(0, digits), exponent]
  }

  private static String scientific(String digits, int exponent, boolean alternate) {
    pointed(digits, digits.length() - 1, alternate) + Texts.exponentText(exponent)
  }

  private static String pointed(String digits, int places, boolean alternate) {
    if (places == 0) return digits + (alternate ? '.' : '')
    return digits.substring(0, digits.length() - places) + '.' + digits.substring(digits.length() - places)
  }

  private static String signOf(boolean negative, Map spec) {
    negative ? '-' : spec.sign == '-' ? '' : spec.sign
  }

  /** A number in its width: sign, prefix, digits in groups, the rest. Zeros that fill it up are grouped too. */
  private static String laidOut(String sign, String prefix, String digits, String rest, Map spec, int size) {
    int inner = spec.fill == '0' && spec.align == '=' ? spec.width - sign.length() - prefix.length() - rest.length() : 0
    String all = spec.grouping && digits ? grouped(digits, inner, (String) spec.grouping, size) : digits.padLeft(inner, '0')
    return padded(sign + prefix, all + rest, spec)
  }

  private static String grouped(String digits, int width, String mark, int size) {
    String all = digits
    while (all.length() + (all.length() - 1).intdiv(size) < width) all = '0' + all
    return all.replaceAll('\\B(?=(?:.{' + size + '})+$)', mark)
  }

  private static String padded(String before, String after, Map spec) {
    int missing = Math.max(0, (int) spec.width - length(before).intValue() - length(after).intValue())
    int left = spec.align == '<' ? 0 : spec.align == '^' ? missing.intdiv(2) : missing
    String fill = spec.fill
    if (spec.align == '=') return before + fill.repeat(left) + after
    return fill.repeat(left) + before + after + fill.repeat(missing - left)
  }

  /** template % given, where given is no tuple: CPython's unicode_format, step by step */
  static String printed(String template, given) {
    if (given instanceof byte[]) throw new Gap('a format of bytes')
    boolean mapping = given instanceof List || given instanceof Map
    List points = characters(template)
    def made = new ArrayList()
    int at = 0
    def argument = given
    boolean left = true
    def take = { String wanted ->
      int from = at
      while (at < points.size() && wanted.contains((String) points[at])) at++
      return points.subList(from, at).join('')
    }
    def next = { ->
      if (!left) throw error('TypeError', 'not enough arguments for format string')
      left = false
      return argument
    }
    def size = { int bits ->
      if (at >= points.size() || points[at] != '*') return asked(take('0123456789') ?: null, 0)
      at++
      def wanted = next()
      if (!isInt(wanted)) throw error('TypeError', '* wants int')
      if (whole(wanted).bitLength() >= bits) throw error('OverflowError', 'Python int too large to convert')
      return 0
    }
    while (at < points.size()) {
      if (points[at] != '%') {
        made.add(points[at++])
        continue
      }
      at++
      if (at < points.size() && points[at] == '%') {
        at++
        made.add('%')
        continue
      }
      if (at < points.size() && points[at] == '(') {
        if (!mapping) throw error('TypeError', 'format requires a mapping')
        int from = at + 1
        for (int open = 1; open > 0;) {
          at++
          if (at >= points.size()) throw error('ValueError', 'incomplete format key')
          open += points[at] == '(' ? 1 : points[at] == ')' ? -1 : 0
        }
        at++
        argument = member(given, points.subList(from, at - 1).join(''))
        left = true
      }
      String flags = take('-+ #0')
      int width = size(64)
      int precision = -1
      if (at < points.size() && points[at] == '.') {
        at++
        precision = size(32)
      }
      if (at < points.size() && points[at] in ['h', 'l', 'L']) at++
      if (at >= points.size()) throw error('ValueError', 'incomplete format')
      String letter = points[at++]
      made.add(converted(next(), flags, width, precision, letter))
    }
    if (left && !mapping) throw error('TypeError', 'not all arguments converted during string formatting')
    return Texts.concat(*made)
  }

  /** One place of a format in printf's notation. */
  private static String converted(v, String flags, int width, int precision, String letter) {
    def spec = [align: flags.contains('-') ? '<' : '>', fill: ' ', width: width]
    if (letter in ['s', 'r', 'a']) {
      String text = letter == 's' ? Texts.text(v) : letter == 'r' ? Texts.representation(v) : Texts.ascii(v)
      List points = characters(text)
      return padded('', (precision < 0 ? points : points.take(precision)).join(''), spec)
    }
    if (letter == 'c') return padded('', oneCharacter(v, precision), spec)
    if (!(letter in 'diouxXeEfFgG'.toList())) throw error('ValueError', "unsupported format character '" + letter + "'")
    def (boolean negative, String prefix, String digits) = letter in 'diouxX'.toList() ? intDigits(v, flags, precision, letter) : floatDigits(v, flags, precision, letter)
    String sign = negative ? '-' : flags.contains('+') ? '+' : flags.contains(' ') ? ' ' : ''
    if (flags.contains('0') && !flags.contains('-')) return padded(sign + prefix, digits, [align: '=', fill: '0', width: width])
    return padded('', sign + prefix + digits, spec)
  }

  private static String oneCharacter(v, int precision) {
    if (precision >= 0) throw new Gap('a precision of a character')
    if (v instanceof String && length(v) == BigInteger.ONE) return v
    if (!isInt(v)) throw error('TypeError', '%c requires int or char')
    return character(whole(v))
  }

  private static List intDigits(v, String flags, int precision, String letter) {
    boolean decimal = letter in ['d', 'i', 'u']
    if (!isInt(v) && !(decimal && v instanceof Double)) throw error('TypeError', '%' + letter + ' format: a number is required, not ' + typeName(v))
    BigInteger value = Numbers.toInt(v)
    int root = decimal ? 10 : letter == 'o' ? 8 : 16
    String digits = decimal ? Texts.intText(value).replace('-', '') : value.abs().toString(root)
    if (letter == 'X') digits = digits.toUpperCase(Locale.ROOT)
    return [value.signum() < 0, flags.contains('#') && !decimal ? '0' + letter : '', digits.padLeft(precision, '0')]
  }

  private static List floatDigits(v, String flags, int precision, String letter) {
    if (!isNumber(v)) throw error('TypeError', 'must be real number, not ' + typeName(v))
    if (precision > 1000) throw new Gap('a precision of more than 1000 digits')
    double value = real(v)
    String digits = digitsOf(value, letter.toLowerCase(Locale.ROOT), precision, flags.contains('#'))
    return [Numbers.negative(value), '', letter in ['E', 'F', 'G'] ? digits.toUpperCase(Locale.ROOT) : digits]
  }
}
