/*
 * emailauth.h - who really sent a message: SPF, DKIM, DMARC, ARC, BIMI, iprev
 *
 * SYNOPSIS
 *     #include <emailauth.h>
 *     cc filter.c $(pkg-config --cflags --libs emailauth)
 *
 * DESCRIPTION
 *     A pipeline holds the configuration, the DNS client, and what is kept between messages (DNS answers, parsed records, keys). Make one
 *     for the whole process. A session is one client's connection. It is fed in SMTP order: client, HELO, MAIL FROM, header fields, end of
 *     headers, body, end; then the next message of the connection. Each DNS lookup starts as soon as its input is known. A result holds
 *     the findings for one message. The library never stores or copies the body.
 *
 * HANDLES AND OWNERSHIP
 *     Pipelines, sessions, results, queries, keys, signers, sealers and signings are handles: numbers with the type of a pointer, which can
 *     be stored where a pointer can (smfi_setpriv). Never dereference a handle. The caller that received a handle must free it, once; a query
 *     is freed by its answer. Freeing a null handle does nothing and succeeds. A call with a handle that was freed, is of another kind, or was
 *     never issued returns EMAILAUTH_E_HANDLE. A handle that was freed never refers to a later object.
 *     Handles can be freed in any order: a session remains usable after its pipeline was freed, a result after its session was freed.
 *     The library reads the caller's texts and chunks during the call and never keeps them. The texts of a result belong to the result and
 *     live until emailauth_result_free; do not write to them. The texts that emailauth_version, emailauth_status_text and
 *     emailauth_json_schema return live as long as the process.
 *
 * STRINGS
 *     All strings are UTF-8, given as a pointer and a length in bytes. The length must not count a NUL after the text: the call then
 *     returns EMAILAUTH_E_ARGUMENT. The length EMAILAUTH_NUL_TERMINATED means "up to the NUL". Texts that the library returns are followed
 *     by a NUL and contain none. Names and values of header fields and chunks of the body are not texts but bytes as they arrived: they may
 *     contain anything, including NUL.
 *
 * THREADS
 *     Every function may be called from any thread. Calls on one session must not overlap: a call that comes during another call returns
 *     EMAILAUTH_E_BUSY and does nothing. While a completion is running, only emailauth_session_abort may be called on that session, from
 *     any thread. Different sessions and results never wait for each other.
 *     Callbacks run on threads of the library, except that the log's may also run within a call. A callback may call any function, and may
 *     free its session. It should not block for long, because it occupies a thread that other sessions need.
 *
 * PROCESSES AND SIGNALS
 *     The library starts threads at its first call, and they do not survive fork(2). A daemon must go to the background first, and then
 *     call. In a child that was forked later every call returns EMAILAUTH_E_FORKED and does nothing; the child may call exec, exit and
 *     _exit. emailauth_abi_version, emailauth_version and emailauth_status_text start no threads and work everywhere. The library cannot
 *     be unloaded: dlclose(3) has no effect.
 *     The library's threads block the signals that are meant for the process, such as SIGTERM, SIGHUP, SIGINT and SIGCHLD. The program's
 *     own threads receive them, by a handler or by sigwait(3), as they do without the library. Callbacks also run with these signals
 *     blocked. A program that waits for signals (sigwait, libmilter) must block them before it starts its first thread: a thread of its own
 *     that blocks them later can receive one before, and the process ends.
 *     The first call changes the handling of four signals. SIGPIPE is ignored, unless the program has installed a handler.
 *     SIGSEGV and SIGFPE are handled when the library's own code causes them; otherwise the handler that was installed before runs.
 *     SIGRTMIN is used to suspend threads that run the library's code. Install your own handlers for these signals before the first call.
 *     Limit memory by control groups, not by address space (ulimit -v, RLIMIT_AS): the library reserves far more addresses than it uses.
 *
 * OPENSSL
 *     OpenSSL (libssl.so.3 or libssl.so.1.1) verifies the signatures. It is loaded with the first pipeline and stays loaded, so a later
 *     chroot(2) or a lack of file descriptors does no harm. If OpenSSL cannot be loaded, dkim is temperror and arc is fail, both with a
 *     reason, and DMARC and BIMI cannot use them. emailauth_pipeline_check reports this at start.
 *
 * ERRORS
 *     Functions return EMAILAUTH_OK (0) or one of the negative numbers below. They write outputs only with EMAILAUTH_OK, except that an
 *     output that is a handle is set to null first. emailauth_last_error describes the calling thread's last call that failed. Nothing that
 *     a sender or a DNS server does is an error of a call: the result says what happened. No exception reaches the caller.
 *     No function can detect a pointer to memory that the caller may not read, or a length that is larger than the memory.
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
 *     libemailauth.so.1. New functions get a later version. Functions are never changed or removed: a change that breaks callers would
 *     need another soname.
 */
#ifndef EMAILAUTH_H
#define EMAILAUTH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface: the major number in the upper 16 bits, the minor one, which counts additions, in the lower. */
#define EMAILAUTH_ABI_VERSION 0x00010004u

/* The length of a string that ends at its NUL. */
#define EMAILAUTH_NUL_TERMINATED ((size_t)-1)

/* The return values of functions. */
#define EMAILAUTH_OK 0
#define EMAILAUTH_E_ARGUMENT (-1)      /* a null pointer, a wrong length, an invalid text, or a number out of range */
#define EMAILAUTH_E_HANDLE (-2)        /* not a handle of that kind, or a handle that was freed */
#define EMAILAUTH_E_STATE (-3)         /* a call out of order; the session is unchanged */
#define EMAILAUTH_E_BUSY (-4)          /* another call on the session, or its completion, is running; the session is unchanged */
#define EMAILAUTH_E_ABORTED (-5)       /* the completion was aborted; the session is ready for its next message */
#define EMAILAUTH_E_CONFIGURATION (-6) /* the configuration is not valid; the last error names the key */
#define EMAILAUTH_E_MEMORY (-7)        /* out of memory, or out of handles */
#define EMAILAUTH_E_INTERNAL (-8)      /* an internal error of the library; answer the message with a temporary failure */
#define EMAILAUTH_E_FORKED (-9)        /* the process was forked after its first call; any function may return this (since 1.1) */
#define EMAILAUTH_E_UNAVAILABLE (-10)  /* the system lacks what is needed; the last error says what (since 1.1) */

/* What to do with a message. */
#define EMAILAUTH_ACCEPT 0
#define EMAILAUTH_QUARANTINE 1
#define EMAILAUTH_REJECT 2             /* with the reply of emailauth_result_smtp_reply */
#define EMAILAUTH_TEMPFAIL 3           /* with the same reply */

/* The levels of a log. Since 1.4. */
#define EMAILAUTH_LOG_DEBUG 1
#define EMAILAUTH_LOG_INFORMATION 2
#define EMAILAUTH_LOG_WARNING 3
#define EMAILAUTH_LOG_ERROR 4

/* What a resolver answers. Since 1.4. */
#define EMAILAUTH_DNS_ANSWER 0         /* the records, possibly none */
#define EMAILAUTH_DNS_NO_DATA 1        /* the name exists, but has no record of the type */
#define EMAILAUTH_DNS_NAME_ERROR 2     /* neither the name nor any name below it exists (NXDOMAIN) */
#define EMAILAUTH_DNS_FAILURE 3        /* SERVFAIL, or any other failure */
#define EMAILAUTH_DNS_TIMEOUT 4        /* no answer came in time */
#define EMAILAUTH_DNS_REFUSED 5        /* the server refuses the question */
#define EMAILAUTH_DNS_AUTHENTICATED 1u /* a flag: the answer was validated by DNSSEC */
#define EMAILAUTH_TTL_UNKNOWN 0xffffffffu

typedef struct emailauth_pipeline emailauth_pipeline;
typedef struct emailauth_session emailauth_session;
typedef struct emailauth_result emailauth_result;
typedef struct emailauth_query emailauth_query;     /* since 1.4, as those that follow */
typedef struct emailauth_key emailauth_key;
typedef struct emailauth_signer emailauth_signer;
typedef struct emailauth_sealer emailauth_sealer;
typedef struct emailauth_signing emailauth_signing;

/* A header field that must be removed: it claims to come from this host, or only a receiver may add it, or it is a first line that starts with white
 * space, which would continue what is inserted above it. The name of such a line may be empty. */
typedef struct emailauth_field {
    uint32_t index;      /* its position in the header, from 0 at the top */
    uint32_t occurrence; /* its number among the fields of the same name, from 1 at the top, as smfi_chgheader needs it */
    const char *name;    /* as in the message; bytes beyond ASCII are read as Latin-1 and given in UTF-8, a NUL as U+FFFD */
    size_t name_length;
    const char *reason;  /* why, in one line */
    size_t reason_length;
} emailauth_field;

/* One result of a method. Since 1.4. */
typedef struct emailauth_method {
    const char *name;        /* its member in the JSON: as method, except spf_helo for SPF of the HELO name */
    size_t name_length;
    const char *method;      /* in the words of RFC 8601: "spf", "dkim", "dmarc", "arc", "bimi", "iprev" */
    size_t method_length;
    const char *result;      /* "pass", "fail", "none", "temperror" and so on */
    size_t result_length;
    const char *reason;      /* why, in one line; null with length 0 if there is nothing to explain */
    size_t reason_length;
    const char *reason_code; /* the kind of the reason in a word of REASONS.md that never changes; null with length 0 if it has no code */
    size_t reason_code_length;
    size_t property_count;
} emailauth_method;

/* A property of a result, such as header.d or smtp.mailfrom (RFC 8601). Since 1.4. */
typedef struct emailauth_property {
    const char *name;
    size_t name_length;
    const char *value;
    size_t value_length;
} emailauth_property;

/* A record of an answer. TXT: all strings of the record, joined. A and AAAA: the address as text. MX: the host, or "." for none, and the
 * preference. PTR: the name. Since 1.4. */
typedef struct emailauth_record {
    const char *data;
    size_t length;       /* or EMAILAUTH_NUL_TERMINATED */
    uint32_t preference; /* only of MX, at most 65535; otherwise ignored */
} emailauth_record;

/* Gets a line of the log: a level, and a text in UTF-8 without line ends, followed by a NUL, which is valid during the call. Since 1.4. */
typedef void (*emailauth_log_callback)(int level, const char *message, size_t length, void *user_data);

/* Gets a question: a name in A-labels without a final dot, ended by a NUL and valid during the call, and the number of a record type: 1 (A),
 * 12 (PTR), 15 (MX), 16 (TXT) or 28 (AAAA). The name is raw: a macro of SPF may put any character into a label, and a backslash escapes nothing, so
 * double it for a function that reads escapes, such as res_query(3). Answer with emailauth_query_answer. Since 1.4. */
typedef void (*emailauth_resolver_callback)(emailauth_query *query, const char *name, int type, void *user_data);

/* Reports the end of a completion. The result is null unless status is EMAILAUTH_OK; the callback must free it. From here on the session may
 * be used, reset or freed. */
typedef void (*emailauth_callback)(emailauth_session *session, int status, emailauth_result *result, void *user_data);

/* --- The library --- */

/* The version of the library's interface. It is compatible if its major number equals that of EMAILAUTH_ABI_VERSION and its minor number is
 * not lower. Never fails. */
uint32_t emailauth_abi_version(void);

/* The version of the library, such as "0.1.0". Never fails. */
const char *emailauth_version(void);

/* A status in words. Never null. */
const char *emailauth_status_text(int status);

/* Writes why the calling thread's last failed call failed, cut to the capacity and ended by a NUL. Returns the length of the whole text in
 * bytes without the NUL; 0 if no call failed yet. Writes nothing if the buffer is null or the capacity is 0. A call that succeeds does not
 * change the text. */
size_t emailauth_last_error(char *buffer, size_t capacity);

/* The JSON Schema of emailauth_result_json, as "emailauth verify --schema" prints it. The text lives as long as the process. length may be
 * null. Since 1.4. Errors: EMAILAUTH_E_ARGUMENT, _MEMORY. */
int emailauth_json_schema(const char **text, size_t *length);

/* Begins to count what the library does, in all pipelines of the process whose setting RecordsTelemetry is true; before this call nothing is
 * counted, which saves a few microseconds a message. Later calls do nothing. A message is counted when emailauth_session_applied is called,
 * otherwise when the session's next message begins or the session is freed. Since 1.4. Errors: EMAILAUTH_E_MEMORY. */
int emailauth_counters_start(void);

/* One count. name: a counter, which gives the sum of all its series, or a series, which is the counter and its labels as emailauth_counters
 * writes them. The counters are emailauth.messages, emailauth.results, emailauth.dns.lookups, emailauth.dns.cache_hits and the others that the
 * library's telemetry has. A series that was not counted yet is 0. Since 1.4. Errors: EMAILAUTH_E_ARGUMENT (also for a counter that does not
 * exist), and _STATE before emailauth_counters_start. */
int emailauth_counter(const char *name, size_t length, uint64_t *count);

/* Writes all series, a line each, sorted, such as
 * "emailauth.results emailauth.method=spf emailauth.result=pass emailauth.identity=mailfrom 42", cut to the capacity and ended by a NUL. length,
 * which may be null, becomes the length of the whole text without the NUL. Writes no text if the buffer is null or the capacity is 0. Since 1.4.
 * Errors: EMAILAUTH_E_STATE before emailauth_counters_start. */
int emailauth_counters(char *buffer, size_t capacity, size_t *length);

/* --- Pipelines --- */

/* Makes a pipeline from a JSON configuration. Comments and trailing commas are allowed. If a key is unknown, is given twice, or has a
 * wrong value, the call returns EMAILAUTH_E_CONFIGURATION; the last error lists all such keys with their paths, and for a misspelt key the key
 * that is probably meant. All keys except AuthservId have a default; SETTINGS.md lists them:
 *
 *   {
 *     "AuthservId": "mx.example.org",
 *     "Methods": [ "spf", "dkim", "arc", "dmarc" ],
 *     "Dns": { "Servers": [ "127.0.0.1", "192.0.2.53:5353" ], "Timeout": "3s" },
 *     "Policy": { "OwnNetworks": [ "192.0.2.0/24" ], "MaximumAction": "quarantine" }
 *   }
 *
 * For tests, a zone can answer instead of DNS servers: Dns then holds ZoneFile (the path of a JSON file) or Zone (the zone itself), and no
 * other key.
 *
 * Errors: EMAILAUTH_E_ARGUMENT, _CONFIGURATION, _MEMORY. */
int emailauth_pipeline_new(const char *configuration, size_t length, emailauth_pipeline **pipeline);

/* Makes a pipeline from a file with such a configuration: the file that "emailauth verify --options" takes, or an appsettings.json that has
 * the settings in "EmailAuth". Keys that only the milter knows are errors. A relative path in the file starts at the working directory. To read a
 * changed file, make another pipeline, use it for new sessions, and free the first one. Since 1.4. Errors: EMAILAUTH_E_ARGUMENT, _MEMORY, and
 * _CONFIGURATION, also for a file that cannot be read or has more than a megabyte. */
int emailauth_pipeline_from_file(const char *path, size_t length, emailauth_pipeline **pipeline);

/* Checks such a file without making a pipeline. Writes its errors into the buffer, a line each, cut to the capacity and ended by a NUL; an empty
 * text if it has no errors. errors_length, which may be null, becomes the length of the whole text without the NUL. Both are written with
 * EMAILAUTH_OK and with EMAILAUTH_E_CONFIGURATION, which says that there are errors. Writes no text if the buffer is null or the capacity is 0.
 * Since 1.4. Errors: EMAILAUTH_E_ARGUMENT, _CONFIGURATION. */
int emailauth_configuration_check_file(const char *path, size_t length, char *errors, size_t capacity, size_t *errors_length);

/* Sets the callback that gets the library's log: a line for each message at EMAILAUTH_LOG_INFORMATION, failed checks at EMAILAUTH_LOG_DEBUG,
 * faults at EMAILAUTH_LOG_ERROR. Only lines of the given level and above are written. They name domains and verdicts and nothing else of a
 * message. The callback may be called from any thread, from several at once, and within a call of the program on the session whose message is
 * logged; calls on that session then return EMAILAUTH_E_BUSY. user_data must stay valid until the process ends. Since 1.4. Errors:
 * EMAILAUTH_E_ARGUMENT, _HANDLE, and _STATE if the pipeline has a log callback already. */
int emailauth_pipeline_log(emailauth_pipeline *pipeline, int level, emailauth_log_callback log, void *user_data);

/* Has the program's own resolver answer all DNS questions of the pipeline; the settings in Dns then do not apply. Call it before the first
 * session. The callback is called on threads of the library, from several at once. It may answer before it returns, or return and have any thread
 * answer later. The limit Limits:LookupTimeout ends a query that is not answered; the end of its message ends it too. Follow aliases (CNAME), and
 * answer with what is at their end. The library keeps no answers beyond a message, so the resolver should. user_data must stay valid until the
 * process ends, because a callback may begin while the session that asked is being freed. Since 1.4. Errors: EMAILAUTH_E_ARGUMENT, _HANDLE, and
 * _STATE if the pipeline has had a session. */
int emailauth_pipeline_resolver(emailauth_pipeline *pipeline, emailauth_resolver_callback resolver, void *user_data);

/* Answers a question, and frees the query. status: EMAILAUTH_DNS_ANSWER with the records, which are copied, or another status without any.
 * time_to_live: how long the answer may be kept, in seconds, or EMAILAUTH_TTL_UNKNOWN. flags: 0 or EMAILAUTH_DNS_AUTHENTICATED. A record that
 * is not of the type asked for, such as an address that cannot be read, makes the answer a malformed one, which counts as a failed lookup.
 * EMAILAUTH_E_HANDLE says that the query was answered before, or that nothing waits for it any longer; it is harmless. With EMAILAUTH_E_ARGUMENT
 * the query stays open. Since 1.4. Errors: EMAILAUTH_E_ARGUMENT, _HANDLE. */
int emailauth_query_answer(emailauth_query *query, int status, const emailauth_record *records, size_t count, uint32_t time_to_live,
    uint32_t flags);

/* Checks whether the system has what the pipeline's methods need. Without OpenSSL sessions still work, but signatures are temperror. A program
 * that should not start without OpenSSL calls this. Since 1.1. Errors: EMAILAUTH_E_HANDLE, and EMAILAUTH_E_UNAVAILABLE if OpenSSL cannot be
 * loaded, with the reason in the last error. */
int emailauth_pipeline_check(emailauth_pipeline *pipeline);

/* Frees a pipeline. Sessions that were made with it continue to work. Errors: EMAILAUTH_E_HANDLE. */
int emailauth_pipeline_free(emailauth_pipeline *pipeline);

/* --- Sessions --- */

/* Begins a session. client: the client's IPv4 or IPv6 address as text; null with length 0 if it is not known. helo: the name that the client
 * gave in HELO or EHLO; null with length 0 if it has not given one yet. Errors: EMAILAUTH_E_ARGUMENT, _HANDLE, _MEMORY. */
int emailauth_session_new(emailauth_pipeline *pipeline, const char *client, size_t client_length, const char *helo, size_t helo_length,
    emailauth_session **session);

/* Sets the name that the client gave in HELO or EHLO; a later name replaces an earlier one. If it is not UTF-8, each byte is read as one
 * character. After a completed message the call prepares the session for the next message, as emailauth_session_reset does: a client may send
 * EHLO again at any time (RFC 5321 section 4.1.4). Errors: EMAILAUTH_E_ARGUMENT, _HANDLE, _BUSY, and _STATE if the message's header has begun
 * and the message is not complete. */
int emailauth_session_helo(emailauth_session *session, const char *helo, size_t length);

/* Sets the reverse-path that the client gave in MAIL FROM, with or without angle brackets; empty (null with length 0) for the null
 * reverse-path. After a completed message the call prepares the session for the next message. Errors: as emailauth_session_helo. */
int emailauth_session_mail_from(emailauth_session *session, const char *reverse_path, size_t length);

/* Adds a mailbox that the client gave in RCPT TO and that the server accepted, with or without angle brackets. Call it after
 * emailauth_session_mail_from. No verdict depends on recipients: reports list them. Since 1.2. Errors: EMAILAUTH_E_ARGUMENT, _HANDLE, _BUSY,
 * and _STATE if the message's header has begun. */
int emailauth_session_recipient(emailauth_session *session, const char *mailbox, size_t length);

/* Sets whether the client authenticated by SMTP AUTH: 0 means no, any other value yes. It applies until it is set again. Errors:
 * EMAILAUTH_E_HANDLE, _BUSY. */
int emailauth_session_authenticated(emailauth_session *session, int is_authenticated);

/* Adds a header field. name: the bytes before the colon. value: the bytes after the colon as they arrived, with the leading space and with
 * folding by CRLF, without the CRLF at the end; signatures depend on each byte. A bare CR or LF is judged as it is: it does not fold, and
 * signatures that were made over CRLF fail. So is a CRLF without white space behind it; a forged field that it hides makes the whole field one to
 * remove. For values that a mail server has folded with LF use emailauth_session_header_lf. Errors: EMAILAUTH_E_ARGUMENT, _HANDLE, _BUSY, and
 * _STATE if the header has ended. */
int emailauth_session_header(emailauth_session *session, const char *name, size_t name_length, const char *value, size_t value_length);

/* Adds a header field whose value may be folded with LF, as mail servers give values to milters (with libmilter, ask for SMFIP_HDR_LEADSPC). Exactly
 * this is accepted: lines that end in CRLF or in LF, each followed by a line that begins with a space or a tab; each LF is judged as CRLF. A CR
 * without LF, and a line end without white space after it, also at the very end, make the call return EMAILAUTH_E_ARGUMENT; the field is not added.
 * Only a malformed message has them: refuse it with a permanent error (550 5.6.0). Since 1.4. Errors: as emailauth_session_header. */
int emailauth_session_header_lf(emailauth_session *session, const char *name, size_t name_length, const char *value, size_t value_length);

/* Ends the header. Errors: EMAILAUTH_E_HANDLE, _BUSY, and _STATE if the header has already ended. */
int emailauth_session_end_of_headers(emailauth_session *session);

/* Adds the next bytes of the body, without dot-stuffing. A chunk may end anywhere. The library neither copies nor keeps the bytes. Errors:
 * EMAILAUTH_E_ARGUMENT (also for more than 2147483647 bytes in one call), _HANDLE, _BUSY, and _STATE if the header has not ended or the
 * message has ended. */
int emailauth_session_body(emailauth_session *session, const void *chunk, size_t length);

/* Ends the message, waits for the lookups that are still running, and decides. The time limits of the configuration limit the wait. The caller
 * must free the result. Errors: EMAILAUTH_E_ARGUMENT, _HANDLE, _BUSY, _ABORTED, _MEMORY, _INTERNAL, and _STATE if the header has not ended or
 * the message was completed before. */
int emailauth_session_complete(emailauth_session *session, emailauth_result **result);

/* Does the same without waiting. If this returns EMAILAUTH_OK, the callback is called exactly once, on a thread of the library, possibly before
 * this function returns. Otherwise it is never called. Until the callback is called, only emailauth_session_abort may be called on the session;
 * other calls, emailauth_session_free included, return EMAILAUTH_E_BUSY. */
int emailauth_session_complete_async(emailauth_session *session, emailauth_callback callback, void *user_data);

/* Ends the message without waiting, for programs with an event loop (Linux only). *descriptor becomes the number of an eventfd(2), which becomes
 * readable when the completion has ended. Wait for that with poll(2), epoll(7) or an event loop, and then call emailauth_session_take_result. Do
 * not read, write or close the descriptor: it belongs to the session, which uses the same one for all its messages and closes it in
 * emailauth_session_free; remove it from the event loop before. Until the result is taken, only emailauth_session_abort and
 * emailauth_session_take_result may be called on the session; other calls, emailauth_session_free included, return EMAILAUTH_E_BUSY. Since 1.4.
 * Errors: as emailauth_session_complete, and EMAILAUTH_E_UNAVAILABLE if no descriptor is left; the message can then still be completed. */
int emailauth_session_complete_descriptor(emailauth_session *session, int *descriptor);

/* Takes the result of emailauth_session_complete_descriptor, exactly once. The descriptor is no longer readable afterwards. The caller must free
 * the result. Since 1.4. Errors: EMAILAUTH_E_ARGUMENT, _HANDLE, _MEMORY, _INTERNAL; _BUSY if the completion has not ended; _ABORTED if it was
 * aborted, after which the session is ready for its next message; _STATE if no result waits. */
int emailauth_session_take_result(emailauth_session *session, emailauth_result **result);

/* Sets the action that the program applied to the completed message, which may differ from the advice of the result: EMAILAUTH_ACCEPT,
 * _QUARANTINE, _REJECT or _TEMPFAIL. reply: the SMTP reply of a refusal, or null with length 0. Reports contain both. If this is not called
 * before the next message begins, reports say that the action is not known. Since 1.2. Errors: EMAILAUTH_E_ARGUMENT, _HANDLE, _BUSY, and
 * _STATE if no message is complete or this was already called for the message. */
int emailauth_session_applied(emailauth_session *session, int action, const char *reply, size_t length);

/* Abandons the message at any point. A running completion ends soon, with EMAILAUTH_E_ABORTED, or with its result if that already exists. If
 * the completion was aborted, or none was running, the session is ready for its next message. Errors: EMAILAUTH_E_HANDLE, and _BUSY while a
 * call other than a completion is running. */
int emailauth_session_abort(emailauth_session *session);

/* Prepares the session for the connection's next message. The client, its HELO and its authentication are kept. A message in progress is
 * abandoned. Errors: EMAILAUTH_E_HANDLE, _BUSY. */
int emailauth_session_reset(emailauth_session *session);

/* Ends a session. When this returns, no work of the session is running. Errors: EMAILAUTH_E_HANDLE, and EMAILAUTH_E_BUSY while another call or
 * a completion is running: the session then continues to exist; abort the completion or wait for it. */
int emailauth_session_free(emailauth_session *session);

/* --- Results ---
 * A text is created at the first call that asks for it, and belongs to the result. length may be null. Several threads may read one result.
 * Errors of all these functions: EMAILAUTH_E_ARGUMENT, _HANDLE, _MEMORY. */

/* The whole Authentication-Results field, folded with CRLF, without a CRLF at the end. Insert it at the very top of the message, after you have
 * removed what emailauth_result_field gives: one of these may be a first line that starts with white space, which would continue the field. */
int emailauth_result_header(emailauth_result *result, const char **text, size_t *length);

/* Only the field's value, the text after "Authentication-Results: ". */
int emailauth_result_header_value(emailauth_result *result, const char **text, size_t *length);

/* The same value, folded with LF only, as smfi_insheader needs it. If SMFIP_HDR_LEADSPC was asked for, put a space before it, because the MTA
 * then adds none. */
int emailauth_result_header_value_lf(emailauth_result *result, const char **text, size_t *length);

/* A second Authentication-Results field, for results because of which some readers would ignore the first one. Insert it directly below the
 * first. Null with length 0 if the message has no such field (see the setting ExtendedResults). The three forms are those of the first field:
 * the whole field, the value, and the value folded with LF. */
int emailauth_result_extended_header(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_extended_header_value(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_extended_header_value_lf(emailauth_result *result, const char **text, size_t *length);

/* What to do with the message, after local policy: EMAILAUTH_ACCEPT, _QUARANTINE, _REJECT, _TEMPFAIL. */
int emailauth_result_action(emailauth_result *result, int *action);

/* The reason for the action, in one line. */
int emailauth_result_reason(emailauth_result *result, const char **text, size_t *length);

/* The kind of that reason in a word of REASONS.md that never changes, such as "dmarc_policy". Since 1.4. */
int emailauth_result_reason_code(emailauth_result *result, const char **text, size_t *length);

/* The SMTP reply that refuses the message, such as "550 5.7.26 ...": one line of printable ASCII, at most 510 characters (RFC 5321 section
 * 4.5.3.1.5). Null with length 0 if the message is not to be refused. */
int emailauth_result_smtp_reply(emailauth_result *result, const char **text, size_t *length);

/* The parts of the same reply, as smfi_setreply needs them: the code, such as 550; the enhanced status code (RFC 3463), such as "5.7.26"; the
 * text. If the message is not to be refused, the code is 0 and the texts are null with length 0. For smfi_setreply double each % in the text.
 * Since 1.3. */
int emailauth_result_reply_code(emailauth_result *result, int *code);
int emailauth_result_reply_enhanced_code(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_reply_text(emailauth_result *result, const char **text, size_t *length);

/* How many results the methods have, in the order of the header field: one for each method, but one for each signature of DKIM, and for SPF one
 * for MAIL FROM and one for HELO. They are complete, also where the header field leaves something out. Since 1.4. */
int emailauth_result_method_count(emailauth_result *result, size_t *count);

/* One of these results, by its number from 0. All texts belong to the result. Reasons and the values of properties may have parts that a sender
 * or a DNS server chose, with any character but NUL (which becomes U+FFFD): encode them before they go anywhere. Since 1.4. */
int emailauth_result_method(emailauth_result *result, size_t number, emailauth_method *method);

/* A property of one of these results, by its place from 0 to below property_count. Since 1.4. */
int emailauth_result_property(emailauth_result *result, size_t number, size_t place, emailauth_property *property);

/* The value of a property by its name, such as header.d, in any letter case; the first if there are several, and null with length 0 if there is
 * none. Since 1.4. */
int emailauth_result_property_value(emailauth_result *result, size_t number, const char *name, size_t name_length, const char **value,
    size_t *length);

/* DMARC's policy as the domain owner published it ("none", "quarantine" or "reject"), null with length 0 if no record applies; and how the message
 * is handled by it and by the local policy that departs from it, null with length 0 if DMARC was not checked. Since 1.4. */
int emailauth_result_dmarc_policy(emailauth_result *result, const char **text, size_t *length);
int emailauth_result_dmarc_disposition(emailauth_result *result, const char **text, size_t *length);

/* The whole outcome with its evidence, as "emailauth verify --json" prints it; emailauth_json_schema describes it. */
int emailauth_result_json(emailauth_result *result, const char **text, size_t *length);

/* The number of header fields that must be removed. */
int emailauth_result_field_count(emailauth_result *result, size_t *count);

/* One of these fields, by its number from 0, counted from the top. Remove the last one first: the occurrences count the fields as they
 * arrived. */
int emailauth_result_field(emailauth_result *result, size_t number, emailauth_field *field);

/* Frees a result and its texts. */
int emailauth_result_free(emailauth_result *result);

/* --- Signing and sealing ---
 * Since 1.4. Keys, signers and sealers may be used by several threads at once. A signing is one message: calls on it must not overlap, and a call that
 * comes during another returns EMAILAUTH_E_BUSY. All these handles can be freed in any order: a key is released when its handle and all that use it
 * are freed.
 *
 *     emailauth_key_new(pem, NT, NULL, 0, &key);
 *     emailauth_signer_new(&signer);
 *     emailauth_signer_add(signer, key, "example.org", NT, "s1", NT, NULL, 0);
 *     (for each message)
 *     emailauth_signer_begin(signer, &signing);
 *     emailauth_signing_message(signing, message, message_length);
 *     emailauth_signing_complete(signing);
 *     emailauth_signing_field(signing, 0, &field, NULL);
 *     emailauth_signing_free(signing);
 */

/* Reads a private key in PEM: RSA of at least 1,024 bits (PKCS#1 or PKCS#8) or Ed25519 (PKCS#8). passphrase: that of an encrypted key, or null with
 * length 0. The library copies the key; overwrite the texts afterwards if you need to. Errors: EMAILAUTH_E_ARGUMENT if the text has no such key or
 * the passphrase is missing or wrong, _UNAVAILABLE without OpenSSL, _MEMORY. */
int emailauth_key_new(const char *pem, size_t length, const char *passphrase, size_t passphrase_length, emailauth_key **key);

/* The size of a key: the bits of the modulus for RSA, 256 for Ed25519. For RSA 2,048 or more should be used (RFC 8301). Errors:
 * EMAILAUTH_E_ARGUMENT, _HANDLE. */
int emailauth_key_bits(emailauth_key *key, int *bits);

/* The text of the TXT record to publish at SELECTOR._domainkey.DOMAIN. It belongs to the key; length may be null. Errors: EMAILAUTH_E_ARGUMENT,
 * _HANDLE, _MEMORY. */
int emailauth_key_record(emailauth_key *key, const char **text, size_t *length);

/* Frees the handle of a key. Errors: EMAILAUTH_E_HANDLE. */
int emailauth_key_free(emailauth_key *key);

/* Makes a signer, which signs by DKIM. Errors: EMAILAUTH_E_ARGUMENT, _MEMORY. */
int emailauth_signer_new(emailauth_signer **signer);

/* Adds a signature to what the signer makes; that of the first call is the topmost. domain and selector: d= and s=. user_identity: i=, or null
 * with length 0 for none, as usual. Errors: EMAILAUTH_E_ARGUMENT, _HANDLE, and _STATE if the signer has begun to sign. */
int emailauth_signer_add(emailauth_signer *signer, emailauth_key *key, const char *domain, size_t domain_length, const char *selector,
    size_t selector_length, const char *user_identity, size_t user_identity_length);

/* Changes a setting of a signer. name and value: "Canonicalization" as c= (default "relaxed/relaxed"); "FieldNames", the fields to sign, and
 * "OversignedFieldNames", those that nobody may add later, each as names with colons between, with From and without Return-Path, and of the latter also
 * without DKIM-Signature and Received; "Lifetime" in seconds (x=; default none); "WritesTime", "true" (the default) or "false" (t=). Errors:
 * EMAILAUTH_E_ARGUMENT, _HANDLE, and _STATE if the signer has begun to sign. */
int emailauth_signer_set(emailauth_signer *signer, const char *name, size_t name_length, const char *value, size_t value_length);

/* Begins to sign a message. Errors: EMAILAUTH_E_ARGUMENT, _HANDLE, _MEMORY, and _STATE if the signer has no key. */
int emailauth_signer_begin(emailauth_signer *signer, emailauth_signing **signing);

/* Frees a signer; signings that it began continue to work. Errors: EMAILAUTH_E_HANDLE. */
int emailauth_signer_free(emailauth_signer *signer);

/* Makes a sealer, which adds an ARC set to messages that are passed on. Use an RSA key: several verifiers do not read seals by Ed25519. Errors:
 * EMAILAUTH_E_ARGUMENT, _HANDLE, _MEMORY. */
int emailauth_sealer_new(emailauth_key *key, const char *domain, size_t domain_length, const char *selector, size_t selector_length,
    emailauth_sealer **sealer);

/* Begins to seal a message. result: that of the same message as it arrived, by a pipeline whose Methods have arc; the seal records its header
 * field. The result can be freed afterwards. Errors: EMAILAUTH_E_ARGUMENT, also if arc was not checked, _HANDLE, _MEMORY. */
int emailauth_sealer_begin(emailauth_sealer *sealer, emailauth_result *result, emailauth_signing **signing);

/* Frees a sealer; signings that it began continue to work. Errors: EMAILAUTH_E_HANDLE. */
int emailauth_sealer_free(emailauth_sealer *sealer);

/* Adds a header field of the message as it leaves, from the top down. name and value as for emailauth_session_header_lf; a name that is empty or
 * has a colon, CR or LF is refused too. Errors: EMAILAUTH_E_ARGUMENT, _HANDLE, _BUSY, and _STATE if the header has ended, or after
 * emailauth_signing_message. */
int emailauth_signing_header(emailauth_signing *signing, const char *name, size_t name_length, const char *value, size_t value_length);

/* Ends the header. Errors: EMAILAUTH_E_HANDLE, _BUSY, and _STATE if it has ended, or after emailauth_signing_message. */
int emailauth_signing_end_of_headers(emailauth_signing *signing);

/* Adds the next bytes of the body, with CRLF line ends and without dot-stuffing: a body with a CR or an LF alone is not signed, but sealed. The library
 * does not keep them. Errors: EMAILAUTH_E_ARGUMENT (also for more than 2147483647 bytes in one call), _HANDLE, _BUSY, and _STATE if the header has not
 * ended or the message has. */
int emailauth_signing_body(emailauth_signing *signing, const void *chunk, size_t length);

/* Adds the next bytes of the whole message, header and body, cut anywhere, instead of the three calls above. A message whose lines all end in LF is
 * signed with CRLF. The library does not keep the body. Errors: as emailauth_signing_body, and _STATE after emailauth_signing_header or
 * emailauth_signing_end_of_headers. */
int emailauth_signing_message(emailauth_signing *signing, const void *chunk, size_t length);

/* Ends the message and signs it, on the calling thread. A message that cannot be signed well is not signed, with a reason, and that is not an error.
 * Errors: EMAILAUTH_E_HANDLE, _BUSY, _INTERNAL, _MEMORY, and _STATE if the header has not ended or the message is complete. */
int emailauth_signing_complete(emailauth_signing *signing);

/* How many fields go on top of the message: one for each signature, three for a seal, 0 if nothing is added. Errors: EMAILAUTH_E_ARGUMENT, _HANDLE,
 * _BUSY, and _STATE before emailauth_signing_complete; of the calls that follow as well. */
int emailauth_signing_field_count(emailauth_signing *signing, size_t *count);

/* One of these fields by its number, 0 for the topmost: the whole field folded with CRLF without a CRLF at the end; only its name; and only its
 * value, folded with LF and without the space after the colon, as smfi_insheader needs it (see emailauth_result_header_value_lf). Insert the last
 * one first, each at the very top. The texts belong to the signing; length may be null. */
int emailauth_signing_field(emailauth_signing *signing, size_t number, const char **text, size_t *length);
int emailauth_signing_field_name(emailauth_signing *signing, size_t number, const char **text, size_t *length);
int emailauth_signing_field_value_lf(emailauth_signing *signing, size_t number, const char **text, size_t *length);

/* Why nothing is added, in one line, and the same in a word of REASONS.md that never changes; null with length 0 if there are fields. */
int emailauth_signing_reason(emailauth_signing *signing, const char **text, size_t *length);
int emailauth_signing_reason_code(emailauth_signing *signing, const char **text, size_t *length);

/* Frees a signing and its texts, complete or not. Errors: EMAILAUTH_E_HANDLE, _BUSY. */
int emailauth_signing_free(emailauth_signing *signing);

#ifdef __cplusplus
}
#endif

#endif
