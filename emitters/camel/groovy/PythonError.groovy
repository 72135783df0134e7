package python

/** An error of the legacy script by its kind, such as KeyError; what it says is known only where `said` is given. */
class PythonError extends RuntimeException {
  final String kind
  final String said

  PythonError(String kind, String reason, String said = null) {
    super(kind + ': ' + reason)
    this.kind = kind
    this.said = said
  }
}
