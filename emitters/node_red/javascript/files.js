// Files and databases, as Python's open(), os and sqlite3 have them. `fs` and `sqlite` are modules of Node.js itself,
// which the function nodes bring, `sqlite` through `process`: so a tab shows what reaches out of it.
const OS_ERRORS = {
  ENOENT: "FileNotFoundError", EEXIST: "FileExistsError", EISDIR: "IsADirectoryError", ENOTDIR: "NotADirectoryError",
  EACCES: "PermissionError", EPERM: "PermissionError", ERR_INVALID_ARG_VALUE: "ValueError",
};

/** Does something with files; an error gets the name that Python gives it, and quotes no path. */
function system(act) {
  try {
    return act();
  } catch (error) {
    return fail(OS_ERRORS[error.code] || "OSError", `${error.syscall || "access"} of a file`);
  }
}

/** A path; a relative one starts at the folder that the environment names. */
function located(env, folder, path) {
  if (!python.is_string(path)) fail("TypeError", `a path is ${python.type_name(path)}, not str`);
  if (!path.isWellFormed()) fail("Gap", "half a surrogate pair in a path");
  return path === "" || path.startsWith("/") ? path : python.path_join(variable(env, folder), path);
}

const DECODE = {
  "python.utf-8": (bytes) => unicode(bytes),
  "python.utf-8-sig": (bytes) => unicode(bytes).replace(/^\ufeff/, ""),
  "python.latin-1": (bytes) => bytes.toString("latin1"),
  "python.ascii": (bytes) => (bytes.every((byte) => byte < 128) ? bytes.toString("latin1") : fail("UnicodeDecodeError", "no ASCII")),
};
const HIGHEST = { "python.latin-1": 255, "python.ascii": 127 };

function unicode(bytes) {
  const string = bytes.toString("utf8");
  return Buffer.from(string, "utf8").equals(bytes) ? string : fail("UnicodeDecodeError", "invalid UTF-8");
}

function encodedText(string, encoding) {
  if (!(encoding in HIGHEST)) return Buffer.from(wellFormed(string), "utf8");
  if ([...string].some((character) => character.codePointAt(0) > HIGHEST[encoding])) fail("UnicodeEncodeError", "a character that the encoding does not have");
  return Buffer.from(string, "latin1");
}

/** What was read; the body is decoded when it is used. */
class Document {
  constructor(string) {
    this.text = string;
  }

  get body() {
    if (!decoded.has(this)) decoded.set(this, json_value(this.text));
    return decoded.get(this);
  }
}

/** json.loads(text) */
function json_value(string) {
  if (Buffer.isBuffer(string)) return python.parse_bytes(string);
  return python.is_string(string) ? python.parse(string) : fail("TypeError", `the JSON object must be str, not ${python.type_name(string)}`);
}

/** The whole of a file; translated: \r\n and \r become \n. */
function read_file(fs, path, encoding, translated) {
  const string = DECODE[encoding](system(() => fs.readFileSync(path)));
  return new Document(translated ? string.replace(/\r\n?/g, "\n") : string);
}

const create_file = (fs, path) => system(() => fs.writeFileSync(path, ""));

/** A text at the end of a file, which is made if it is not there. */
function append_file(fs, path, encoding, string) {
  if (!python.is_string(string)) fail("TypeError", `${python.type_name(string)} is appended, not str`);
  const marked = encoding === "python.utf-8-sig" && !(fs.existsSync(path) && system(() => fs.statSync(path)).size);
  system(() => fs.appendFileSync(path, ""));
  const bytes = encodedText(marked ? `\ufeff${string}` : string, encoding);
  system(() => fs.appendFileSync(path, bytes));
}

const file_exists = (fs, path) => ({ exists: fs.existsSync(path) });
const is_file = (fs, path) => ({ exists: fs.existsSync(path) && system(() => fs.statSync(path)).isFile() });
const make_folder = (fs, path) => system(() => fs.mkdirSync(path, { recursive: true }));
const move_file = (fs, path, target) => system(() => fs.renameSync(path, target));
const delete_file = (fs, path) => system(() => fs.unlinkSync(path));

// --- databases ---------------------------------------------------------------------------------------------------

const connections = new Map();
const CHANGING = /^\s*(INSERT|UPDATE|DELETE|REPLACE)\b/i;
const INTEGRITY = 19;

/** Runs something on a database; an error gets the name that sqlite3 of Python gives it. */
function inDatabase(act) {
  try {
    return act();
  } catch (error) {
    if (error.code !== "ERR_SQLITE_ERROR") return fail(error.code === "ERR_INVALID_STATE" ? "sqlite3.ProgrammingError" : "Gap", "a statement");
    const number = error.errcode & 255;
    if (number === INTEGRITY) return fail("sqlite3.IntegrityError", "a statement");
    if ([2, 12].includes(number)) return fail("sqlite3.InternalError", "a statement");
    if ([20, 25].includes(number)) return fail("Gap", "a statement that Python's sqlite3 refuses in a way of its own");
    return fail([11, 26].includes(number) ? "sqlite3.DatabaseError" : number === 18 ? "sqlite3.DataError" : "sqlite3.OperationalError", "a statement");
  }
}

/** Opens the database of a connection; what an earlier run left open is given up. */
function connect(process, name, path, implicit) {
  disconnect(name);
  const sqlite = process.getBuiltinModule("node:sqlite") || fail("Gap", "this version of Node.js has no SQLite");
  connections.set(name, { database: inDatabase(() => new sqlite.DatabaseSync(path, { enableForeignKeyConstraints: false })), implicit });
}

/** Closes a connection, or all: what is not committed is lost. */
function disconnect(name) {
  for (const each of name === undefined ? [...connections.keys()] : [name]) {
    if (connections.has(each)) connections.get(each).database.close();
    connections.delete(each);
  }
}

function connected(name) {
  return connections.get(name) || fail("sqlite3.ProgrammingError", "Cannot operate on a closed database.");
}

/** commit() or rollback(). */
function end_transaction(name, how) {
  const { database } = connected(name);
  if (database.isTransaction) inDatabase(() => database.exec(how));
}

const PLAIN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[^]*?(?:\*\/|$)/g;

/** What a statement is given, as sqlite3 of Python binds it. */
function bound(statement, parameters) {
  const plain = statement.replace(PLAIN, " ");
  if (/\?\d/.test(plain) || /(?<!\w)[@$]\w/.test(plain)) fail("Gap", "placeholders that are neither ? nor :name");
  const named = [...plain.matchAll(/(?<!\w|:):(\w+)/g)].map((found) => found[1]);
  const places = (plain.match(/\?/g) || []).length;
  if (named.length && places) fail("Gap", "placeholders of two kinds");
  if (python.is_dict(parameters)) {
    if (places) fail("sqlite3.ProgrammingError", "Binding has no name");
    const missing = named.some((name) => !python.contains(parameters, name));
    if (missing) fail("sqlite3.ProgrammingError", "You did not supply a value for a binding");
    return [Object.fromEntries(named.map((name) => [name, sqlValue(python.get(parameters, name))]))];
  }
  if (!python.is_list(parameters)) fail(python.is_string(parameters) ? "Gap" : "sqlite3.ProgrammingError", "parameters are of unsupported type");
  if (named.length && parameters.length) fail("Gap", "a list for named placeholders");
  if (parameters.length !== places + named.length) fail("sqlite3.ProgrammingError", "Incorrect number of bindings supplied.");
  return parameters.map(sqlValue);
}

function sqlValue(value) {
  switch (python.type_name(value)) {
    case "NoneType": return null;
    case "bool": return BigInt(value);
    case "int": return BigInt.asIntN(64, BigInt(value)) === BigInt(value) ? BigInt(value) : fail("OverflowError", "Python int too large to convert to SQLite INTEGER");
    case "float": return typeof value === "number" ? value : value.value;
    case "str": return wellFormed(value);
    default: return fail("sqlite3.ProgrammingError", "Error binding parameter: type is not supported");
  }
}

function pythonValue(value) {
  if (typeof value === "bigint") return python.int(value);
  if (typeof value === "number") return python.float(value);
  return value === null || typeof value === "string" ? value : fail("Gap", "a row holds a BLOB");
}

/** One statement; all its rows are read at once. */
function execute(name, statement, parameters, maps) {
  if (!python.is_string(statement)) fail("TypeError", `a statement is ${python.type_name(statement)}, not str`);
  const { database, implicit } = connected(name);
  const changes = CHANGING.test(statement.replace(/^(?:\s|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)+/, ""));
  const prepared = inDatabase(() => database.prepare(statement));
  const values = bound(statement, parameters);
  prepared.setReadBigInts(true);
  if (changes && implicit && !database.isTransaction) inDatabase(() => database.exec("BEGIN DEFERRED"));
  const columns = inDatabase(() => prepared.columns()).map((column) => column.name);
  if (!columns.length) {
    const done = inDatabase(() => prepared.run(...values));
    return { rows: [], columns, row_count: changes ? Number(done.changes) : -1, last_row_id: python.int(BigInt(done.lastInsertRowid)) };
  }
  if (changes) fail("Gap", "a statement that changes rows and returns them");
  prepared.setReturnArrays(true);
  const rows = inDatabase(() => prepared.all(...values)).map((row) => row.map(pythonValue));
  if (maps && new Set(columns).size < columns.length) fail("Gap", "two columns have one name");
  return { rows: maps ? rows.map((row) => python.dict(columns.map((column, index) => [column, row[index]]))) : rows, columns, row_count: -1, last_row_id: null };
}

/** One statement for each list or map of parameters. */
function execute_many(name, statement, parameters) {
  if (!python.is_list(parameters)) fail("TypeError", `parameters are ${python.type_name(parameters)}, not list`);
  const counts = parameters.map((each) => execute(name, statement, each, false).row_count);
  return { row_count: counts.reduce((all, one) => all + one, 0) };
}

/** Several statements, after a commit. */
function execute_script(name, script) {
  if (!python.is_string(script)) fail("TypeError", "script argument must be unicode.");
  end_transaction(name, "COMMIT");
  inDatabase(() => connected(name).database.exec(script));
}
