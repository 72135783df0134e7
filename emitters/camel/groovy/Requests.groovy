package python

import static python.Values.*

import java.nio.charset.StandardCharsets

/** What the Python library requests does to a request before it is sent, and to an answer before it is read. */
class Requests {
  static final String STATUS_ERROR = 'requests.HTTPError'
  static final Map FAILURES = [
    connecting: ['requests.ConnectTimeout'], reading: ['requests.ReadTimeout'], tls: ['requests.SSLError'],
    lost: ['requests.ConnectionError'], broken: ['requests.ChunkedEncodingError'],
  ]
  private static final String QUERY = '[A-Za-z0-9._~!$&\'()*+,;=:@/?-]'
  private static final String PATH = '[A-Za-z0-9._~!$&\'()*+,;=:@/-]'
  private static final String SAFE = '[A-Za-z0-9._~!#$%&\'()*+,/:;=?@\\[\\]-]'

  /** The URL that requests.get(url, params=pairs) asks for, without its fragment. */
  static String url(given, pairs = []) {
    String text = Texts.lstrip(Texts.text(given))
    if (text.contains(':') && !(text =~ '(?i)^(?:http|[A-Za-z0-9_]+:|//)')) throw error('requests.InvalidSchema', 'No connection adapters were found')
    if (text ==~ '(?s)(?:/*[A-Za-z0-9_.-]*(?:[/?#][^:]*)?|\\(\\)|\\{\\})') throw error('requests.MissingSchema', 'No scheme supplied')
    if (text == '[]') throw error('requests.InvalidURL', 'Failed to parse')
    def parts = text =~ '(?s)^([a-zA-Z][a-zA-Z0-9+.-]*)://([^\\\\/?#]*)([^?#]*)(?:\\?([^#]*))?(?:#(.*))?$'
    if (!parts.matches()) throw new Gap('a URL without scheme and host')
    String scheme = parts.group(1).toLowerCase(Locale.ROOT), authority = parts.group(2), path = parts.group(3)
    if (!(scheme in ['http', 'https'])) throw error('requests.InvalidSchema', 'No connection adapters were found')
    if (authority == '') throw error('requests.InvalidURL', 'No host supplied')
    if (authority.contains('@')) throw new Gap('user and password within a URL')
    def place = authority =~ '^([A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.?)(?::0*([0-9]{0,5}))?$'
    if (!place.matches()) throw new Gap('a host that is not plain ASCII, or that is invalid')
    int port = (place.group(2) ?: '0') as int
    if (port > 65535) throw error('requests.InvalidURL', 'port out of range')
    String query = parts.group(4) ? valid(parts.group(4), QUERY) : ''
    String extra = pairs ? fields(pairs) : ''
    if (extra) query = query ? query + '&' + extra : extra
    String where = valid(withoutDots(path), PATH) ?: '/'
    return Http.deliverable(requote(scheme + '://' + place.group(1).toLowerCase(Locale.ROOT) + (port ? ':' + port : '') + where + (query ? '?' + query : '')))
  }

  /** urllib3 on a path or query: escapes stay where all % belong to escapes, otherwise each % is escaped. */
  private static String valid(String component, String allowed) {
    int escapes = (component =~ '%[0-9a-fA-F]{2}').count
    String upper = component.replaceAll('%[0-9a-fA-F]{2}') { String escape -> escape.toUpperCase(Locale.ROOT) }
    boolean whole = escapes == component.count('%')
    return Http.percent(upper, whole ? allowed + '|%' : allowed)
  }

  private static String withoutDots(String path) {
    def output = new ArrayList()
    for (segment in path.split('/', -1)) {
      if (segment == '.') continue
      if (segment != '..') output.add(segment)
      else if (output) output.remove(output.size() - 1)
    }
    if (path.startsWith('/') && (!output || output[0])) output.add(0, '')
    if (path.endsWith('/.') || path.endsWith('/..')) output.add('')
    return output.join('/')
  }

  private static String requote(String url) {
    boolean broken = false
    def parts = url.split('%', -1) as List
    String unquoted = parts[0] + parts.drop(1).collect { String part ->
      String digits = part.take(2)
      if (!(digits ==~ '[0-9A-Za-z]{2}')) return '%' + part
      if (!(digits ==~ '[0-9A-Fa-f]{2}')) {
        broken = true
        return '%' + part
      }
      String character = ((char) Integer.parseInt(digits, 16)).toString()
      return character ==~ '[A-Za-z0-9._~-]' ? character + part.drop(2) : '%' + part
    }.join('')
    return broken ? Http.percent(url, '(?!%)' + SAFE) : Http.percent(unquoted, SAFE)
  }

  /** The query or form that requests makes of a dict or of [key, value] pairs; a str stays as it is. */
  static String fields(pairs) {
    if (pairs instanceof String) return pairs
    if (!(pairs instanceof Map) && !(pairs instanceof List)) throw new Gap('parameters that are a ' + typeName(pairs))
    def made = new ArrayList()
    def rows = pairs instanceof Map ? pairs.collect { key, value -> [key, value] } : pairs
    for (row in rows) {
      if (!(row instanceof List) || row.size() != 2 || row[0] instanceof List || row[0] instanceof Map) {
        throw new Gap('parameters that are no list of pairs')
      }
      for (value in eachOf(row[1])) {
        if (value == null) continue
        for (each in eachOf(value)) made.add(Http.quotePlus(Texts.text(row[0])) + '=' + Http.quotePlus(Texts.text(each)))
      }
    }
    return made.join('&')
  }

  private static List eachOf(v) {
    v instanceof List || v instanceof Map ? iterate(v) : [v]
  }

  static String form(pairs) {
    fields(pairs)
  }

  /** What requests makes a body of by its type: a text, or a form of a dict or of rows that unpack into key and value. */
  static Map data(given) {
    if (given instanceof String) return [text: given]
    if (!truth(given)) return [:]
    if (given instanceof Map) return [form: given]
    if (!(given instanceof List)) throw error('TypeError', 'a body that is ' + typeName(given))
    return [form: given.collect { row ->
      if (!(row instanceof List) && !(row instanceof Map) && !(row instanceof String)) throw error('TypeError', 'cannot unpack non-iterable ' + typeName(row))
      List parts = iterate(row)
      if (parts.size() != 2) throw error('ValueError', 'a row of a form that does not unpack into two')
      return parts
    }]
  }

  static String json(value) {
    try {
      return Json.jsonText(value, true, false)
    } catch (PythonError problem) {
      throw problem.kind == 'ValueError' ? error('requests.InvalidJSONError', problem.message) : problem
    }
  }

  /** A header value as requests checks it; None means that the header is not sent, and gives null. */
  static String header(name, value) {
    if (value == null) return null
    if (!(name instanceof String) || !(value instanceof String)) throw error('requests.InvalidHeader', 'header name and value must be of type str or bytes')
    if (!(name ==~ '[^:\\s\\x1c-\\x1f\\x85\\xa0\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\u1680][^:\\r\\n]*')) throw error('requests.InvalidHeader', 'invalid character or leading space in a header name')
    if (value != '' && (Texts.blank(value.codePointAt(0)) || value =~ '[\\r\\n]')) {
      throw error('requests.InvalidHeader', 'invalid return character or leading space in header ' + name)
    }
    if (!(name ==~ '[!#$%&\'*+.^_`|~0-9A-Za-z-]+')) throw new Gap('a header name that Java\'s client cannot send')
    if (!(Http.latin(value) ==~ '[\\t\\x20-\\x7e]*')) throw new Gap('a header value that is not plain ASCII')
    if (value == '' || value != value.trim()) throw new Gap('a header value that is empty or ends with a blank')
    return value
  }

  /** The encoding of an answer by its Content-Type, in requests' view; null where it says none. */
  private static String encodingOf(String contentType) {
    if (!contentType) return null
    def (type, parameters) = [contentType.split(';', -1)[0], contentType.split(';', -1).drop(1)]
    String charset = null
    for (parameter in parameters) {
      int at = parameter.indexOf('=')
      String name = at < 0 ? Texts.strip(parameter) : Texts.strip(parameter.substring(0, at), '"\' ')
      if (name.toLowerCase(Locale.ROOT) != 'charset') continue
      if (at < 0) throw new Gap('a charset without a value')
      charset = Texts.strip(parameter.substring(at + 1), '"\' ')
    }
    if (charset) return charset.toLowerCase(Locale.ROOT)
    if (type.contains('text')) return 'iso-8859-1'
    return type.contains('application/json') ? 'utf-8' : null
  }

  /** response.text */
  static String text(byte[] body, String contentType) {
    String encoding = encodingOf(contentType)
    if (body.length == 0) return ''
    if (encoding in ['utf-8', 'utf8']) return new String(body, StandardCharsets.UTF_8)
    if (encoding in ['iso-8859-1', 'latin-1', 'latin1']) return new String(body, StandardCharsets.ISO_8859_1)
    if (!(encoding in ['ascii', 'us-ascii'])) throw new Gap('the charset of an answer, which requests would guess, or an unusual one')
    if (body.any { it < 0 }) throw new Gap('an answer that breaks its own charset')
    return new String(body, StandardCharsets.ISO_8859_1)
  }

  /** response.json() */
  static body(byte[] body, String contentType) {
    try {
      return Json.parse(encodingOf(contentType) == null ? Json.utf8(Json.plainBytes(body)) : text(body, contentType))
    } catch (PythonError problem) {
      if (problem.kind == 'UnicodeDecodeError') throw new Gap('an answer whose charset requests would guess')
      if (problem.kind == 'json.JSONDecodeError') throw new PythonError('requests.JSONDecodeError', problem.message, problem.said)
      throw problem
    }
  }
}
