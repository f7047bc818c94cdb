/*
 * emailauth.h - who really sent a message: SPF, DKIM, DMARC, ARC, BIMI, iprev
 *
 * SYNOPSIS
 *     #include <emailauth.h>
 *     cc filter.c $(pkg-config --cflags --libs emailauth)
 *
 * DESCRIPTION
 *     A pipeline holds the configuration, the door to the DNS, and what is kept between messages (answers, parsed records, keys). Make
 *     one for the process. A session is one client's connection, fed in SMTP order: client, HELO, MAIL FROM, header fields, end of
 *     headers, body, end; then the next message of the connection. Each DNS lookup starts as soon as what it needs is known. A result is
 *     what was found for one message. The body is never held and never copied.
 *
 * HANDLES AND OWNERSHIP
 *     Pipelines, sessions and results are handles: numbers that look like pointers, and fit where a pointer does (smfi_setpriv). Never
 *     dereference one. The caller that was given a handle frees it, once. Freeing a null handle does nothing and succeeds. A handle that was
 *     freed, or is of another kind, or was never given out, answers EMAILAUTH_E_HANDLE; the place of a freed one is given out again
 *     under another number, so that a stale handle never reaches another's object.
 *     The order of freeing is free: sessions outlive their pipeline's handle, results outlive their session.
 *     What the caller hands over (texts, chunks) is read during the call and never kept. What the library hands out (texts of a result)
 *     belongs to the result and lives until emailauth_result_free; it must not be written to. What emailauth_version and
 *     emailauth_status_text answer lives as long as the process.
 *
 * STRINGS
 *     All are UTF-8, given as pointer and length in bytes. The length does not count a NUL behind the text; where it does, the NUL is
 *     found and answered with EMAILAUTH_E_ARGUMENT. EMAILAUTH_NUL_TERMINATED as the length means "up to the NUL". Texts handed out
 *     have a NUL behind them and hold none. Names and values of header fields and chunks of the body are not texts but bytes as they
 *     arrived: they may hold anything, NUL included.
 *
 * THREADS
 *     Every function may be called from any thread. Calls on one session come one at a time: one that meets another answers
 *     EMAILAUTH_E_BUSY and does nothing. While a completion is on its way, emailauth_session_abort alone may be called on that session,
 *     from any thread. Different sessions and results never wait for each other.
 *     Callbacks run on threads of the library. A callback may call anything, also free its session, but should not block for long: it
 *     keeps a thread that other sessions' answers wait for.
 *
 * PROCESSES AND SIGNALS
 *     The library starts threads with its first call, and they do not survive fork(2): fork first, as a daemon does when it goes to the
 *     background, then call. In a child that was forked later every call answers EMAILAUTH_E_FORKED and does nothing; exec, exit and
 *     _exit are fine there. emailauth_abi_version, emailauth_version and emailauth_status_text start nothing and work everywhere. The
 *     library cannot be unloaded; dlclose(3) leaves it where it is.
 *     The library's threads block the signals that are meant for the process, such as SIGTERM, SIGHUP, SIGINT and SIGCHLD: they come to
 *     the program's own threads, to a handler or to sigwait(3), as if the library were not there. Its callbacks run with those signals
 *     blocked, too. With the first call SIGPIPE is ignored, unless the program has installed a handler for it; SIGSEGV and SIGFPE are
 *     handled where they come from the library's own code and handed on to the handler that was there before otherwise; and SIGRTMIN is
 *     taken, to halt threads that run the library's code. Install handlers of your own for these before that call.
 *     Limit memory by control groups, not by address space (ulimit -v, RLIMIT_AS): the library reserves far more addresses than it uses.
 *
 * OPENSSL
 *     Signatures are verified by OpenSSL (libssl.so.3 or libssl.so.1.1), which is loaded with the first pipeline and stays: a chroot(2)
 *     or a want of descriptors comes too late to matter. Where it cannot be loaded, dkim is temperror and arc is fail, with the reason,
 *     and so is what rests on them. emailauth_pipeline_check tells at start.
 *
 * ERRORS
 *     Functions answer EMAILAUTH_OK (0) or a negative number, listed below, and write outputs only with EMAILAUTH_OK (an output that is
 *     a handle is set to null first). emailauth_last_error tells in words what was wrong with the calling thread's last call that
 *     failed. Whatever a sender or a DNS server does is no error: it ends in a result that says so. No exception crosses the border.
 *     Memory that is not the caller's to read, or a length longer than what is there, is beyond what any function can tell.
 *
 * EXAMPLE
 *     #include <emailauth.h>
 *     #include <stdio.h>
 *     #include <string.h>
 *
 *     #define NT EMAILAUTH_NUL_TERMINATED
 *
 *     int main(void)
 *     {
 *         emailauth_pipeline *pipeline;
 *         emailauth_session *session;
 *         emailauth_result *result;
 *         const char *header;
 *         char error[512];
 *
 *         if (emailauth_pipeline_new("{ \"AuthservId\": \"mx.example.org\" }", NT, &pipeline) != EMAILAUTH_OK) {
 *             emailauth_last_error(error, sizeof error);
 *             fprintf(stderr, "%s\n", error);
 *             return 1;
 *         }
 *         emailauth_session_new(pipeline, "192.0.2.1", NT, "mail.example.com", NT, &session);
 *         emailauth_session_mail_from(session, "alice@example.com", NT);
 *         emailauth_session_header(session, "From", NT, " Alice <alice@example.com>", NT);
 *         emailauth_session_end_of_headers(session);
 *         emailauth_session_body(session, "Hello\r\n", 7);
 *         if (emailauth_session_complete(session, &result) == EMAILAUTH_OK) {
 *             emailauth_result_header(result, &header, NULL);
 *             puts(header);
 *             emailauth_result_free(result);
 *         }
 *         emailauth_session_free(session);
 *         emailauth_pipeline_free(pipeline);
 *         return 0;
 *     }
 *
 * VERSIONS
 *     The first symbols have the version EMAILAUTH_1, those of interface 1.1 have EMAILAUTH_1.1, and so on; the library has the soname
 *     libemailauth.so.1. Functions are added under a later version, never changed or taken away; a change that breaks callers has another
 *     soname.
 */
#ifndef EMAILAUTH_H
#define EMAILAUTH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface: the major number in the upper 16 bits, the minor one, which counts additions, in the lower. */
#define EMAILAUTH_ABI_VERSION 0x00010003u

/* As the length of a string: up to its NUL. */
#define EMAILAUTH_NUL_TERMINATED ((size_t)-1)

/* What functions answer. */
#define EMAILAUTH_OK 0
#define EMAILAUTH_E_ARGUMENT (-1)      /* a null pointer, a length, a text that is not valid, a number out of range */
#define EMAILAUTH_E_HANDLE (-2)        /* no handle of that kind, or one that was freed */
#define EMAILAUTH_E_STATE (-3)         /* a call out of order; the session is as it was */
#define EMAILAUTH_E_BUSY (-4)          /* another call on the session, or its completion, is under way; the session is as it was */
#define EMAILAUTH_E_ABORTED (-5)       /* the completion was aborted; the session is ready for its next message */
#define EMAILAUTH_E_CONFIGURATION (-6) /* the configuration is not valid; the last error names the key */
#define EMAILAUTH_E_MEMORY (-7)        /* no memory, or no handle, left */
#define EMAILAUTH_E_INTERNAL (-8)      /* an error of the library's own; the message should be answered with a temporary failure */
#define EMAILAUTH_E_FORKED (-9)        /* the process was forked after its first call; any function may answer this (since 1.1) */
#define EMAILAUTH_E_UNAVAILABLE (-10)  /* the system lacks what the pipeline needs; the last error says what (since 1.1) */

/* What to do with a message. */
#define EMAILAUTH_ACCEPT 0
#define EMAILAUTH_QUARANTINE 1
#define EMAILAUTH_REJECT 2             /* with the reply of emailauth_result_smtp_reply */
#define EMAILAUTH_TEMPFAIL 3           /* likewise */

typedef struct emailauth_pipeline emailauth_pipeline;
typedef struct emailauth_session emailauth_session;
typedef struct emailauth_result emailauth_result;

/* A header field that must not be handed on: it claims to be ours, or is one that only a receiver may set. */
typedef struct emailauth_field {
    uint32_t index;      /* its place in the header, from 0 at the top */
    uint32_t occurrence; /* which of the fields of its name it is, from 1 at the top: what smfi_chgheader wants */
    const char *name;    /* as written; may hold bytes beyond ASCII, read as Latin-1 and given in UTF-8 */
    size_t name_length;
    const char *reason;  /* why, in one line */
    size_t reason_length;
} emailauth_field;

/* Tells of the end of a completion. The result is null unless status is EMAILAUTH_OK, and is the callback's to free. The session may be
 * used, reset or freed again from here on. */
typedef void (*emailauth_callback)(emailauth_session *session, int status, emailauth_result *result, void *user_data);

/* --- The library --- */

/* The version of the interface that the library has. It fits when its major number is that of EMAILAUTH_ABI_VERSION and its minor number
 * not less. Never fails. */
uint32_t emailauth_abi_version(void);

/* The version of the library, such as "0.1.0". Never fails. */
const char *emailauth_version(void);

/* A status in words. Never null. */
const char *emailauth_status_text(int status);

/* Writes what was wrong with the calling thread's last call that failed, as much of it as fits, with a NUL. Answers the length of the
 * whole text in bytes, NUL not counted; 0 when no call failed yet. With a null buffer or a capacity of 0 nothing is written. A call that
 * succeeds leaves the text as it is. */
size_t emailauth_last_error(char *buffer, size_t capacity);

/* --- Pipelines --- */

/* Makes a pipeline from a JSON configuration. Comments and trailing commas are taken. A key that is unknown, given twice, or holds a
 * wrong value answers EMAILAUTH_E_CONFIGURATION; the last error lists all of them, each with its path, and for a misspelt key the one that
 * may be meant. All keys but AuthservId have a default; SETTINGS.md lists them:
 *
 *   {
 *     "AuthservId": "mx.example.org",
 *     "Methods": [ "spf", "dkim", "arc", "dmarc" ],
 *     "Dns": { "Servers": [ "127.0.0.1", "192.0.2.53:5353" ], "Timeout": "3s" },
 *     "Policy": { "OwnNetworks": [ "192.0.2.0/24" ], "MaximumAction": "quarantine" }
 *   }
 *
 * A zone can answer in place of DNS servers, for tests: Dns then holds ZoneFile (the path of a JSON file) or Zone (the zone itself), and no
 * other key.
 *
 * Answers EMAILAUTH_E_ARGUMENT, _CONFIGURATION, _MEMORY. */
int emailauth_pipeline_new(const char *configuration, size_t length, emailauth_pipeline **pipeline);

/* Whether the system has what the pipeline's methods need. Without it sessions work all the same, and signatures end in temperror; a
 * program that would rather not start asks here. Since 1.1. Answers EMAILAUTH_E_HANDLE, and EMAILAUTH_E_UNAVAILABLE when OpenSSL cannot be
 * loaded, with the reason in the last error. */
int emailauth_pipeline_check(emailauth_pipeline *pipeline);

/* Frees a pipeline. Sessions that were made with it go on. Answers EMAILAUTH_E_HANDLE. */
int emailauth_pipeline_free(emailauth_pipeline *pipeline);

/* --- Sessions --- */

/* Begins a session. client: an IPv4 or IPv6 address in text; null with length 0 when none is known. helo: what the client said in HELO
 * or EHLO; null with length 0 when it has not said it yet. Answers EMAILAUTH_E_ARGUMENT, _HANDLE, _MEMORY. */
int emailauth_session_new(emailauth_pipeline *pipeline, const char *client, size_t client_length, const char *helo, size_t helo_length,
    emailauth_session **session);

/* What the client said in HELO or EHLO; a later one replaces an earlier one. Not UTF-8: each byte is taken for a character. After a
 * completed message it makes ready for the next one, as emailauth_session_reset does: a client may say EHLO again at any time (RFC 5321
 * section 4.1.4). Answers EMAILAUTH_E_ARGUMENT, _HANDLE, _BUSY, and _STATE when the message's header has begun and it is not complete. */
int emailauth_session_helo(emailauth_session *session, const char *helo, size_t length);

/* What the client said in MAIL FROM, with or without angle brackets; empty (null with length 0) for the null reverse-path.
 * After a completed message it makes ready for the next one. Answers as emailauth_session_helo does. */
int emailauth_session_mail_from(emailauth_session *session, const char *reverse_path, size_t length);

/* A mailbox that the client named in RCPT TO and that was accepted, with or without angle brackets, after emailauth_session_mail_from. No
 * verdict depends on recipients: reports name them. Since 1.2. Answers EMAILAUTH_E_ARGUMENT, _HANDLE, _BUSY, and _STATE when the message's
 * header has begun. */
int emailauth_session_recipient(emailauth_session *session, const char *mailbox, size_t length);

/* Whether the client proved who it is by SMTP AUTH: not 0, it did. Stays for the connection. Answers EMAILAUTH_E_HANDLE, _BUSY. */
int emailauth_session_authenticated(emailauth_session *session, int is_authenticated);

/* Adds a header field. name: what stood before the colon. value: the bytes behind the colon as they arrived, with the leading space and
 * with folding by CRLF, without the CRLF at the end; signatures depend on each byte. (From libmilter: ask for SMFIP_HDR_LEADSPC, and
 * turn its LF within a value into CRLF.) Answers EMAILAUTH_E_ARGUMENT, _HANDLE, _BUSY, and _STATE when the header has ended. */
int emailauth_session_header(emailauth_session *session, const char *name, size_t name_length, const char *value, size_t value_length);

/* The header has ended. Answers EMAILAUTH_E_HANDLE, _BUSY, and _STATE when it had ended before. */
int emailauth_session_end_of_headers(emailauth_session *session);

/* Adds the next bytes of the body, cut anywhere, dot-stuffing undone. They are read where they stand, and not kept.
 * Answers EMAILAUTH_E_ARGUMENT (also for more than 2147483647 bytes at once), _HANDLE, _BUSY, and _STATE when the header has not ended
 * or the message has. */
int emailauth_session_body(emailauth_session *session, const void *chunk, size_t length);

/* The message has ended: waits for what is still asked, and decides. The time limits of the configuration bound it. The result is the
 * caller's to free. Answers EMAILAUTH_E_ARGUMENT, _HANDLE, _BUSY, _ABORTED, _MEMORY, _INTERNAL, and _STATE when the header has not ended
 * or the message was completed before. */
int emailauth_session_complete(emailauth_session *session, emailauth_result **result);

/* The same without waiting. With EMAILAUTH_OK the callback is called exactly once, on a thread of the library, and possibly before this
 * function returns; with any other answer never. Until then only emailauth_session_abort may be called on the session; others, also
 * emailauth_session_free, answer EMAILAUTH_E_BUSY. */
int emailauth_session_complete_async(emailauth_session *session, emailauth_callback callback, void *user_data);

/* What was really done with the message that was completed, which may differ from what its result advised: EMAILAUTH_ACCEPT, _QUARANTINE,
 * _REJECT or _TEMPFAIL. reply: the SMTP reply that it was refused with, or null with length 0. Reports say it; of a message of which nothing
 * was told by the time the next one begins, they say that it is not known. Since 1.2. Answers EMAILAUTH_E_ARGUMENT, _HANDLE, _BUSY, and _STATE
 * when no message is complete or this was told of it before. */
int emailauth_session_applied(emailauth_session *session, int action, const char *reply, size_t length);

/* Abandons the message, at whatever point. A completion that is on its way ends soon, with EMAILAUTH_E_ABORTED, or with its result when
 * that was already found; when it was aborted, or none was on its way, the session is ready for its next message.
 * Answers EMAILAUTH_E_HANDLE, and _BUSY when it meets another call that is no completion. */
int emailauth_session_abort(emailauth_session *session);

/* Makes ready for the connection's next message; what is known of the client, its HELO and its authentication stays. A message in
 * progress is abandoned. Answers EMAILAUTH_E_HANDLE, _BUSY. */
int emailauth_session_reset(emailauth_session *session);

/* Ends a session; when it returns nothing of it runs any more. Answers EMAILAUTH_E_HANDLE, and EMAILAUTH_E_BUSY while another call or a
 * completion is under way: the session then stays, to be aborted or waited for. */
int emailauth_session_free(emailauth_session *session);

/* --- Results ---
 * Texts are written at the first call that asks for them and belong to the result. length may be null. A result may be read by several
 * threads. All answer EMAILAUTH_E_ARGUMENT, _HANDLE, _MEMORY. */

/* The whole Authentication-Results field, folded with CRLF, without one at the end. It belongs at the very top of the message. */
int emailauth_result_header(emailauth_result *result, const char **text, size_t *length);

/* The field's value alone, behind "Authentication-Results: ". */
int emailauth_result_header_value(emailauth_result *result, const char **text, size_t *length);

/* The same, folded with LF alone, as smfi_insheader wants it. Where SMFIP_HDR_LEADSPC was asked for, put a space before it: the MTA then
 * adds none. */
int emailauth_result_header_value_lf(emailauth_result *result, const char **text, size_t *length);

/* A second Authentication-Results field, for what some readers would drop the first one for; it belongs right below the first. Null with
 * length 0 when there is none (see the key extended_results). As for the first: whole, the value alone, and the value folded with LF. */
int emailauth_result_extended_header(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_extended_header_value(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_extended_header_value_lf(emailauth_result *result, const char **text, size_t *length);

/* What to do with the message, after local policy: EMAILAUTH_ACCEPT, _QUARANTINE, _REJECT, _TEMPFAIL. */
int emailauth_result_action(emailauth_result *result, int *action);

/* Why, in one line. */
int emailauth_result_reason(emailauth_result *result, const char **text, size_t *length);

/* The SMTP reply to refuse the message with, such as "550 5.7.26 ..."; printable ASCII in one line. Null with length 0 when the message
 * is not to be refused; at most 510 characters (RFC 5321 section 4.5.3.1.5). */
int emailauth_result_smtp_reply(emailauth_result *result, const char **text, size_t *length);

/* The same reply in its parts, as smfi_setreply wants them: the code, such as 550, 0 when the message is not to be refused; the enhanced
 * status code (RFC 3463), such as "5.7.26", and the text, null with length 0 likewise. For smfi_setreply double each % in the text.
 * Since 1.3. */
int emailauth_result_reply_code(emailauth_result *result, int *code);
int emailauth_result_reply_enhanced_code(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_reply_text(emailauth_result *result, const char **text, size_t *length);

/* The whole outcome with its evidence, as "emailauth verify --json" prints it. */
int emailauth_result_json(emailauth_result *result, const char **text, size_t *length);

/* How many fields must be removed. */
int emailauth_result_field_count(emailauth_result *result, size_t *count);

/* One of them, by number from 0, top first. Remove from the last to the first: the occurrences count the fields as they arrived. */
int emailauth_result_field(emailauth_result *result, size_t number, emailauth_field *field);

/* Frees a result and its texts. */
int emailauth_result_free(emailauth_result *result);

#ifdef __cplusplus
}
#endif

#endif
