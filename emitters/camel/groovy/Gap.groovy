package python

/** Here Python has an answer that this library does not reproduce with certainty; no handler takes it. */
class Gap extends RuntimeException {
  Gap(String reason) {
    super('Gap: ' + reason)
  }
}
