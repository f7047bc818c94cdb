/* Every call, in order and out of order, with handles and lengths that are wrong. Ends with 0 when each answered what emailauth.h says.
 *
 *     every_call MESSAGE CONFIGURATION DEAF_CONFIGURATION
 *
 * DEAF_CONFIGURATION names a DNS server that never answers. */
#include "expect.h"
#include "message.h"

#include <pthread.h>
#include <semaphore.h>

struct completion {
    sem_t done;
    int status;
    int calls;
    emailauth_result *result;
    emailauth_session *session;
    bool frees_session;
    pthread_t thread;
};

static void on_completed(emailauth_session *session, int status, emailauth_result *result, void *user_data)
{
    struct completion *completion = user_data;

    completion->calls++;
    completion->status = status;
    completion->result = result;
    completion->thread = pthread_self();
    TRUE(session == completion->session);
    if (status == EMAILAUTH_E_ABORTED)
        TRUE(last_error_holds("aborted"));
    if (completion->frees_session)
        OK(emailauth_session_free(session));
    sem_post(&completion->done);
}

static struct completion begin(emailauth_session *session)
{
    struct completion completion = { .status = 1, .session = session };

    sem_init(&completion.done, 0, 0);
    return completion;
}

static void the_library(void)
{
    char small[8];
    emailauth_pipeline *pipeline;

    EXPECT(emailauth_abi_version(), EMAILAUTH_ABI_VERSION);
    TRUE(strchr(emailauth_version(), '.') != NULL);
    for (int status = 1; status >= -11; status--)
        TRUE(strlen(emailauth_status_text(status)) > 0);
    TRUE(strcmp(emailauth_status_text(INT32_MIN), emailauth_status_text(1)) == 0);
    EXPECT(emailauth_last_error(NULL, 0), 0);
    EXPECT(emailauth_pipeline_new("{", NT, &pipeline), EMAILAUTH_E_CONFIGURATION);
    TRUE(pipeline == NULL);
    TRUE(emailauth_last_error(NULL, 0) > sizeof small);
    TRUE(emailauth_last_error(small, sizeof small) > sizeof small);
    EXPECT(strlen(small), sizeof small - 1);
    TRUE(emailauth_last_error(small, 0) > 0);
}

static void configurations(void)
{
    static const char nul[] = "{\"AuthservId\": \"mx.example.org\"}";
    emailauth_pipeline *pipeline;

    EXPECT(emailauth_pipeline_new(NULL, 0, &pipeline), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_pipeline_new(NULL, 12, &pipeline), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_pipeline_new("{}", NT, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_pipeline_new("{}", (size_t)1 << 40, &pipeline), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_pipeline_new("\xff\xfe", NT, &pipeline), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_pipeline_new(nul, sizeof nul, &pipeline), EMAILAUTH_E_ARGUMENT);
    TRUE(last_error_holds("NUL at offset"));
    EXPECT(emailauth_pipeline_new("{}", NT, &pipeline), EMAILAUTH_E_CONFIGURATION);
    TRUE(last_error_holds("AuthservId"));
    EXPECT(emailauth_pipeline_new("{\"AuthservId\": \"a\", \"Dkim\": {\"MaxSignatures\": 0}}", NT, &pipeline), EMAILAUTH_E_CONFIGURATION);
    TRUE(last_error_holds("Dkim:MaxSignatures"));
    OK(emailauth_pipeline_new(nul, sizeof nul - 1, &pipeline));
    OK(emailauth_pipeline_check(pipeline));
    OK(emailauth_pipeline_free(pipeline));
    EXPECT(emailauth_pipeline_check(pipeline), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_pipeline_check(NULL), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_pipeline_free(pipeline), EMAILAUTH_E_HANDLE);
    OK(emailauth_pipeline_free(NULL));
}

/* Calls each function that takes a handle with a handle of another kind. */
static void wrong_handles(void *wrong, void *of_pipeline, void *of_session, void *of_result)
{
    emailauth_session *session;
    emailauth_result *result;
    emailauth_field field;
    const char *text;
    size_t length;
    int action;

    if (wrong != of_pipeline) {
        EXPECT(emailauth_session_new(wrong, "192.0.2.1", NT, NULL, 0, &session), EMAILAUTH_E_HANDLE);
        TRUE(session == NULL);
        if (wrong)
            EXPECT(emailauth_pipeline_free(wrong), EMAILAUTH_E_HANDLE);
    }
    if (wrong != of_session) {
        EXPECT(emailauth_session_helo(wrong, "a", 1), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_session_mail_from(wrong, "a", 1), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_session_recipient(wrong, "a", 1), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_session_authenticated(wrong, 1), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_session_header(wrong, "a", 1, "b", 1), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_session_end_of_headers(wrong), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_session_body(wrong, "a", 1), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_session_complete(wrong, &result), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_session_complete_async(wrong, on_completed, NULL), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_session_applied(wrong, EMAILAUTH_ACCEPT, NULL, 0), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_session_abort(wrong), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_session_reset(wrong), EMAILAUTH_E_HANDLE);
        if (wrong)
            EXPECT(emailauth_session_free(wrong), EMAILAUTH_E_HANDLE);
    }
    if (wrong != of_result) {
        EXPECT(emailauth_result_header(wrong, &text, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_header_value(wrong, &text, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_header_value_lf(wrong, &text, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_extended_header(wrong, &text, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_extended_header_value(wrong, &text, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_extended_header_value_lf(wrong, &text, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_action(wrong, &action), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_reason(wrong, &text, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_reason_code(wrong, &text, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_smtp_reply(wrong, &text, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_reply_code(wrong, &action), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_reply_enhanced_code(wrong, &text, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_reply_text(wrong, &text, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_json(wrong, &text, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_field_count(wrong, &length), EMAILAUTH_E_HANDLE);
        EXPECT(emailauth_result_field(wrong, 0, &field), EMAILAUTH_E_HANDLE);
        if (wrong)
            EXPECT(emailauth_result_free(wrong), EMAILAUTH_E_HANDLE);
    }
}

static emailauth_session *open_session(emailauth_pipeline *pipeline)
{
    emailauth_session *session;

    OK(emailauth_session_new(pipeline, "192.0.2.1", NT, "mail.football.example.com", NT, &session));
    OK(emailauth_session_mail_from(session, "<joe@football.example.com>", NT));
    return session;
}

static void arguments(emailauth_pipeline *pipeline)
{
    static const char *const addresses[] = { "", "192.0.2", "192.0.2.256", "010.0.0.1", "[2001:db8::1]", "127.1", "mail.example.com", "192.0.2.1:25" };
    emailauth_session *session;

    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        EXPECT(emailauth_session_new(pipeline, addresses[i], NT, NULL, 0, &session), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_new(pipeline, "192.0.2.1", 10, NULL, 0, &session), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_new(pipeline, NULL, 5, NULL, 0, &session), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_new(pipeline, "192.0.2.1", NT, NULL, 3, &session), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_new(pipeline, "192.0.2.1", NT, "a\0b", 3, &session), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_new(pipeline, "192.0.2.1", NT, NULL, 0, NULL), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_session_new(pipeline, "2001:db8::1", NT, NULL, 0, &session));
    EXPECT(emailauth_session_helo(session, NULL, 0), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_helo(session, "mail", 5), EMAILAUTH_E_ARGUMENT);
    TRUE(last_error_holds("NUL at offset 4 of 5"));
    EXPECT(emailauth_session_helo(session, "mail", (size_t)-2), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_session_helo(session, "caf\xe9", 4));
    OK(emailauth_session_helo(session, "", 0));
    EXPECT(emailauth_session_mail_from(session, "a\0@b", 4), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_mail_from(session, NULL, 4), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_session_mail_from(session, NULL, 0));
    EXPECT(emailauth_session_recipient(session, NULL, 0), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_recipient(session, "a\0@b", 4), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_session_recipient(session, "<bob@example.org>", NT));
    OK(emailauth_session_recipient(session, "", 0));
    EXPECT(emailauth_session_header(session, NULL, 4, "x", 1), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_header(session, "From", 4, NULL, 1), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_header(session, "From", 4, "x", (size_t)1 << 31), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_session_header(session, "From", 4, "a\0b", 3));
    OK(emailauth_session_header(session, NULL, 0, NULL, 0));
    OK(emailauth_session_end_of_headers(session));
    EXPECT(emailauth_session_body(session, NULL, 1), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_body(session, "x", NT), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_session_body(session, NULL, 0));
    EXPECT(emailauth_session_complete(session, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_complete_async(session, NULL, NULL), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_session_free(session));
}

static void out_of_order(emailauth_pipeline *pipeline)
{
    emailauth_session *session = open_session(pipeline);
    emailauth_result *result;
    struct completion completion = begin(session);

    EXPECT(emailauth_session_body(session, "x", 1), EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_complete(session, &result), EMAILAUTH_E_STATE);
    TRUE(result == NULL);
    EXPECT(emailauth_session_complete_async(session, on_completed, &completion), EMAILAUTH_E_STATE);
    OK(emailauth_session_header(session, "From", 4, " a@example.com", NT));
    EXPECT(emailauth_session_helo(session, "late", NT), EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_mail_from(session, "late", NT), EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_recipient(session, "late", NT), EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_applied(session, EMAILAUTH_ACCEPT, NULL, 0), EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_body(session, "x", 1), EMAILAUTH_E_STATE);
    OK(emailauth_session_end_of_headers(session));
    EXPECT(emailauth_session_end_of_headers(session), EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_header(session, "To", 2, " b", 2), EMAILAUTH_E_STATE);
    OK(emailauth_session_complete(session, &result));
    OK(emailauth_result_free(result));
    EXPECT(emailauth_session_complete(session, &result), EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_recipient(session, "late", NT), EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_applied(session, 4, NULL, 0), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_applied(session, -1, NULL, 0), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_applied(session, EMAILAUTH_REJECT, NULL, 3), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_session_applied(session, EMAILAUTH_REJECT, "550 5.7.26 no", NT));
    EXPECT(emailauth_session_applied(session, EMAILAUTH_REJECT, NULL, 0), EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_body(session, "x", 1), EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_header(session, "To", 2, " b", 2), EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_complete_async(session, on_completed, &completion), EMAILAUTH_E_STATE);
    EXPECT(completion.calls, 0);
    OK(emailauth_session_reset(session));
    OK(emailauth_session_mail_from(session, "joe@football.example.com", NT));
    OK(emailauth_session_abort(session));
    OK(emailauth_session_mail_from(session, "joe@football.example.com", NT));
    OK(feed(session));
    OK(emailauth_session_abort(session));
    OK(emailauth_session_free(session));
    EXPECT(emailauth_session_free(session), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_session_abort(session), EMAILAUTH_E_HANDLE);
}

static void judged(emailauth_result *result)
{
    emailauth_field field;
    const char *text;
    size_t length, count;
    int action;

    OK(emailauth_result_header(result, &text, &length));
    EXPECT(strlen(text), length);
    TRUE(strncmp(text, "Authentication-Results: mx.example.org;", 39) == 0);
    TRUE(strstr(text, "dkim=pass") && strstr(text, "spf=pass") && strstr(text, "dmarc=pass"));
    OK(emailauth_result_header_value(result, &text, NULL));
    TRUE(strncmp(text, "mx.example.org;", 15) == 0 && strstr(text, "\r\n") != NULL);
    OK(emailauth_result_header_value_lf(result, &text, &length));
    EXPECT(strlen(text), length);
    TRUE(strchr(text, '\n') != NULL && strchr(text, '\r') == NULL);
    OK(emailauth_result_extended_header(result, &text, &length));
    EXPECT(strlen(text), length);
    TRUE(strncmp(text, "Authentication-Results: mx.example.org;", 39) == 0 && strstr(text, "bimi=") && strstr(text, "policy.applied-disposition="));
    OK(emailauth_result_extended_header_value(result, &text, NULL));
    TRUE(strncmp(text, "mx.example.org;", 15) == 0 && strstr(text, "\r\n") != NULL);
    OK(emailauth_result_extended_header_value_lf(result, &text, &length));
    EXPECT(strlen(text), length);
    TRUE(strchr(text, '\n') != NULL && strchr(text, '\r') == NULL);
    OK(emailauth_result_action(result, &action));
    EXPECT(action, EMAILAUTH_ACCEPT);
    OK(emailauth_result_reason(result, &text, &length));
    TRUE(strstr(text, "dmarc=pass") != NULL);
    OK(emailauth_result_reason_code(result, &text, &length));
    TRUE(length > 0 && strspn(text, "abcdefghijklmnopqrstuvwxyz_") == length);
    OK(emailauth_result_smtp_reply(result, &text, &length));
    TRUE(text == NULL && length == 0);
    OK(emailauth_result_reply_code(result, &action));
    EXPECT(action, 0);
    OK(emailauth_result_reply_enhanced_code(result, &text, &length));
    TRUE(text == NULL && length == 0);
    OK(emailauth_result_reply_text(result, &text, &length));
    TRUE(text == NULL && length == 0);
    EXPECT(emailauth_result_reply_code(result, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_reply_text(result, NULL, &length), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_result_json(result, &text, &length));
    TRUE(text[0] == '{' && strlen(text) == length && strstr(text, "\"dmarc\"") != NULL);
    OK(emailauth_result_field_count(result, &count));
    EXPECT(count, 0);
    EXPECT(emailauth_result_field(result, 0, &field), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_header(result, NULL, &length), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_action(result, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_field_count(result, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_field(result, 0, NULL), EMAILAUTH_E_ARGUMENT);
}

static void messages(emailauth_pipeline *pipeline)
{
    emailauth_session *session = open_session(pipeline);
    struct completion completion = begin(session);
    emailauth_result *first;

    OK(feed(session));
    OK(emailauth_session_complete(session, &first));
    OK(emailauth_session_reset(session));
    OK(emailauth_session_authenticated(session, 0));
    OK(emailauth_session_mail_from(session, "joe@football.example.com", NT));
    OK(feed(session));
    OK(emailauth_session_complete_async(session, on_completed, &completion));
    sem_wait(&completion.done);
    OK(completion.status);
    TRUE(!pthread_equal(completion.thread, pthread_self()));
    wrong_handles(pipeline, pipeline, session, first);
    wrong_handles(session, pipeline, session, first);
    wrong_handles(first, pipeline, session, first);
    OK(emailauth_session_free(session));
    judged(first);
    judged(completion.result);
    OK(emailauth_result_free(first));
    wrong_handles(first, pipeline, session, completion.result);
    EXPECT(emailauth_result_free(first), EMAILAUTH_E_HANDLE);
    OK(emailauth_result_free(completion.result));
    OK(emailauth_result_free(NULL));
    OK(emailauth_session_free(NULL));
}

static void refused(emailauth_pipeline *pipeline)
{
    emailauth_session *session;
    emailauth_result *result;
    emailauth_field field;
    const char *text, *part;
    size_t count;
    int action;

    OK(emailauth_session_new(pipeline, NULL, 0, NULL, 0, &session));
    OK(emailauth_session_helo(session, "evil.example", NT));
    OK(emailauth_session_mail_from(session, "joe@evil.example", NT));
    OK(emailauth_session_header(session, "Authentication-Results", NT, " other.example; spf=pass", NT));
    OK(emailauth_session_header(session, "authentication-results", NT, " MX.example.org; dmarc=pass", NT));
    OK(emailauth_session_header(session, "From", NT, " joe@football.example.com", NT));
    OK(emailauth_session_end_of_headers(session));
    OK(emailauth_session_body(session, "Hi\r\n", 4));
    OK(emailauth_session_complete(session, &result));
    OK(emailauth_result_action(result, &action));
    EXPECT(action, EMAILAUTH_REJECT);
    OK(emailauth_result_smtp_reply(result, &text, NULL));
    TRUE(strncmp(text, "550 5.7.26 ", 11) == 0);
    OK(emailauth_result_reply_code(result, &action));
    EXPECT(action, 550);
    OK(emailauth_result_reply_enhanced_code(result, &part, &count));
    TRUE(strcmp(part, "5.7.26") == 0 && count == 6);
    OK(emailauth_result_reply_text(result, &part, &count));
    TRUE(strcmp(part, text + 11) == 0 && count == strlen(part));
    OK(emailauth_result_field_count(result, &count));
    EXPECT(count, 1);
    OK(emailauth_result_field(result, 0, &field));
    EXPECT(field.index, 1);
    EXPECT(field.occurrence, 2);
    TRUE(strcmp(field.name, "authentication-results") == 0 && field.name_length == 22);
    TRUE(strlen(field.reason) == field.reason_length && field.reason_length > 0);
    EXPECT(emailauth_result_field(result, 1, &field), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_result_free(result));
    OK(emailauth_session_free(session));
}

static void *complete(void *argument)
{
    struct completion *completion = argument;

    completion->status = emailauth_session_complete(completion->session, &completion->result);
    return NULL;
}

/* The DNS is silent, so that a completion stays on its way until it is aborted. */
static void aborted(emailauth_pipeline *deaf)
{
    emailauth_session *session = open_session(deaf);
    struct completion completion = begin(session);
    emailauth_result *result;
    pthread_t thread;
    int status;

    OK(feed(session));
    OK(emailauth_session_complete_async(session, on_completed, &completion));
    EXPECT(emailauth_session_free(session), EMAILAUTH_E_BUSY);
    EXPECT(emailauth_session_reset(session), EMAILAUTH_E_BUSY);
    EXPECT(emailauth_session_helo(session, "a", 1), EMAILAUTH_E_BUSY);
    EXPECT(emailauth_session_body(session, "a", 1), EMAILAUTH_E_BUSY);
    EXPECT(emailauth_session_complete(session, &result), EMAILAUTH_E_BUSY);
    EXPECT(emailauth_session_complete_async(session, on_completed, &completion), EMAILAUTH_E_BUSY);
    OK(emailauth_session_abort(session));
    sem_wait(&completion.done);
    EXPECT(completion.status, EMAILAUTH_E_ABORTED);
    EXPECT(completion.calls, 1);
    TRUE(completion.result == NULL);

    /* Ready for the next message, which is given up while a thread waits for it. */
    OK(emailauth_session_mail_from(session, "joe@football.example.com", NT));
    OK(feed(session));
    pthread_create(&thread, NULL, complete, &completion);
    while ((status = emailauth_session_free(session)) != EMAILAUTH_E_BUSY && status != EMAILAUTH_OK)
        ;
    if (status == EMAILAUTH_OK) {
        /* It was freed before the other thread came. */
        pthread_join(thread, NULL);
        EXPECT(completion.status, EMAILAUTH_E_HANDLE);
    } else {
        OK(emailauth_session_abort(session));
        pthread_join(thread, NULL);
        if (completion.status != EMAILAUTH_E_STATE)
            EXPECT(completion.status, EMAILAUTH_E_ABORTED);
        OK(emailauth_session_free(session));
    }
    TRUE(completion.result == NULL);

    /* A callback that frees its session. */
    session = open_session(deaf);
    completion = begin(session);
    completion.frees_session = true;
    OK(feed(session));
    OK(emailauth_session_complete_async(session, on_completed, &completion));
    OK(emailauth_session_abort(session));
    sem_wait(&completion.done);
    EXPECT(completion.status, EMAILAUTH_E_ABORTED);
    EXPECT(emailauth_session_reset(session), EMAILAUTH_E_HANDLE);

    /* A session freed with its lookups on their way. */
    session = open_session(deaf);
    OK(feed(session));
    OK(emailauth_session_free(session));
}

struct crowd {
    emailauth_session *session;
    int ok, busy, other;
};

static void *press(void *argument)
{
    struct crowd *crowd = argument;

    for (int i = 0; i < 2000; i++) {
        int status = emailauth_session_reset(crowd->session);

        if (status == EMAILAUTH_OK)
            crowd->ok++;
        else if (status == EMAILAUTH_E_BUSY)
            crowd->busy++;
        else
            crowd->other++;
    }
    return NULL;
}

static void *free_once(void *argument)
{
    struct crowd *crowd = argument;

    crowd->ok = emailauth_session_free(crowd->session) == EMAILAUTH_OK;
    return NULL;
}

/* Threads that share a session, and free it at the same time: exactly one succeeds. */
static void crowds(emailauth_pipeline *pipeline)
{
    struct crowd crowds[4];
    pthread_t threads[4];

    for (int round = 0; round < 20; round++) {
        emailauth_session *session = open_session(pipeline);
        int freed = 0;

        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < 4; i++) {
                crowds[i] = (struct crowd){ .session = session };
                pthread_create(&threads[i], NULL, pass == 0 ? press : free_once, &crowds[i]);
            }
            for (int i = 0; i < 4; i++)
                pthread_join(threads[i], NULL);
            for (int i = 0; i < 4 && pass == 0; i++)
                EXPECT(crowds[i].other, 0);
        }
        for (int i = 0; i < 4; i++)
            freed += crowds[i].ok;
        EXPECT(freed, 1);
    }
}

int main(int argc, char **argv)
{
    emailauth_pipeline *pipeline, *deaf;
    size_t length, deaf_length;
    char *configuration, *deaf_configuration;

    if (argc != 4)
        return 2;
    message = read_file(argv[1], &message_length);
    configuration = read_file(argv[2], &length);
    deaf_configuration = read_file(argv[3], &deaf_length);
    the_library();
    configurations();
    OK(emailauth_pipeline_new(configuration, length, &pipeline));
    OK(emailauth_pipeline_new(deaf_configuration, NT, &deaf));
    wrong_handles(NULL, pipeline, pipeline, pipeline);
    wrong_handles((void *)1, pipeline, pipeline, pipeline);
    wrong_handles((void *)-1, pipeline, pipeline, pipeline);
    wrong_handles(&pipeline, pipeline, pipeline, pipeline);
    arguments(pipeline);
    out_of_order(pipeline);
    messages(pipeline);
    refused(pipeline);
    aborted(deaf);
    crowds(pipeline);
    OK(emailauth_pipeline_free(pipeline));
    OK(emailauth_pipeline_free(deaf));
    free(message);
    free(configuration);
    free(deaf_configuration);
    if (failures == 0)
        puts("every call answered as it should");
    return failures != 0;
}
