// Bytes, which are Buffers: texts as bytes and back, digests and signatures by Node's crypto, which the tab brings.
const DIGESTS = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

/** string.encode() */
const encode = (string) => Buffer.from(utf8_text(string), "utf8");

/** bytes.decode() */
const decode = (bytes) => decodeUtf8(needBytes(bytes, "decode"));

/** bytes.hex() */
const hex = (bytes) => needBytes(bytes, "hex").toString("hex");

/** hashlib.new(algorithm, data).digest() */
const digest = (data, algorithm) => crypto.createHash(digestName(algorithm)).update(dataOf(data)).digest();

/** hmac.new(key, data, algorithm).digest() */
const hmac = (key, data, algorithm) => {
  const [secret, message] = [dataOf(key), dataOf(data)];
  return crypto.createHmac(digestName(algorithm), secret).update(message).digest();
};

/** hmac.compare_digest(left, right) */
function compare_digest(left, right) {
  const sides = [left, right].map((side) => (Buffer.isBuffer(side) ? side : asciiOf(side)));
  if (Buffer.isBuffer(left) !== Buffer.isBuffer(right)) fail("TypeError", "a text beside bytes");
  return sides[0].length === sides[1].length && crypto.timingSafeEqual(...sides);
}

function asciiOf(side) {
  if (!is_string(side)) fail("TypeError", `unsupported operand types: '${type_name(side)}'`);
  return /^[\x00-\x7f]*$/.test(side) ? Buffer.from(side, "latin1") : fail("TypeError", "comparing strings with non-ASCII characters is not supported");
}

/** Bytes, or the UTF-8 of a text. */
function dataOf(data) {
  if (Buffer.isBuffer(data)) return data;
  return is_string(data) ? encode(data) : fail("TypeError", `a bytes-like object is required, not '${type_name(data)}'`);
}

function digestName(algorithm) {
  return DIGESTS.includes(algorithm) ? algorithm : fail("ValueError", "unsupported hash type");
}

function needBytes(bytes, method) {
  return Buffer.isBuffer(bytes) ? bytes : fail("AttributeError", `'${type_name(bytes)}' object has no attribute '${method}'`);
}
