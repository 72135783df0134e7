package python

import static python.Values.*

import org.apache.camel.Exchange

/** What a route does besides Python's own functions: configuration, loops, attempts, records. */
class Flow {
  /** The state of a loop: the values of its variables, and the item of one over a list. */
  static class Loop {
    Map values = [:]
    Iterator rest
    def item
    boolean taken = false
    boolean left = false
    boolean skipped = false

    /** Whether the pass goes on, as nothing has left the loop or skipped what follows. */
    boolean isGoing() {
      !left && !skipped
    }
  }

  /** Before the first pass of a loop. */
  static Loop begun(Map values = [:]) {
    new Loop(values: values)
  }

  /** Before the first item of a list; the item of an earlier round stays until there is a new one. */
  static Loop each(List items, Closure<Map> values = { [:] }, earlier = null) {
    new Loop(rest: items.iterator(), item: earlier?.item, taken: earlier?.taken ?: false, values: values())
  }

  /** Begins the next pass; false where there is none. */
  static boolean advance(Loop loop) {
    loop.skipped = false
    if (loop.left) return false
    if (loop.rest == null) return true
    if (!loop.rest.hasNext()) return false
    loop.item = loop.rest.next()
    loop.taken = true
    return true
  }

  /** The end of a pass: all variables get their next values at once. */
  static void next(Loop loop, Map values) {
    loop.values = loop.values + values
  }

  /** Leaves the loop, with the values that its variables have then. */
  static void leave(Loop loop, Map values = [:]) {
    loop.values = loop.values + values
    loop.left = true
  }

  /** Skips the rest of the pass. */
  static void skip(Loop loop) {
    loop.skipped = true
  }

  /** A configuration value; without another it must be set, else that kind of error. */
  static String variable(String name, Object... given) {
    String value = System.getenv(name)
    if (value != null && value.contains('\ufffd')) throw new Gap('the variable ' + name + ' cannot be read in this locale: set LC_ALL=C.UTF-8')
    if (value != null) return value
    if (given == null || given.length == 1) return given == null ? null : (String) given[0]
    throw error(given.length == 2 ? (String) given[1] : 'KeyError', "'" + name + "' is not set")
  }

  /** The value of a secret, read at the moment of use; it must be set. */
  static String secret(String name, Object... given) {
    if (given.length == 1 && System.getenv(name) == null) return variable((String) given[0])
    return given.length == 2 ? variable(name, null, given[1]) : variable(name)
  }

  /** What a step has left, of which it is not certain that it has run. */
  static ran(Map variables, String step) {
    if (!variables.containsKey(step)) throw error('NameError', 'the step ' + step + ' has not run')
    return variables.get(step)
  }

  /** The item that a loop has come to, of which it is not certain that it came to any. */
  static lastItem(Map variables, String step) {
    Loop loop = (Loop) ran(variables, step)
    if (!loop.taken) throw error('NameError', 'the loop ' + step + ' has come to no item')
    return loop.item
  }

  static fail(String kind, String reason) {
    throw error(kind, reason)
  }

  static ended(String reason) {
    throw new Ended(reason)
  }

  static unmapped(String code, String reason) {
    throw new Gap('Unmapped: ' + code + ': ' + reason)
  }

  static refused(String reason) {
    throw new Gap(reason)
  }

  /** {key: value, ...}[key] for constant pairs, or .get(key, otherwise) where another is given. */
  static lookup(List pairs, key, Object... otherwise) {
    hashed(key)
    def found = pairs.findAll { same(it[0], key) }
    if (found) return found.last()[1]
    if (otherwise != null && !otherwise.length) throw saying('KeyError', Texts.representation(key))
    return otherwise == null ? null : otherwise[0]
  }

  /** The value of the row whose key equals; only that one is computed. Rows are [key, { value }]. */
  static pick(List rows, key, Object... otherwise) {
    ((Closure) lookup(rows, key, *several(otherwise))).call()
  }

  /** A record of [path, { value }, { condition }]; fields are set one after the other, in their order. */
  static Map record(List fields) {
    def whole = new LinkedHashMap()
    for (field in fields) {
      if (field.size() > 2 && !holds(field[2].call())) continue
      place(whole, (List) field[0], field[1].call())
    }
    return whole
  }

  private static void place(Map map, List path, value) {
    if (path.size() == 1) {
      map.put(path[0], value)
      return
    }
    if (!map.containsKey(path[0])) map.put(path[0], new LinkedHashMap())
    def inner = map.get(path[0])
    if (!(inner instanceof Map)) throw error('TypeError', "'" + typeName(inner) + "' object does not support item assignment")
    def copy = new LinkedHashMap(inner)
    map.put(path[0], copy)
    place(copy, path.drop(1), value)
  }

  /** What a try around steps has come to. */
  static class Attempt {
    boolean failed = false
    Integer handler
    List kinds = []
    Throwable raised
    int reached = 0

    String getError() {
      if (kinds.size() > 1) throw new Gap('which of ' + kinds.join(', ') + ' it was')
      return kinds ? kinds[0] : null
    }

    /** What Python's str makes of the error. */
    String getMessage() {
      failed ? said() : null
    }

    String getRepresentation() {
      if (!failed) return null
      String kind = error.substring(error.lastIndexOf('.') + 1)
      return kind + '(' + (kind == 'KeyError' ? said() : Texts.representation(said())) + ')'
    }

    private String said() {
      if (!(raised instanceof PythonError) || raised.said == null) throw new Gap('what an error says, which is not known here')
      return raised.said
    }
  }

  static Attempt attempt() {
    new Attempt()
  }

  /**
   * What a try has caught: the first handler that names the kind of the error or a more general one (a handler without
   * kinds takes every error). An error that none takes is thrown again; so is a gap, which has no kind.
   */
  static Attempt caught(Exchange exchange, Attempt attempt, List<List> handlers) {
    Throwable raised = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable)
    List kinds = Http.kindsOf(raised, exchange)
    def ways = kinds.collect { kind -> handlers.findIndexOf { names -> !names || names.any { Kinds.isA(kind, (String) it) } } } as Set
    if (ways.size() > 1) throw new Gap('the error is one of ' + kinds.join(', ') + ', and they are not handled alike')
    if (!ways || ways.first() < 0) throw raised
    return new Attempt(failed: true, handler: (int) ways.first() + 1, kinds: kinds, raised: raised, reached: attempt.reached)
  }
}
