// Documents: JSON with options, CSV, lines of text; paths of files.

/** The lines of a text, each with the \n that ends it. */
function file_lines(string) {
  return type_name(string) === "str" ? string.match(/[^\n]*\n|[^\n]+$/g) || [] : fail("TypeError", "lines of what is no str");
}

// --- CSV ---------------------------------------------------------------------------------------------------------

const FIELD_LIMIT = 131072;

function dialectOf(dialect) {
  if (type_name(dialect) !== "dict") fail("TypeError", "a dialect that is no dict");
  const known = ["delimiter", "quotechar", "lineterminator", "quoting"];
  const quoting = get(dialect, "quoting", "minimal");
  if (keys(dialect).some((key) => !known.includes(key)) || !["minimal", "all"].includes(quoting)) fail("TypeError", "a dialect that is not known");
  const [delimiter, quotechar] = [get(dialect, "delimiter", ","), get(dialect, "quotechar", '"')];
  const lineterminator = get(dialect, "lineterminator", "\r\n");
  for (const mark of [delimiter, quotechar]) if (type_name(mark) !== "str" || [...mark].length !== 1) fail("TypeError", "a mark must be a 1-character string");
  if (type_name(lineterminator) !== "str") fail("TypeError", "a line terminator must be a string");
  if (delimiter === quotechar || /[\r\n ]/.test(delimiter + quotechar)) fail("Gap", "marks on which versions of Python differ");
  return { delimiter, quotechar, lineterminator, all: quoting === "all" };
}

/** What csv.writer(file, **dialect).writerow(cells) writes. */
function csv_row(cells, dialect) {
  if (type_name(cells) !== "list") fail("TypeError", "cells that are no list");
  const { delimiter, quotechar, lineterminator, all } = dialectOf(dialect);
  const fields = Array.from(cells, (cell) => {
    const string = cell === null ? "" : text(cell);
    const special = [delimiter, quotechar, ...lineterminator].some((mark) => string.includes(mark));
    if (!special && !all && /[\r\n]/.test(string)) fail("Gap", "a line end in a cell that is none of the dialect's, which versions of Python quote differently");
    const quoted = all || special || (string === "" && cells.length === 1);
    return quoted ? quotechar + string.replaceAll(quotechar, quotechar + quotechar) + quotechar : string;
  });
  return fields.join(delimiter) + lineterminator;
}

/** The rows that csv.reader gives for a file with the text, opened with newline="", or for a list of lines. */
function csv_rows(string, dialect) {
  if (type_name(string) === "list") return csv_rows_of_lines(string, dialectOf(dialect));
  if (type_name(string) !== "str") fail("TypeError", "rows of what is no str");
  const { delimiter, quotechar } = dialectOf(dialect);
  const rows = [];
  let [row, field, state] = [[], "", "record"];
  const save = () => {
    if (field.length > FIELD_LIMIT && [...field].length > FIELD_LIMIT) fail("csv.Error", "field larger than field limit");
    row.push(field);
    field = "";
  };
  const marks = [...string];
  for (let at = 0; at < marks.length; at += 1) {
    const mark = marks[at];
    const end = mark === "\n" || mark === "\r";
    if (state === "quoted") {
      if (mark === quotechar) state = "quote";
      else field += mark;
    } else if (state === "quote" && mark === quotechar) {
      field += mark;
      state = "quoted";
    } else if (end) {
      if (state !== "record") save();
      rows.push(row);
      [row, state] = [[], "record"];
      if (mark === "\r" && marks[at + 1] === "\n") at += 1;
    } else if (mark === delimiter) {
      save();
      state = "start";
    } else if (mark === quotechar && (state === "record" || state === "start")) {
      state = "quoted";
    } else {
      field += mark;
      state = "field";
    }
  }
  if (state !== "record") {
    save();
    rows.push(row);
  }
  return rows;
}

function csv_rows_of_lines(lines, { delimiter, quotechar }) {
  const rows = [];
  let [row, field, state] = [[], "", "record"];
  const save = () => {
    if (field.length > FIELD_LIMIT && [...field].length > FIELD_LIMIT) fail("csv.Error", "field larger than field limit");
    row.push(field);
    field = "";
  };
  for (const line of lines) {
    if (type_name(line) !== "str") fail("csv.Error", "iterator should return strings");
    for (const mark of line) {
      const end = mark === "\n" || mark === "\r";
      if (state === "eaten") {
        if (!end) fail("csv.Error", "new-line character seen in unquoted field");
      } else if (state === "quoted") {
        if (mark === quotechar) state = "quote";
        else field += mark;
      } else if (state === "quote" && mark === quotechar) {
        field += mark;
        state = "quoted";
      } else if (end) {
        if (state !== "record") save();
        state = "eaten";
      } else if (mark === delimiter) {
        save();
        state = "start";
      } else if (mark === quotechar && (state === "record" || state === "start")) {
        state = "quoted";
      } else {
        field += mark;
        state = "field";
      }
    }
    if (state === "quoted") continue;
    if (state !== "record" && state !== "eaten") save();
    rows.push(row);
    [row, state] = [[], "record"];
  }
  if (state === "quoted") {
    save();
    rows.push(row);
  }
  return rows;
}

/** The rows of csv.DictReader. */
function csv_records(string, dialect, names = null) {
  const rows = csv_rows(string, dialect);
  const given = names === null ? rows.shift() || [] : names;
  if (type_name(given) !== "list") fail("TypeError", "names that are no list");
  return rows.filter((row) => row.length).map((row) => {
    const record = given.map((name, index) => [name, index < row.length ? row[index] : null]);
    return dict(row.length > given.length ? [...record, [null, row.slice(given.length)]] : record);
  });
}

/** The cells that csv.DictWriter makes of a dict. */
function csv_cells(record, names, missing = "", ignoreOthers = false) {
  if (type_name(record) !== "dict" || type_name(names) !== "list") fail("TypeError", "no dict, or names that are no list");
  const known = new Set(names.map(hashed));
  if (ignoreOthers !== true && keys(record).some((key) => !known.has(key))) fail("ValueError", "dict contains fields not in fieldnames");
  return names.map((name) => get(record, name, missing));
}

/** row[key] of a sqlite3.Row: by a column's name in any case of ASCII letters, or by its number. */
function row_item(row, key) {
  if (type_name(row) !== "dict") fail("TypeError", `'${type_name(row)}' object is not subscriptable`);
  if (is_integer(key)) return member(values(row), typeof key === "boolean" ? Number(key) : key);
  if (type_name(key) !== "str") fail("IndexError", "Index must be int or string");
  const ascii = /^[\x00-\x7f]*$/;
  const same = (name) => name === key || (ascii.test(name) && ascii.test(key) && name.toLowerCase() === key.toLowerCase());
  const found = items(row).find(([name]) => same(name)) || fail("IndexError", "No item with that key");
  return found[1];
}

// --- paths -------------------------------------------------------------------------------------------------------

/** os.path.join(...parts) of POSIX. */
function path_join(...parts) {
  if (parts.some((part) => type_name(part) !== "str")) fail("TypeError", "a path that is no str");
  return parts.reduce((path, part) => (part.startsWith("/") ? part : path === "" || path.endsWith("/") ? path + part : `${path}/${part}`), parts.length ? "" : "");
}

/** str(PurePosixPath(...parts)) */
function pure_path(...parts) {
  const joined = path_join(...parts);
  const root = joined.startsWith("//") && !joined.startsWith("///") ? "//" : joined.startsWith("/") ? "/" : "";
  const names = joined.split("/").filter((name) => name !== "" && name !== ".");
  return root + names.join("/") || ".";
}
