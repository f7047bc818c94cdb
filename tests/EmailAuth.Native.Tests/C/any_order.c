/* Sixteen threads call every function in any order: with handles of another kind, handles that were freed, handles that another thread frees at that
 * moment, and numbers that were never handles.
 *
 *     any_order MESSAGE CONFIGURATION KEY COUNT SEED
 *
 * COUNT calls in each thread. Each answers with a status of the header, and none with an internal error. Then every handle is freed, twice: the second time
 * it must not be a handle any more; and a message is judged as ever. Writes one line. */
#include "message.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define THREADS 16
#define SLOTS 64

static _Atomic(void *) slots[SLOTS];
static _Atomic long answered[16];
static char *configuration, pem[8192];
static size_t configuration_length;
static long calls;

static unsigned next(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void fail(const char *what, int status)
{
    char error[512];

    emailauth_last_error(error, sizeof error);
    fprintf(stderr, "%s: %d %s\n", what, status, error);
    exit(1);
}

/* What stays in the table is somebody's to free; what it displaces is freed here. */
static void keep(unsigned *state, void *handle);

static int free_any(void *handle)
{
    int (*frees[])(void *) = {
        (int (*)(void *))emailauth_pipeline_free, (int (*)(void *))emailauth_session_free, (int (*)(void *))emailauth_result_free,
        (int (*)(void *))emailauth_key_free, (int (*)(void *))emailauth_signer_free, (int (*)(void *))emailauth_sealer_free,
        (int (*)(void *))emailauth_signing_free,
    };
    int status = EMAILAUTH_E_HANDLE;

    for (size_t i = 0; i < sizeof frees / sizeof *frees && status == EMAILAUTH_E_HANDLE; i++)
        while ((status = frees[i](handle)) == EMAILAUTH_E_BUSY) {
            emailauth_result *result;

            /* A session whose result waits to be taken is busy until then. */
            if (emailauth_session_take_result(handle, &result) == EMAILAUTH_OK)
                emailauth_result_free(result);
            sched_yield();
        }
    return status;
}

static void keep(unsigned *state, void *handle)
{
    void *old = atomic_exchange(&slots[next(state) % SLOTS], handle);

    if (old)
        free_any(old);
}

static void *pick(unsigned *state)
{
    switch (next(state) % 16) {
    case 0:
        return NULL;
    case 1:
        return (void *)(uintptr_t)(next(state) * 2654435761u);
    case 2:
        return (void *)(uintptr_t)-1;
    default:
        return atomic_load(&slots[next(state) % SLOTS]);
    }
}

static void ended(emailauth_session *session, int status, emailauth_result *result, void *user_data)
{
    (void)session;
    (void)user_data;
    if (status == EMAILAUTH_OK && emailauth_result_free(result) != EMAILAUTH_OK)
        fail("a result of a callback", status);
}

static int call(unsigned *state)
{
    void *handle = pick(state), *made = NULL;
    const char *text;
    size_t number = next(state) % 4, length;
    int status, value;
    uint64_t count;
    char buffer[64];
    emailauth_field field;
    emailauth_method method;
    emailauth_property property;

    switch (next(state) % 56) {
    case 0: status = emailauth_pipeline_new(configuration, configuration_length, (emailauth_pipeline **)&made); break;
    case 1: status = emailauth_pipeline_new("{", NT, (emailauth_pipeline **)&made); break;
    case 2: status = emailauth_pipeline_check(handle); break;
    case 3: status = emailauth_pipeline_log(handle, (int)number, NULL, NULL); break;
    case 4: status = emailauth_pipeline_resolver(handle, NULL, NULL); break;
    case 5: status = emailauth_pipeline_free(handle); break;
    case 6: case 7: case 8: case 9: status = emailauth_session_new(handle, "192.0.2.1", NT, "mail.football.example.com", NT, (emailauth_session **)&made); break;
    case 10: status = emailauth_session_helo(handle, "x", NT); break;
    case 11: case 12: case 13: status = emailauth_session_mail_from(handle, "joe@football.example.com", NT); break;
    case 14: status = emailauth_session_recipient(handle, "a@b.example", NT); break;
    case 15: status = emailauth_session_authenticated(handle, (int)number); break;
    case 16: case 17: status = emailauth_session_header(handle, "From", NT, " joe@football.example.com", NT); break;
    case 18: status = emailauth_session_header_lf(handle, "Subject", NT, " a\n b", NT); break;
    case 19: case 20: status = emailauth_session_end_of_headers(handle); break;
    case 21: case 22: status = emailauth_session_body(handle, message, message_length); break;
    case 23: case 24: case 25: status = emailauth_session_complete(handle, (emailauth_result **)&made); break;
    case 26: status = emailauth_session_complete_async(handle, ended, NULL); break;
    case 27: status = emailauth_session_complete_descriptor(handle, &value); break;
    case 28: status = emailauth_session_take_result(handle, (emailauth_result **)&made); break;
    case 29: status = emailauth_session_applied(handle, (int)number, NULL, 0); break;
    case 30: status = emailauth_session_abort(handle); break;
    case 31: status = emailauth_session_reset(handle); break;
    case 32: status = emailauth_session_free(handle); break;
    case 33: status = emailauth_result_action(handle, &value); break;
    case 34: status = emailauth_result_header(handle, &text, &length); break;
    case 35: status = emailauth_result_json(handle, &text, &length); break;
    case 36: status = emailauth_result_field(handle, number, &field); break;
    case 37: status = emailauth_result_method(handle, number, &method); break;
    case 38: status = emailauth_result_property(handle, number, number, &property); break;
    case 39: status = emailauth_result_free(handle); break;
    case 40: status = emailauth_key_new(pem, NT, NULL, 0, (emailauth_key **)&made); break;
    case 41: status = emailauth_key_bits(handle, &value); break;
    case 42: status = emailauth_key_free(handle); break;
    case 43: status = emailauth_signer_new((emailauth_signer **)&made); break;
    case 44: status = emailauth_signer_add(handle, pick(state), "football.example.com", NT, "s", NT, NULL, 0); break;
    case 45: status = emailauth_signer_begin(handle, (emailauth_signing **)&made); break;
    case 46: status = emailauth_signer_free(handle); break;
    case 47: status = emailauth_sealer_new(handle, "football.example.com", NT, "s", NT, (emailauth_sealer **)&made); break;
    case 48: status = emailauth_sealer_begin(handle, pick(state), (emailauth_signing **)&made); break;
    case 49: status = emailauth_sealer_free(handle); break;
    case 50: status = emailauth_signing_header(handle, "From", NT, " joe@football.example.com", NT); break;
    case 51: status = emailauth_signing_message(handle, message, message_length); break;
    case 52: status = emailauth_signing_complete(handle); break;
    case 53: status = emailauth_signing_free(handle); break;
    case 54: status = emailauth_query_answer(handle, (int)number, NULL, 0, 0, 0); break;
    default: status = emailauth_counter("emailauth.messages", NT, &count) == EMAILAUTH_OK ? EMAILAUTH_OK : emailauth_counters(buffer, sizeof buffer, &length); break;
    }
    if (made) {
        if (status != EMAILAUTH_OK)
            fail("a handle of a call that failed", status);
        keep(state, made);
    }
    return status;
}

static void *any_calls(void *seed)
{
    unsigned state = (unsigned)(uintptr_t)seed;

    for (long i = 0; i < calls; i++) {
        int status = call(&state);

        if (status > EMAILAUTH_OK || status < EMAILAUTH_E_UNAVAILABLE || status == EMAILAUTH_E_INTERNAL || status == EMAILAUTH_E_MEMORY)
            fail("a call", status);
        atomic_fetch_add(&answered[-status], 1);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t running[THREADS];
    emailauth_pipeline *pipeline;
    emailauth_session *session;
    emailauth_result *result;
    char *key;
    size_t length;
    int action;

    if (argc != 6)
        return 2;
    message = read_file(argv[1], &message_length);
    configuration = read_file(argv[2], &configuration_length);
    key = read_file(argv[3], &length);
    if (length >= sizeof pem)
        return 2;
    memcpy(pem, key, length + 1);
    free(key);
    calls = atol(argv[4]);
    for (uintptr_t i = 0; i < THREADS; i++)
        if (pthread_create(&running[i], NULL, any_calls, (void *)((uintptr_t)atol(argv[5]) * THREADS + i)) != 0)
            return 2;
    for (int i = 0; i < THREADS; i++)
        pthread_join(running[i], NULL);
    for (int i = 0; i < SLOTS; i++) {
        void *handle = atomic_load(&slots[i]);

        if (handle)
            free_any(handle);
        if (handle && free_any(handle) != EMAILAUTH_E_HANDLE)
            fail("a handle that was freed", i);
    }
    if (emailauth_pipeline_new(configuration, configuration_length, &pipeline) != EMAILAUTH_OK
        || emailauth_session_new(pipeline, "192.0.2.1", NT, "mail.football.example.com", NT, &session) != EMAILAUTH_OK
        || emailauth_session_mail_from(session, "joe@football.example.com", NT) != EMAILAUTH_OK || feed(session) != EMAILAUTH_OK
        || emailauth_session_complete(session, &result) != EMAILAUTH_OK || emailauth_result_action(result, &action) != EMAILAUTH_OK || action != EMAILAUTH_ACCEPT)
        fail("a message after all that", 0);
    emailauth_result_free(result);
    emailauth_session_free(session);
    emailauth_pipeline_free(pipeline);
    printf("%ld calls: %ld succeeded, %ld wrong handles, %ld out of order, %ld busy\n", calls * THREADS, (long)answered[0], (long)answered[-EMAILAUTH_E_HANDLE],
        (long)answered[-EMAILAUTH_E_STATE], (long)answered[-EMAILAUTH_E_BUSY]);
    free(message);
    free(configuration);
    return 0;
}
