/* The code between the calling program and the managed code: everything that must work before the runtime runs, or without it.
 *
 * - Each exported function goes through a gate. The gate refuses calls in a forked child, because the runtime's threads exist only in the
 *   parent.
 * - Threads of the library are created with signals blocked: signals are for the program's own threads.
 * - The program's own SIGPIPE handler is kept.
 * - LeakSanitizer learns that memory to which only the managed heap points is not a leak.
 */
#include "emailauth.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* --- Forks --- */

static const char forked_text[] =
    "The process was forked after its first call of the library. The library's threads exist only in the parent: fork first, then call.";

static pthread_once_t is_watching = PTHREAD_ONCE_INIT;
static volatile sig_atomic_t is_forked;

static void on_fork(void)
{
    is_forked = 1;
}

static void watch(void)
{
    pthread_atfork(NULL, NULL, on_fork);
}

/* --- LeakSanitizer, when the program was built with it --- */

extern void __lsan_disable(void) __attribute__((weak));
extern void __lsan_enable(void) __attribute__((weak));

/* Returns whether the call may continue. */
static int enter(void)
{
    pthread_once(&is_watching, watch);
    if (is_forked)
        return 0;
    if (__lsan_disable)
        __lsan_disable();
    return 1;
}

static void leave(void)
{
    if (__lsan_enable)
        __lsan_enable();
}

/* --- Threads ---
 * The linker redirects the runtime's calls of the plain names to these functions (--wrap). */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);

struct start {
    void *(*function)(void *);
    void *argument;
};

static void *start_without_leaks(void *argument)
{
    struct start start = *(struct start *)argument;

    free(argument);
    __lsan_disable();
    return start.function(start.argument);
}

/* A new thread inherits the signal mask of the thread that creates it. The kernel delivers a signal for the whole process to any thread that
 * does not block it, so a program that waits for SIGTERM in sigwait(3), as libmilter does, would never see the signal. Signals that a thread
 * causes itself stay deliverable, and so does SIGRTMIN, by which the runtime suspends its threads. */
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *), void *argument)
{
    static const int delivered[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS };
    struct start *start = NULL;
    sigset_t blocked, before;
    int status;

    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof delivered / sizeof delivered[0]; i++)
        sigdelset(&blocked, delivered[i]);
    sigdelset(&blocked, SIGRTMIN);
    if (__lsan_disable && (start = malloc(sizeof *start))) {
        start->function = function;
        start->argument = argument;
        function = start_without_leaks;
        argument = start;
    }
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    status = __real_pthread_create(thread, attributes, function, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (status != 0)
        free(start);
    return status;
}

/* --- SIGPIPE ---
 * The runtime ignores SIGPIPE, which is right for a program without a handler. A program that has a handler keeps it. */

typedef void (*handler)(int);

handler __real_signal(int number, handler action);
handler __wrap_signal(int number, handler action);
int __real_sigaction(int number, const struct sigaction *action, struct sigaction *before);
int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *before);

static int is_handled(int number)
{
    struct sigaction now;

    return __real_sigaction(number, NULL, &now) == 0 &&
        ((now.sa_flags & SA_SIGINFO) || (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN));
}

handler __wrap_signal(int number, handler action)
{
    return number == SIGPIPE && is_handled(number) ? SIG_IGN : __real_signal(number, action);
}

int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *before)
{
    return __real_sigaction(number, number == SIGPIPE && is_handled(number) ? NULL : action, before);
}

/* --- Functions that need no runtime --- */

uint32_t emailauth_abi_version(void)
{
    return EMAILAUTH_ABI_VERSION;
}

const char *emailauth_version(void)
{
    return EMAILAUTH_VERSION;
}

const char *emailauth_status_text(int status)
{
    static const char *const texts[] = {
        "success",
        "an argument is not valid",
        "the handle is of another kind, or was freed",
        "the call is out of order",
        "another call on this session is running",
        "the completion was aborted",
        "the configuration is not valid",
        "out of memory, or out of handles",
        "an internal error of the library",
        "the process was forked after its first call",
        "the system lacks what is needed",
    };

    return status <= 0 && status > -(int)(sizeof texts / sizeof texts[0]) ? texts[-status] : "not a status of this library";
}

size_t emailauth_managed_last_error(char *buffer, size_t capacity);

size_t emailauth_last_error(char *buffer, size_t capacity)
{
    const size_t length = sizeof forked_text - 1;
    size_t written;

    if (enter()) {
        written = emailauth_managed_last_error(buffer, capacity);
        leave();
        return written;
    }
    if (buffer && capacity > 0) {
        written = length < capacity ? length : capacity - 1;
        memcpy(buffer, forked_text, written);
        buffer[written] = '\0';
    }
    return length;
}

/* --- The calls --- */

#define GATE(name, parameters, arguments) \
    int emailauth_managed_##name parameters; \
    int emailauth_##name parameters \
    { \
        int answer; \
\
        if (!enter()) \
            return EMAILAUTH_E_FORKED; \
        answer = emailauth_managed_##name arguments; \
        leave(); \
        return answer; \
    }

GATE(pipeline_new, (const char *configuration, size_t length, emailauth_pipeline **pipeline), (configuration, length, pipeline))
GATE(pipeline_check, (emailauth_pipeline *pipeline), (pipeline))
GATE(pipeline_free, (emailauth_pipeline *pipeline), (pipeline))

GATE(session_new,
    (emailauth_pipeline *pipeline, const char *client, size_t client_length, const char *helo, size_t helo_length, emailauth_session **session),
    (pipeline, client, client_length, helo, helo_length, session))
GATE(session_helo, (emailauth_session *session, const char *helo, size_t length), (session, helo, length))
GATE(session_mail_from, (emailauth_session *session, const char *reverse_path, size_t length), (session, reverse_path, length))
GATE(session_recipient, (emailauth_session *session, const char *mailbox, size_t length), (session, mailbox, length))
GATE(session_authenticated, (emailauth_session *session, int is_authenticated), (session, is_authenticated))
GATE(session_header, (emailauth_session *session, const char *name, size_t name_length, const char *value, size_t value_length),
    (session, name, name_length, value, value_length))
GATE(session_end_of_headers, (emailauth_session *session), (session))
GATE(session_body, (emailauth_session *session, const void *chunk, size_t length), (session, chunk, length))
GATE(session_complete, (emailauth_session *session, emailauth_result **result), (session, result))
GATE(session_complete_async, (emailauth_session *session, emailauth_callback callback, void *user_data), (session, callback, user_data))
GATE(session_applied, (emailauth_session *session, int action, const char *reply, size_t length), (session, action, reply, length))
GATE(session_abort, (emailauth_session *session), (session))
GATE(session_reset, (emailauth_session *session), (session))
GATE(session_free, (emailauth_session *session), (session))

GATE(result_header, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_header_value, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_header_value_lf, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_extended_header, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_extended_header_value, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_extended_header_value_lf, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_action, (emailauth_result *result, int *action), (result, action))
GATE(result_reason, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_reason_code, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_smtp_reply, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_reply_code, (emailauth_result *result, int *code), (result, code))
GATE(result_reply_enhanced_code, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_reply_text, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_json, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_field_count, (emailauth_result *result, size_t *count), (result, count))
GATE(result_field, (emailauth_result *result, size_t number, emailauth_field *field), (result, number, field))
GATE(result_free, (emailauth_result *result), (result))

GATE(json_schema, (const char **text, size_t *length), (text, length))
GATE(counters_start, (void), ())
GATE(counter, (const char *name, size_t length, uint64_t *count), (name, length, count))
GATE(counters, (char *buffer, size_t capacity, size_t *length), (buffer, capacity, length))

GATE(pipeline_from_file, (const char *path, size_t length, emailauth_pipeline **pipeline), (path, length, pipeline))
GATE(configuration_check_file, (const char *path, size_t length, char *errors, size_t capacity, size_t *errors_length),
    (path, length, errors, capacity, errors_length))
GATE(pipeline_log, (emailauth_pipeline *pipeline, int level, emailauth_log_callback log, void *user_data), (pipeline, level, log, user_data))
GATE(pipeline_resolver, (emailauth_pipeline *pipeline, emailauth_resolver_callback resolver, void *user_data), (pipeline, resolver, user_data))
GATE(query_answer,
    (emailauth_query *query, int status, const emailauth_record *records, size_t count, uint32_t time_to_live, uint32_t flags),
    (query, status, records, count, time_to_live, flags))

GATE(session_header_lf, (emailauth_session *session, const char *name, size_t name_length, const char *value, size_t value_length),
    (session, name, name_length, value, value_length))
GATE(session_complete_descriptor, (emailauth_session *session, int *descriptor), (session, descriptor))
GATE(session_take_result, (emailauth_session *session, emailauth_result **result), (session, result))

GATE(result_method_count, (emailauth_result *result, size_t *count), (result, count))
GATE(result_method, (emailauth_result *result, size_t number, emailauth_method *method), (result, number, method))
GATE(result_property, (emailauth_result *result, size_t number, size_t place, emailauth_property *property), (result, number, place, property))
GATE(result_property_value,
    (emailauth_result *result, size_t number, const char *name, size_t name_length, const char **value, size_t *length),
    (result, number, name, name_length, value, length))
GATE(result_dmarc_policy, (emailauth_result *result, const char **text, size_t *length), (result, text, length))
GATE(result_dmarc_disposition, (emailauth_result *result, const char **text, size_t *length), (result, text, length))

GATE(key_new, (const char *pem, size_t length, const char *passphrase, size_t passphrase_length, emailauth_key **key),
    (pem, length, passphrase, passphrase_length, key))
GATE(key_bits, (emailauth_key *key, int *bits), (key, bits))
GATE(key_record, (emailauth_key *key, const char **text, size_t *length), (key, text, length))
GATE(key_free, (emailauth_key *key), (key))
GATE(signer_new, (emailauth_signer **signer), (signer))
GATE(signer_add,
    (emailauth_signer *signer, emailauth_key *key, const char *domain, size_t domain_length, const char *selector, size_t selector_length,
        const char *user_identity, size_t user_identity_length),
    (signer, key, domain, domain_length, selector, selector_length, user_identity, user_identity_length))
GATE(signer_set, (emailauth_signer *signer, const char *name, size_t name_length, const char *value, size_t value_length),
    (signer, name, name_length, value, value_length))
GATE(signer_begin, (emailauth_signer *signer, emailauth_signing **signing), (signer, signing))
GATE(signer_free, (emailauth_signer *signer), (signer))
GATE(sealer_new,
    (emailauth_key *key, const char *domain, size_t domain_length, const char *selector, size_t selector_length, emailauth_sealer **sealer),
    (key, domain, domain_length, selector, selector_length, sealer))
GATE(sealer_begin, (emailauth_sealer *sealer, emailauth_result *result, emailauth_signing **signing), (sealer, result, signing))
GATE(sealer_free, (emailauth_sealer *sealer), (sealer))
GATE(signing_header, (emailauth_signing *signing, const char *name, size_t name_length, const char *value, size_t value_length),
    (signing, name, name_length, value, value_length))
GATE(signing_end_of_headers, (emailauth_signing *signing), (signing))
GATE(signing_body, (emailauth_signing *signing, const void *chunk, size_t length), (signing, chunk, length))
GATE(signing_message, (emailauth_signing *signing, const void *chunk, size_t length), (signing, chunk, length))
GATE(signing_complete, (emailauth_signing *signing), (signing))
GATE(signing_field_count, (emailauth_signing *signing, size_t *count), (signing, count))
GATE(signing_field, (emailauth_signing *signing, size_t number, const char **text, size_t *length), (signing, number, text, length))
GATE(signing_field_name, (emailauth_signing *signing, size_t number, const char **text, size_t *length), (signing, number, text, length))
GATE(signing_field_value_lf, (emailauth_signing *signing, size_t number, const char **text, size_t *length), (signing, number, text, length))
GATE(signing_reason, (emailauth_signing *signing, const char **text, size_t *length), (signing, text, length))
GATE(signing_reason_code, (emailauth_signing *signing, const char **text, size_t *length), (signing, text, length))
GATE(signing_free, (emailauth_signing *signing), (signing))
