/* emailauth-filter CONFIGURATION CLIENT_IP HELO MAIL_FROM < MESSAGE > MESSAGE
 *
 * Writes the message with our Authentication-Results at its top and without fields that only we may write; with X-EmailAuth-Quarantine if it belongs
 * into a folder for suspicious mail. Exit codes are those of sysexits.h, as Postfix's pipe(8) and others read them: 75 try again later, 77 refused,
 * with the reason on the standard error. */
#include <emailauth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define NT EMAILAUTH_NUL_TERMINATED
#define MAX_BYTES ((size_t)50 << 20)
#define TRY(call) do { int status_ = (call); if (status_ != EMAILAUTH_OK) give_up(#call, status_); } while (0)

/* What goes wrong here is not the sender's fault: the message is tried again later. */
static void give_up(const char *what, int status)
{
    char error[512] = "";

    emailauth_last_error(error, sizeof error);
    fprintf(stderr, "4.3.0 %s: %s: %s\n", what, emailauth_status_text(status), error);
    exit(EX_TEMPFAIL);
}

static void leave(int code, const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(code);
}

/* The standard input with CRLF at the end of each line, as mail travels: signatures are made over that. */
static char *read_message(size_t *length)
{
    char *message = malloc(MAX_BYTES + 8);
    int c, last = '\n';

    for (*length = 0; message && (c = getchar()) != EOF; last = c) {
        if (*length >= MAX_BYTES)
            leave(EX_DATAERR, "5.3.4 The message is too big");
        if (c == '\n' && last != '\r')
            message[(*length)++] = '\r';
        message[(*length)++] = (char)c;
    }
    if (!message || ferror(stdin))
        leave(EX_TEMPFAIL, "4.3.0 The message cannot be read");
    if (last != '\n')
        memcpy(message + *length, "\r\n", 2), *length += 2;
    return message;
}

/* Where the field at p ends: after a line end that no white space follows. */
static const char *field_end(const char *p, const char *end)
{
    while ((p = (const char *)memchr(p, '\n', (size_t)(end - p)) + 1) < end && (*p == ' ' || *p == '\t'))
        continue;
    return p;
}

/* With LF, as files and pipes have it. */
static void put(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] != '\r' || i + 1 == length || text[i + 1] != '\n')
            putchar(text[i]);
}

int main(int argc, char **argv)
{
    emailauth_pipeline *pipeline;
    emailauth_session *session;
    emailauth_result *result;
    emailauth_field field;
    const char *p, *next, *colon, *text;
    size_t length, count, index = 0, removed = 0;
    int action;

    if (argc != 5)
        leave(EX_USAGE, "usage: emailauth-filter CONFIGURATION CLIENT_IP HELO MAIL_FROM < MESSAGE");
    char *message = read_message(&length);
    const char *end = message + length;
    TRY(emailauth_pipeline_from_file(argv[1], NT, &pipeline));
    /* Mail that no client brought: Postfix says so with an empty text or with this word. */
    const char *client = strcmp(argv[2], "unknown") == 0 ? "" : argv[2];
    TRY(emailauth_session_new(pipeline, *client ? client : NULL, *client ? NT : 0, argv[3], NT, &session));
    TRY(emailauth_session_mail_from(session, argv[4], NT));
    /* The header ends at an empty line and at nothing else. With LF a line that begins with CR would look like one, so it is refused. */
    for (p = message; p < end && (p[0] != '\r' || p[1] != '\n'); p = next) {
        next = field_end(p, end);
        if (*p == '\r' || !(colon = memchr(p, ':', (size_t)(next - p))))
            leave(EX_NOPERM, "5.6.0 A line of the header is not a field");
        TRY(emailauth_session_header(session, p, (size_t)(colon - p), colon + 1, (size_t)(next - 2 - (colon + 1))));
    }
    TRY(emailauth_session_end_of_headers(session));
    TRY(emailauth_session_body(session, p + 2, end - p > 2 ? (size_t)(end - p - 2) : 0));
    TRY(emailauth_session_complete(session, &result));
    TRY(emailauth_result_action(result, &action));
    if (action == EMAILAUTH_REJECT || action == EMAILAUTH_TEMPFAIL) {
        TRY(emailauth_result_smtp_reply(result, &text, NULL));
        leave(action == EMAILAUTH_REJECT ? EX_NOPERM : EX_TEMPFAIL, text + strlen("550 "));
    }
    TRY(emailauth_result_header(result, &text, &length));
    put(text, length), putchar('\n');
    TRY(emailauth_result_extended_header(result, &text, &length));
    if (text)
        put(text, length), putchar('\n');
    if (action == EMAILAUTH_QUARANTINE) {
        TRY(emailauth_result_reason_code(result, &text, NULL));
        printf("X-EmailAuth-Quarantine: reason=%s\n", text);
    }
    TRY(emailauth_result_field_count(result, &count));
    for (p = message; p < end && (p[0] != '\r' || p[1] != '\n'); p = next, index++) {
        next = field_end(p, end);
        if (removed < count)
            TRY(emailauth_result_field(result, removed, &field));
        if (removed < count && field.index == index)
            removed++;
        else
            put(p, (size_t)(next - p));
    }
    put(p, (size_t)(end - p));
    return fflush(stdout) == 0 && !ferror(stdout) ? EX_OK : EX_TEMPFAIL;
}
