package python

/** What versions of Unicode, and with them of Python and Java, know differently. */
class Unicode {
  /** Code points that Python 3.11 (Unicode 14) and later versions treat differently; those newer than Java's are unassigned. */
  private static final java.util.regex.Pattern UNCERTAIN = ~('['
      + '\\x{19b}\\x{264}\\x{295}\\x{88f}\\x{897}\\x{c5c}\\x{cdc}\\x{cf3}\\x{ece}\\x{10fc}\\x{1acf}-\\x{1add}'
      + '\\x{1ae0}-\\x{1aeb}\\x{1b4e}-\\x{1b4f}\\x{1b7f}\\x{1c89}-\\x{1c8a}\\x{20c1}\\x{2427}-\\x{2429}'
      + '\\x{2b96}\\x{2ffc}-\\x{2fff}\\x{31e4}-\\x{31e5}\\x{31ef}\\x{a7cb}-\\x{a7cf}\\x{a7d2}-\\x{a7d5}'
      + '\\x{a7da}-\\x{a7dc}\\x{a7f1}-\\x{a7f4}\\x{ab69}\\x{fbc3}-\\x{fbd2}\\x{fd90}-\\x{fd91}'
      + '\\x{fdc8}-\\x{fdce}\\x{105c0}-\\x{105f3}\\x{10940}-\\x{10959}\\x{10d40}-\\x{10d65}'
      + '\\x{10d69}-\\x{10d85}\\x{10d8e}-\\x{10d8f}\\x{10ec2}-\\x{10ec7}\\x{10ed0}-\\x{10ed8}'
      + '\\x{10efa}-\\x{10eff}\\x{1123f}-\\x{11241}\\x{11380}-\\x{11389}\\x{1138b}\\x{1138e}'
      + '\\x{11390}-\\x{113b5}\\x{113b7}-\\x{113c0}\\x{113c2}\\x{113c5}\\x{113c7}-\\x{113ca}'
      + '\\x{113cc}-\\x{113d5}\\x{113d7}-\\x{113d8}\\x{113e1}-\\x{113e2}\\x{116d0}-\\x{116e3}\\x{1171e}'
      + '\\x{11b00}-\\x{11b09}\\x{11b60}-\\x{11b67}\\x{11bc0}-\\x{11be1}\\x{11bf0}-\\x{11bf9}'
      + '\\x{11db0}-\\x{11ddb}\\x{11de0}-\\x{11de9}\\x{11f00}-\\x{11f10}\\x{11f12}-\\x{11f3a}'
      + '\\x{11f3e}-\\x{11f5a}\\x{1342f}\\x{13439}-\\x{13455}\\x{13460}-\\x{143fa}\\x{16100}-\\x{16139}'
      + '\\x{16d40}-\\x{16d79}\\x{16ea0}-\\x{16eb8}\\x{16ebb}-\\x{16ed3}\\x{16ff2}-\\x{16ff6}'
      + '\\x{187f8}-\\x{187ff}\\x{18cff}\\x{18d09}-\\x{18d1e}\\x{18d80}-\\x{18df2}\\x{1b132}\\x{1b155}'
      + '\\x{1cc00}-\\x{1ccfc}\\x{1cd00}-\\x{1ceb3}\\x{1ceba}-\\x{1ced0}\\x{1cee0}-\\x{1cef0}'
      + '\\x{1d2c0}-\\x{1d2d3}\\x{1df25}-\\x{1df2a}\\x{1e030}-\\x{1e06d}\\x{1e08f}\\x{1e4d0}-\\x{1e4f9}'
      + '\\x{1e5d0}-\\x{1e5fa}\\x{1e5ff}\\x{1e6c0}-\\x{1e6de}\\x{1e6e0}-\\x{1e6f5}\\x{1e6fe}-\\x{1e6ff}'
      + '\\x{1f6d8}\\x{1f6dc}\\x{1f774}-\\x{1f77f}\\x{1f7d9}\\x{1f8b2}-\\x{1f8bb}\\x{1f8c0}-\\x{1f8c1}'
      + '\\x{1f8d0}-\\x{1f8d8}\\x{1fa54}-\\x{1fa57}\\x{1fa75}-\\x{1fa77}\\x{1fa87}-\\x{1fa8a}'
      + '\\x{1fa8e}-\\x{1fa8f}\\x{1faad}-\\x{1faaf}\\x{1fabb}-\\x{1fabf}\\x{1fac6}\\x{1fac8}'
      + '\\x{1facd}-\\x{1facf}\\x{1fada}-\\x{1fadc}\\x{1fadf}\\x{1fae8}-\\x{1faea}\\x{1faef}'
      + '\\x{1faf7}-\\x{1faf8}\\x{1fbcb}-\\x{1fbef}\\x{1fbfa}\\x{2b739}-\\x{2b73f}\\x{2cea2}-\\x{2cead}'
      + '\\x{2ebf0}-\\x{2ee5d}\\x{31350}-\\x{33479}'
      + ']')

  /** Refuses a text with a character whose case or kind is not the same everywhere. */
  static void check(String text) {
    if (UNCERTAIN.matcher(text).find() || text.codePoints().anyMatch { Character.getType(it) == Character.UNASSIGNED }) {
      throw new Gap('a character that versions of Unicode treat differently')
    }
  }
}
