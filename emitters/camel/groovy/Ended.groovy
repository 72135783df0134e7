package python

/** The script ends here as a failed one, past all handlers. */
class Ended extends RuntimeException {
  Ended(String reason) {
    super(reason)
  }
}
