-- What an MTA says of two messages and one that is abandoned, and what it must hear.
conn = mt.connect("inet:" .. port .. "@127.0.0.1")
if conn == nil then error("cannot connect") end

local function continues(what, failed)
  if failed ~= nil then error(what .. " failed: " .. failed) end
  if mt.getreply(conn) ~= SMFIR_CONTINUE then error(what .. " was not continued") end
end

local function header(subject)
  continues("MAIL", mt.mailfrom(conn, "<alice@example.com>"))
  continues("RCPT", mt.rcptto(conn, "<bob@example.org>"))
  continues("From", mt.header(conn, "From", "alice@example.com"))
  if subject then continues("Subject", mt.header(conn, "Subject", subject)) end
end

local function message(subject, expected)
  header(subject)
  continues("EOH", mt.eoh(conn))
  continues("BODY", mt.bodystring(conn, "Hello\r\n"))
  if mt.eom(conn) ~= nil then error("EOM failed") end
  if mt.getreply(conn) ~= SMFIR_ACCEPT and mt.getreply(conn) ~= SMFIR_CONTINUE then error("the message was not accepted") end
  if not mt.eom_check(conn, MT_HDRCHANGE, "Subject", expected) then error("the subject is not '" .. expected .. "'") end
end

continues("CONNECT", mt.conninfo(conn, "mail.example.com", "192.0.2.1"))
continues("HELO", mt.helo(conn, "mail.example.com"))
message("Hi", "[list] Hi")
header("Given up")
if mt.abort(conn) ~= nil then error("ABORT failed") end
message(nil, "[list] ")
message("Re: Hi", "[list] Re: Hi")
mt.disconnect(conn)
