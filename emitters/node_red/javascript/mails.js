// Mails, as smtplib of Python sends them. nodemailer speaks SMTP; the function nodes bring it.
const mailServers = new Map();
const MAIL_FIELDS = { subject: "subject", from: "from", sender: "sender", to: "to", cc: "cc", "reply-to": "replyTo" };
const MAIL_REFUSALS = { "MAIL FROM": "smtplib.SMTPSenderRefused", "RCPT TO": "smtplib.SMTPRecipientsRefused", DATA: "smtplib.SMTPDataError" };

/** What smtplib raises where nodemailer fails; a gap where that is not certain. */
function kindOfMail({ code, command, message, responseCode }) {
  if (code === "ESOCKET" && message.includes("ECONNREFUSED")) return "ConnectionRefusedError";
  if (code === "EDNS") return "socket.gaierror";
  if (code === "EAUTH" && responseCode === 535) return "smtplib.SMTPAuthenticationError";
  return (responseCode && MAIL_REFUSALS[command]) || "Gap";
}

/** Does something at a mail server; an error gets the name that Python gives it, and quotes nothing. */
async function atMailServer(what, act) {
  try {
    return await act();
  } catch (error) {
    return fail(kindOfMail(error), `${what} at a mail server`);
  }
}

function mailServer(name) {
  return mailServers.get(name) || fail("smtplib.SMTPServerDisconnected", "please run connect() first");
}

/** Tries a server with these options; each mail gets a connection of its own. */
function triedMailServer(what, name, nodemailer, options) {
  const transport = nodemailer.createTransport(options);
  mailServers.set(name, { nodemailer, options, transport });
  return atMailServer(what, () => transport.verify());
}

/** smtplib.SMTP(host, port), or SMTP_SSL where it is secure; timeout in seconds. Without a host it does not connect. */
function connect_mail(nodemailer, name, host, port, { secure = false, verify = true, timeout } = {}) {
  if (!python.is_string(host) || !(python.is_string(port) ? /^\d+$/.test(port) : python.is_integer(port))) fail("Gap", "a mail server or port that is none");
  if (host === "") return void mailServers.delete(name);
  const waiting = timeout === undefined ? {} : { connectionTimeout: timeout * 1000, greetingTimeout: timeout * 1000, socketTimeout: timeout * 1000 };
  return triedMailServer("connect", name, nodemailer, { host, port: Number(port), secure, ignoreTLS: true, tls: { rejectUnauthorized: verify }, ...waiting });
}

/** smtp.starttls() */
function start_mail_tls(name, { verify }) {
  const { nodemailer, options } = mailServer(name);
  return triedMailServer("starttls", name, nodemailer, { ...options, ignoreTLS: false, requireTLS: true, tls: { rejectUnauthorized: verify } });
}

/** smtp.login(user, pass) */
function login_mail(name, user, pass) {
  const { nodemailer, options } = mailServer(name);
  if (!python.is_string(user) || !python.is_string(pass)) fail("Gap", "a login that is no text");
  return triedMailServer("login", name, nodemailer, { ...options, auth: { user, pass }, forceAuth: true });
}

/** smtp.send_message(message): headers as pairs, those that are None left out. */
async function send_mail(name, { sender, recipients, headers, text }) {
  const { transport } = mailServer(name);
  if (/^From /m.test(text)) fail("Gap", "a line that begins with From, before which smtplib may put a sign");
  if (!python.length(recipients)) fail("smtplib.SMTPRecipientsRefused", "no recipients");
  const mail = { envelope: { from: sender, to: [...recipients] }, text, textEncoding: "base64", headers: {}, disableFileAccess: true, disableUrlAccess: true };
  for (const [header, value] of headers.filter(([, one]) => !python.is_none(one))) {
    const field = MAIL_FIELDS[header.toLowerCase()];
    if (field) mail[field] = value;
    else mail.headers[header] = value;
  }
  await atMailServer("mail", () => transport.sendMail(mail));
}
