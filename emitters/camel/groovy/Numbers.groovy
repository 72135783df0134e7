package python

import static python.Values.*

import java.math.RoundingMode

/** Python's arithmetic: ints are exact, floats are binary64, a bool counts as 0 or 1. */
class Numbers {
  private static arithmetic(String symbol, a, b, Closure ints, Closure floats) {
    if (!isNumber(a) || !isNumber(b)) {
      throw error('TypeError', 'unsupported operand type(s) for ' + symbol + ": '" + typeName(a) + "' and '" + typeName(b) + "'")
    }
    return isInt(a) && isInt(b) ? ints(whole(a), whole(b)) : floats(real(a), real(b))
  }

  static add(a, b) {
    if (a instanceof String && b instanceof String) return Texts.glued((String) a, (String) b)
    if (a instanceof List && b instanceof List) return [*a, *b]
    if (a instanceof byte[] && b instanceof byte[]) throw new Gap('a sum of bytes')
    return arithmetic('+', a, b, { x, y -> x.add(y) }, { double x, double y -> x + y })
  }

  static subtract(a, b) {
    arithmetic('-', a, b, { x, y -> x.subtract(y) }, { double x, double y -> x - y })
  }

  static multiply(a, b) {
    boolean first = a instanceof String || a instanceof List, second = b instanceof String || b instanceof List
    if (first && isInt(b)) return repeated(a, sized(b))
    if (second && isInt(a)) return repeated(b, sized(a))
    if (a instanceof byte[] || b instanceof byte[]) throw new Gap('a product of bytes')
    return arithmetic('*', a, b, { x, y -> x.multiply(y) }, { double x, double y -> x * y })
  }

  private static repeated(sequence, long times) {
    int size = sequence.size()
    if (size == 0 || times <= 0) return sequence instanceof String ? '' : []
    if (times > 100_000_000L.intdiv(size)) throw new Gap('a repetition that makes a very long value')
    if (sequence instanceof String) return Texts.glued((String) sequence, ((String) sequence).repeat((int) times - 1))
    def made = new ArrayList()
    times.times { made.addAll((List) sequence) }
    return made
  }

  static divide(a, b) {
    arithmetic('/', a, b, { x, y ->
      if (y.signum() == 0) throw error('ZeroDivisionError', 'division by zero')
      return ratio(x, y)
    }, { double x, double y ->
      if (isZero(y)) throw error('ZeroDivisionError', 'float division by zero')
      return x / y
    })
  }

  /** The float nearest to x / y, half to even. */
  private static double ratio(BigInteger x, BigInteger y) {
    if (x.bitLength() <= 53 && y.bitLength() <= 53) return x.doubleValue() / y.doubleValue()
    if (x.signum() == 0) return y.signum() < 0 ? -0.0d : 0.0d
    BigInteger top = x.abs(), bottom = y.abs()
    int shift = Math.max(-3000, Math.min(3000, 70 - top.bitLength() + bottom.bitLength()))
    BigInteger[] parts = shift >= 0 ? top.shiftLeft(shift).divideAndRemainder(bottom) : top.divideAndRemainder(bottom.shiftLeft(-shift))
    if (parts[0].bitLength() < 60 || shift > 1000) throw new Gap('the quotient of two huge ints that is too small to round')
    BigInteger sticky = parts[0].shiftLeft(1).or(parts[1].signum() == 0 ? BigInteger.ZERO : BigInteger.ONE)
    double result = Math.scalb(sticky.doubleValue(), -shift - 1)
    if (Double.isInfinite(result)) throw error('OverflowError', 'integer division result too large for a float')
    return x.signum() * y.signum() < 0 ? -result : result
  }

  static floorDivide(a, b) {
    arithmetic('//', a, b, { x, y ->
      if (y.signum() == 0) throw error('ZeroDivisionError', 'integer division or modulo by zero')
      return floored(x, y)
    }, { double x, double y ->
      if (isZero(y)) throw error('ZeroDivisionError', 'float floor division by zero')
      return divided(x, y)[0]
    })
  }

  /** a % b; a str on the left is a format */
  static modulo(a, b) {
    if (a instanceof String) return Formats.printed((String) a, b)
    if (a instanceof byte[]) throw new Gap('a format of bytes')
    return arithmetic('%', a, b, { x, y ->
      if (y.signum() == 0) throw error('ZeroDivisionError', 'integer modulo by zero')
      return x.subtract(y.multiply(floored(x, y)))
    }, { double x, double y ->
      if (isZero(y)) throw error('ZeroDivisionError', 'float modulo')
      return divided(x, y)[1]
    })
  }

  private static BigInteger floored(BigInteger x, BigInteger y) {
    BigInteger[] parts = x.divideAndRemainder(y)
    return parts[1].signum() != 0 && parts[1].signum() != y.signum() ? parts[0].subtract(BigInteger.ONE) : parts[0]
  }

  static boolean negative(double x) {
    x < 0d || (isZero(x) && 1d / x < 0d)
  }

  /** CPython's float_divmod: quotient and remainder of two floats. */
  private static List divided(double x, double y) {
    double remainder = x % y
    double quotient = (x - remainder) / y
    if (!isZero(remainder)) {
      if ((y < 0d) != (remainder < 0d)) {
        remainder += y
        quotient -= 1d
      }
    } else {
      remainder = negative(y) ? -0.0d : 0.0d
    }
    if (isZero(quotient)) return [negative(x / y) ? -0.0d : 0.0d, remainder]
    double down = Math.floor(quotient)
    return [quotient - down > 0.5d ? down + 1d : down, remainder]
  }

  /** a ** b of ints; powers of floats differ from C's in the last digit */
  static power(a, b) {
    if (!isNumber(a) || !isNumber(b)) {
      throw error('TypeError', "unsupported operand type(s) for ** or pow(): '" + typeName(a) + "' and '" + typeName(b) + "'")
    }
    if (!isInt(a) || !isInt(b) || whole(b).signum() < 0) throw new Gap('a power of floats, or with a negative exponent')
    BigInteger base = whole(a), exponent = whole(b)
    if (base.signum() == 0) return exponent.signum() == 0 ? BigInteger.ONE : BigInteger.ZERO
    if (exponent.multiply(BigInteger.valueOf(base.abs().bitLength())).bitLength() > 23) {
      throw new Gap('a power of more than 8 million bits')
    }
    return base.pow(exponent.intValue())
  }

  static negate(v) {
    if (!isNumber(v)) throw error('TypeError', "bad operand type for unary -: '" + typeName(v) + "'")
    return isInt(v) ? whole(v).negate() : (Object) (-((Double) v).doubleValue())
  }

  static absolute(v) {
    if (!isNumber(v)) throw error('TypeError', "bad operand type for abs(): '" + typeName(v) + "'")
    return isInt(v) ? whole(v).abs() : (Object) Math.abs(((Double) v).doubleValue())
  }

  /** round(x) or round(x, digits) */
  static round(x, digits = null) {
    if (!isNumber(x)) throw error('TypeError', 'type ' + typeName(x) + " doesn't define __round__ method")
    if (digits != null && !isInt(digits)) throw error('TypeError', "'" + typeName(digits) + "' object cannot be interpreted as an integer")
    BigInteger places = digits == null ? BigInteger.ZERO : whole(digits)
    if (isInt(x)) {
      if (places.signum() >= 0) return whole(x)
      if (places.compareTo(BigInteger.valueOf(-5000)) < 0) throw new Gap('rounding an int to more than 5000 places')
      return new BigDecimal(whole(x)).setScale(places.intValue(), RoundingMode.HALF_EVEN).toBigInteger()
    }
    double value = (Double) x
    if (digits == null) {
      if (Double.isNaN(value)) throw error('ValueError', 'cannot convert float NaN to integer')
      if (Double.isInfinite(value)) throw error('OverflowError', 'cannot convert float infinity to integer')
      return new BigDecimal(value).setScale(0, RoundingMode.HALF_EVEN).toBigInteger()
    }
    if (Double.isNaN(value) || Double.isInfinite(value) || places.compareTo(BigInteger.valueOf(323)) > 0) return x
    if (places.compareTo(BigInteger.valueOf(-308)) < 0) return negative(value) ? -0.0d : 0.0d
    double rounded = new BigDecimal(Math.abs(value)).setScale(places.intValue(), RoundingMode.HALF_EVEN).doubleValue()
    if (Double.isInfinite(rounded)) throw error('OverflowError', 'rounded value too large to represent')
    return negative(value) ? -rounded : rounded
  }

  static floor(v) {
    integral(v, RoundingMode.FLOOR)
  }

  static ceiling(v) {
    integral(v, RoundingMode.CEILING)
  }

  private static BigInteger integral(v, RoundingMode mode) {
    if (!isNumber(v)) throw error('TypeError', 'must be real number, not ' + typeName(v))
    return isInt(v) ? whole(v) : truncated((Double) v, mode)
  }

  private static BigInteger truncated(double value, RoundingMode mode) {
    if (Double.isNaN(value)) throw error('ValueError', 'cannot convert float NaN to integer')
    if (Double.isInfinite(value)) throw error('OverflowError', 'cannot convert float infinity to integer')
    return new BigDecimal(value).setScale(0, mode).toBigInteger()
  }

  // int() and float() skip the spaces that str.strip() skips, but for the four separators 0x1c to 0x1f.
  private static final String SPACE = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*'
  private static final String DIGITS = '[0-9](?:_?[0-9])*'
  private static final java.util.regex.Pattern INT = ~(SPACE + '([+-]?' + DIGITS + ')' + SPACE)
  private static final java.util.regex.Pattern FLOAT = ~('(?i)' + SPACE + '([+-]?(?:(?:' + DIGITS + '\\.?(?:' + DIGITS + ')?|\\.' + DIGITS
      + ')(?:e[+-]?' + DIGITS + ')?|inf|infinity|nan))' + SPACE)

  /** int(v); a text is read to the base 10 */
  static toInt(v) {
    if (isInt(v)) return whole(v)
    if (v instanceof Double) return truncated((Double) v, RoundingMode.DOWN)
    if (v instanceof byte[]) throw new Gap('an int of bytes')
    if (!(v instanceof String)) {
      throw saying('TypeError', "int() argument must be a string, a bytes-like object or a real number, not '" + typeName(v) + "'")
    }
    plainDigits((String) v)
    def found = INT.matcher((String) v)
    if (!found.matches()) throw saying('ValueError', 'invalid literal for int() with base 10: ' + Texts.representation(v))
    return digitsToInt(found.group(1).replace('_', ''))
  }

  static BigInteger digitsToInt(String digits) {
    if (digits.replaceFirst('^[+-]', '').length() > 4300) {
      throw error('ValueError', 'Exceeds the limit (4300 digits) for integer string conversion')
    }
    return new BigInteger(digits)
  }

  /** float(v) */
  static toFloat(v) {
    if (isNumber(v)) return real(v)
    if (v instanceof byte[]) throw new Gap('a float of bytes')
    if (!(v instanceof String)) throw saying('TypeError', "float() argument must be a string or a real number, not '" + typeName(v) + "'")
    plainDigits((String) v)
    def found = FLOAT.matcher((String) v)
    if (!found.matches()) throw saying('ValueError', 'could not convert string to float: ' + Texts.representation(v))
    String digits = found.group(1).replace('_', '').toLowerCase(Locale.ROOT)
    if (digits.endsWith('nan')) return Double.NaN
    if (digits.contains('inf')) return digits.startsWith('-') ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY
    return Double.parseDouble(digits)
  }

  private static void plainDigits(String text) {
    if (text.codePoints().anyMatch { it > 0x7f && Character.getType(it) == Character.DECIMAL_DIGIT_NUMBER }) {
      throw new Gap('digits that are not ASCII')
    }
    Texts.certain(text)
  }
}
