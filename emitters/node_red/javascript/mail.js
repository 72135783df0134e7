// Headers, addresses and texts of mails, as email.message.EmailMessage takes them.
const ODD_HEADER = /[\0-\x1f\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]|\p{Cs}| {2}|^ | $|=\?/u;
const MAILBOX = /^(?:[A-Za-z0-9]+(?: [A-Za-z0-9]+)* <(?=.*>$))?([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>?$/;

function oneLine(v) {
  if (!is_string(v)) fail("Gap", `a header that is ${type_name(v)}, not str`);
  return splitlines(v).length > 1 ? fail("ValueError", "Header values may not contain linefeed or carriage return characters") : v;
}

/** message[name] = v: the text itself, unless folding could change it. */
function header_text(name, v) {
  const string = oneLine(v);
  if (ODD_HEADER.test(string) || string.split(" ").some((word) => [...word].length > 60)) fail("Gap", "a header that folding could change");
  const octets = Buffer.byteLength(string);
  if (octets > [...string].length && [...name].length + 14 + 4 * Math.ceil(octets / 3) > 76) fail("Gap", "a header beyond ASCII of more than one line");
  return string;
}

function mailboxes(v) {
  return oneLine(v).split(/, ?/).map((part) => {
    const found = MAILBOX.exec(part);
    return found && part.endsWith(">") === part.includes("<") ? [part, found[1]] : fail("Gap", "addresses that are not of the simplest form");
  });
}

/** message["To"] = v: the addresses, `, ` between them. */
const address_text = (v) => mailboxes(v).map(([part]) => part).join(", ");

/** email.utils.getaddresses([v]), without the names */
const addresses = (v) => mailboxes(v).map(([, address]) => address);

/** message.set_content(v): lines that end with line feeds, at least one. */
function mail_content(v) {
  if (!is_string(v)) fail("KeyError", `no content manager for ${type_name(v)}`);
  if (!v.isWellFormed()) fail("UnicodeEncodeError", "surrogates not allowed");
  return v.replace(/\r\n?/g, "\n").replace(/\n?$/, "\n");
}
