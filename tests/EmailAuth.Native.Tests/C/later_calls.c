/* The calls of interface 1.4, in order and out of order, with handles and arguments that are wrong. Ends with 0 when each answered what
 * emailauth.h says.
 *
 *     later_calls MESSAGE CONFIGURATION DEAF_CONFIGURATION
 *
 * DEAF_CONFIGURATION names a DNS server that never answers. */
#include "expect.h"
#include "message.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

static const char *configuration_path;

static emailauth_session *open_session(emailauth_pipeline *pipeline)
{
    emailauth_session *session;

    OK(emailauth_session_new(pipeline, "192.0.2.1", NT, "mail.football.example.com", NT, &session));
    OK(emailauth_session_mail_from(session, "<joe@football.example.com>", NT));
    return session;
}

static emailauth_result *judge(emailauth_pipeline *pipeline)
{
    emailauth_session *session = open_session(pipeline);
    emailauth_result *result;

    OK(feed(session));
    OK(emailauth_session_complete(session, &result));
    OK(emailauth_session_free(session));
    return result;
}

/* --- Results by method --- */

static size_t find_method(emailauth_result *result, const char *name, emailauth_method *method)
{
    size_t count, number;

    OK(emailauth_result_method_count(result, &count));
    for (number = 0; number < count; number++) {
        OK(emailauth_result_method(result, number, method));
        if (strcmp(method->name, name) == 0)
            return number;
    }
    fprintf(stderr, "no result of %s\n", name);
    failures++;
    return 0;
}

static void methods(emailauth_pipeline *pipeline)
{
    emailauth_result *result = judge(pipeline);
    emailauth_property property;
    emailauth_method method;
    size_t count, number, length;
    const char *text;

    number = find_method(result, "dkim", &method);
    TRUE(strcmp(method.result, "pass") == 0 && method.result_length == 4 && strcmp(method.method, "dkim") == 0 && method.name_length == 4);
    OK(emailauth_result_property_value(result, number, "header.d", NT, &text, &length));
    TRUE(text && strcmp(text, "football.example.com") == 0 && length == strlen(text));
    OK(emailauth_result_property_value(result, number, "HEADER.S", 8, &text, NULL));
    TRUE(text && strcmp(text, "brisbane") == 0);
    OK(emailauth_result_property_value(result, number, "header.nothing", NT, &text, &length));
    TRUE(text == NULL && length == 0);
    for (size_t place = 0; place < method.property_count; place++) {
        OK(emailauth_result_property(result, number, place, &property));
        EXPECT(strlen(property.name), property.name_length);
        EXPECT(strlen(property.value), property.value_length);
        TRUE(strchr(property.name, '.') != NULL);
    }
    EXPECT(emailauth_result_property(result, number, method.property_count, &property), EMAILAUTH_E_ARGUMENT);

    /* The second signature of the message is a result of its own. */
    OK(emailauth_result_property_value(result, number + 1, "header.s", NT, &text, NULL));
    TRUE(text && strcmp(text, "test") == 0);
    number = find_method(result, "spf", &method);
    TRUE(strcmp(method.method, "spf") == 0);
    OK(emailauth_result_property_value(result, number, "smtp.mailfrom", NT, &text, NULL));
    TRUE(text && strcmp(text, "joe@football.example.com") == 0);
    number = find_method(result, "spf_helo", &method);
    TRUE(strcmp(method.method, "spf") == 0);
    OK(emailauth_result_property_value(result, number, "smtp.helo", NT, &text, NULL));
    TRUE(text && strcmp(text, "mail.football.example.com") == 0);
    find_method(result, "arc", &method);
    TRUE(strcmp(method.result, "none") == 0);
    OK(emailauth_result_dmarc_policy(result, &text, &length));
    TRUE(text && strcmp(text, "reject") == 0 && length == 6);
    OK(emailauth_result_dmarc_disposition(result, &text, &length));
    TRUE(text && strcmp(text, "none") == 0 && length == 4);

    OK(emailauth_result_method_count(result, &count));
    EXPECT(emailauth_result_method(result, count, &method), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_method(result, (size_t)-1, &method), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_property_value(result, count, "header.d", NT, &text, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_method_count(result, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_method(result, 0, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_property(result, 0, 0, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_property_value(result, 0, NULL, 0, &text, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_property_value(result, 0, "a", 1, NULL, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_result_dmarc_policy(result, NULL, NULL), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_result_free(result));
    EXPECT(emailauth_result_method_count(result, &count), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_result_method(result, 0, &method), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_result_property(result, 0, 0, &property), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_result_property_value(NULL, 0, "a", 1, &text, NULL), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_result_dmarc_disposition((emailauth_result *)pipeline, &text, NULL), EMAILAUTH_E_HANDLE);

    OK(emailauth_json_schema(&text, &length));
    TRUE(text[0] == '{' && strlen(text) == length && strstr(text, "\"$schema\"") != NULL);
    EXPECT(emailauth_json_schema(NULL, NULL), EMAILAUTH_E_ARGUMENT);
}

/* A refused message: its reasons in words that programs compare. */
static void reasons(emailauth_pipeline *pipeline)
{
    emailauth_session *session;
    emailauth_result *result;
    emailauth_method method;
    const char *text;

    OK(emailauth_session_new(pipeline, "203.0.113.9", NT, "evil.example", NT, &session));
    OK(emailauth_session_mail_from(session, "joe@football.example.com", NT));
    OK(emailauth_session_header(session, "From", NT, " joe@football.example.com", NT));
    OK(emailauth_session_end_of_headers(session));
    OK(emailauth_session_complete(session, &result));
    find_method(result, "spf", &method);
    TRUE(strcmp(method.result, "fail") == 0 && method.reason && method.reason_length == strlen(method.reason));
    TRUE(method.reason_code && method.reason_code_length == strlen(method.reason_code) && !strchr(method.reason_code, ' '));
    find_method(result, "dmarc", &method);
    TRUE(strcmp(method.result, "fail") == 0 && method.reason_code && !strchr(method.reason_code, ' '));
    OK(emailauth_result_dmarc_disposition(result, &text, NULL));
    TRUE(text && strcmp(text, "reject") == 0);
    OK(emailauth_result_free(result));
    OK(emailauth_session_free(session));
}

/* --- Line ends --- */

/* Feeds the message with LF in place of each CRLF within the header. */
static int feed_lf(emailauth_session *session)
{
    const char *line = message, *end = message + message_length;
    char value[4096];
    int status = EMAILAUTH_OK;

    while (status == EMAILAUTH_OK && *line != '\r') {
        const char *colon = strchr(line, ':'), *stop = line;
        size_t length = 0;

        do
            stop = strstr(stop, "\r\n") + 2;
        while (*stop == ' ' || *stop == '\t');
        for (const char *from = colon + 1; from < stop - 2; from++)
            if (*from != '\r')
                value[length++] = *from;
        status = emailauth_session_header_lf(session, line, (size_t)(colon - line), value, length);
        line = stop;
    }
    line += 2;
    if (status == EMAILAUTH_OK)
        status = emailauth_session_end_of_headers(session);
    return status == EMAILAUTH_OK ? emailauth_session_body(session, line, (size_t)(end - line)) : status;
}

static void line_ends(emailauth_pipeline *pipeline)
{
    static const char *const refused[] = { " a\rb", " a\r", "\r", " a\n", "\n", " a\r\n", " a\nb", " a\r\nSubject: b", " a\r\r\n b", " a\n\n b", " a\n\r\n b" };
    static const char *const accepted[] = { "", " a", " a\n b", " a\n\tb", " a\r\n b", " a\n \r\n\t b\n " };
    emailauth_session *session = open_session(pipeline);
    emailauth_result *result;
    const char *text;

    OK(feed_lf(session));
    OK(emailauth_session_complete(session, &result));
    OK(emailauth_result_header_value(result, &text, NULL));
    TRUE(strstr(text, "dkim=pass") && strstr(text, "dmarc=pass"));
    OK(emailauth_result_free(result));
    OK(emailauth_session_reset(session));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        EXPECT(emailauth_session_header_lf(session, "Subject", NT, refused[i], NT), EMAILAUTH_E_ARGUMENT);
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++)
        OK(emailauth_session_header_lf(session, "Subject", NT, accepted[i], NT));
    EXPECT(emailauth_session_header_lf(session, NULL, 1, "a", 1), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_header_lf(session, "a", 1, NULL, 1), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_header_lf(NULL, "a", 1, " b", 2), EMAILAUTH_E_HANDLE);
    OK(emailauth_session_end_of_headers(session));
    EXPECT(emailauth_session_header_lf(session, "a", 1, " b", 2), EMAILAUTH_E_STATE);
    OK(emailauth_session_free(session));
}

/* --- Files --- */

static void files(void)
{
    char path[] = "/tmp/emailauth-settings-XXXXXX", errors[512];
    static const char wrong[] = "{ \"EmailAuth\": { \"AuthservId\": \"two words\", \"Spf\": { \"MaxLookup\": 1 } } }";
    static const char half[] = "{ \"AuthservId\": \"\\ud800\" }";
    static const char odd[] = "{ \"AuthservId\": \"a\", \"A\\nB\\u0000\": 1 }";
    static const char right[] = "{ \"Logging\": {}, \"EmailAuth\": { \"AuthservId\": \"mx.example.org\" } }";
    emailauth_pipeline *pipeline;
    size_t length = 0;
    int file = mkstemp(path);

    OK(emailauth_configuration_check_file(configuration_path, NT, errors, sizeof errors, &length));
    TRUE(length == 0 && errors[0] == '\0');
    OK(emailauth_pipeline_from_file(configuration_path, NT, &pipeline));
    OK(emailauth_pipeline_free(pipeline));
    TRUE(write(file, wrong, sizeof wrong - 1) == sizeof wrong - 1);
    EXPECT(emailauth_configuration_check_file(path, NT, errors, sizeof errors, &length), EMAILAUTH_E_CONFIGURATION);
    TRUE(length == strlen(errors) && strstr(errors, "EmailAuth:AuthservId: ") && strstr(errors, "\nEmailAuth:Spf:MaxLookup: "));
    EXPECT(emailauth_configuration_check_file(path, NT, errors, 5, &length), EMAILAUTH_E_CONFIGURATION);
    TRUE(strlen(errors) == 4 && length > 4);
    EXPECT(emailauth_configuration_check_file(path, NT, NULL, 0, NULL), EMAILAUTH_E_CONFIGURATION);
    EXPECT(emailauth_pipeline_from_file(path, NT, &pipeline), EMAILAUTH_E_CONFIGURATION);
    TRUE(pipeline == NULL && last_error_holds("EmailAuth:AuthservId") && last_error_holds("MaxLookups?"));
    TRUE(ftruncate(file, 0) == 0 && pwrite(file, half, sizeof half - 1, 0) == sizeof half - 1);
    EXPECT(emailauth_configuration_check_file(path, NT, errors, sizeof errors, &length), EMAILAUTH_E_CONFIGURATION);
    TRUE(length > 0 && length == strlen(errors));
    EXPECT(emailauth_pipeline_from_file(path, NT, &pipeline), EMAILAUTH_E_CONFIGURATION);
    TRUE(ftruncate(file, 0) == 0 && pwrite(file, odd, sizeof odd - 1, 0) == sizeof odd - 1);
    EXPECT(emailauth_configuration_check_file(path, NT, errors, sizeof errors, &length), EMAILAUTH_E_CONFIGURATION);
    TRUE(length == strlen(errors) && strstr(errors, "A?B?: ") && !strstr(errors, "B?\n"));
    TRUE(ftruncate(file, 0) == 0 && pwrite(file, right, sizeof right - 1, 0) == sizeof right - 1);
    OK(emailauth_pipeline_from_file(path, NT, &pipeline));
    OK(emailauth_pipeline_free(pipeline));
    close(file);
    unlink(path);
    EXPECT(emailauth_pipeline_from_file(path, NT, &pipeline), EMAILAUTH_E_CONFIGURATION);
    TRUE(last_error_holds(path));
    EXPECT(emailauth_configuration_check_file("/", NT, errors, sizeof errors, NULL), EMAILAUTH_E_CONFIGURATION);
    EXPECT(emailauth_configuration_check_file("/dev/zero", NT, errors, sizeof errors, NULL), EMAILAUTH_E_CONFIGURATION);
    EXPECT(emailauth_configuration_check_file("", NT, errors, sizeof errors, NULL), EMAILAUTH_E_CONFIGURATION);
    EXPECT(emailauth_configuration_check_file(NULL, 0, errors, sizeof errors, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_pipeline_from_file(NULL, 0, &pipeline), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_pipeline_from_file(configuration_path, NT, NULL), EMAILAUTH_E_ARGUMENT);
}

/* --- Log and counters --- */

struct lines {
    int count;
    char last[1024];
};

static void on_log(int level, const char *text, size_t length, void *user_data)
{
    struct lines *lines = user_data;

    lines->count++;
    TRUE(level >= EMAILAUTH_LOG_INFORMATION && level <= EMAILAUTH_LOG_ERROR && strlen(text) == length && !strchr(text, '\n'));
    snprintf(lines->last, sizeof lines->last, "%s", text);
}

static void watching(const char *configuration)
{
    static struct lines lines;
    emailauth_pipeline *pipeline;
    emailauth_session *session;
    emailauth_result *result;
    uint64_t messages, results, series;
    char text[8192];
    size_t length;

    EXPECT(emailauth_counter("emailauth.messages", NT, &messages), EMAILAUTH_E_STATE);
    EXPECT(emailauth_counters(text, sizeof text, &length), EMAILAUTH_E_STATE);
    OK(emailauth_counters_start());
    OK(emailauth_counters_start());
    OK(emailauth_counter("emailauth.messages", NT, &messages));
    EXPECT(messages, 0);
    OK(emailauth_pipeline_new(configuration, NT, &pipeline));
    EXPECT(emailauth_pipeline_log(pipeline, 0, on_log, &lines), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_pipeline_log(pipeline, EMAILAUTH_LOG_ERROR + 1, on_log, &lines), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_pipeline_log(pipeline, EMAILAUTH_LOG_DEBUG, NULL, &lines), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_pipeline_log(NULL, EMAILAUTH_LOG_DEBUG, on_log, &lines), EMAILAUTH_E_HANDLE);
    OK(emailauth_pipeline_log(pipeline, EMAILAUTH_LOG_INFORMATION, on_log, &lines));
    EXPECT(emailauth_pipeline_log(pipeline, EMAILAUTH_LOG_INFORMATION, on_log, &lines), EMAILAUTH_E_STATE);
    session = open_session(pipeline);
    OK(feed(session));
    OK(emailauth_session_complete(session, &result));
    OK(emailauth_session_applied(session, EMAILAUTH_ACCEPT, NULL, 0));
    EXPECT(lines.count, 1);
    TRUE(strstr(lines.last, "football.example.com") && strstr(lines.last, "dmarc=pass"));
    OK(emailauth_session_free(session));
    OK(emailauth_result_free(result));
    EXPECT(lines.count, 1);

    OK(emailauth_counter("emailauth.messages", NT, &messages));
    EXPECT(messages, 1);
    OK(emailauth_counter("emailauth.messages emailauth.action=accept", NT, &series));
    EXPECT(series, 1);
    OK(emailauth_counter("emailauth.messages emailauth.action=reject", NT, &series));
    EXPECT(series, 0);
    OK(emailauth_counter("emailauth.results", NT, &results));
    TRUE(results > 5);
    OK(emailauth_counter("emailauth.results emailauth.method=dkim emailauth.result=pass", NT, &series));
    EXPECT(series, 2);
    OK(emailauth_counter("emailauth.dns.lookups", NT, &series));
    TRUE(series > 5);
    OK(emailauth_counter("emailauth.dns.cache_hits", NT, &series));
    EXPECT(emailauth_counter("emailauth.message", NT, &series), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_counter(NULL, 0, &series), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_counter("emailauth.messages", NT, NULL), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_counters(text, sizeof text, &length));
    TRUE(strlen(text) == length && strstr(text, "emailauth.messages emailauth.action=accept 1\n"));
    OK(emailauth_counters(NULL, 0, &length));
    OK(emailauth_counters(text, 4, NULL));
    EXPECT(strlen(text), 3);
    OK(emailauth_pipeline_free(pipeline));
}

/* --- A descriptor --- */

static int readable(int descriptor, int milliseconds)
{
    struct pollfd wait = { .fd = descriptor, .events = POLLIN };

    return poll(&wait, 1, milliseconds);
}

static void descriptors(emailauth_pipeline *pipeline, emailauth_pipeline *deaf)
{
    emailauth_session *session = open_session(pipeline);
    emailauth_result *result;
    int descriptor = -1, again = -1;
    const char *text;

    EXPECT(emailauth_session_take_result(session, &result), EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_complete_descriptor(session, &descriptor), EMAILAUTH_E_STATE);
    EXPECT(descriptor, -1);
    for (int round = 0; round < 3; round++) {
        OK(emailauth_session_mail_from(session, "<joe@football.example.com>", NT));
        OK(feed(session));
        OK(emailauth_session_complete_descriptor(session, &descriptor));
        TRUE(round == 0 || descriptor == again);
        again = descriptor;
        EXPECT(readable(descriptor, 60000), 1);
        EXPECT(emailauth_session_free(session), EMAILAUTH_E_BUSY);
        EXPECT(emailauth_session_reset(session), EMAILAUTH_E_BUSY);
        OK(emailauth_session_abort(session));
        EXPECT(emailauth_session_take_result(session, NULL), EMAILAUTH_E_ARGUMENT);
        OK(emailauth_session_take_result(session, &result));
        EXPECT(readable(descriptor, 0), 0);
        OK(emailauth_result_header_value(result, &text, NULL));
        TRUE(strstr(text, "dmarc=pass") != NULL);
        OK(emailauth_result_free(result));
        EXPECT(emailauth_session_take_result(session, &result), EMAILAUTH_E_STATE);
        TRUE(result == NULL);
    }
    EXPECT(emailauth_session_complete_descriptor(session, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_session_complete_descriptor(NULL, &descriptor), EMAILAUTH_E_HANDLE);
    OK(emailauth_session_free(session));
    EXPECT(readable(descriptor, 0), 1); /* POLLNVAL: it is closed */
    EXPECT(emailauth_session_take_result(session, &result), EMAILAUTH_E_HANDLE);

    /* The DNS is silent, so that the completion runs until it is aborted. */
    session = open_session(deaf);
    OK(feed(session));
    OK(emailauth_session_complete_descriptor(session, &descriptor));
    EXPECT(readable(descriptor, 0), 0);
    EXPECT(emailauth_session_take_result(session, &result), EMAILAUTH_E_BUSY);
    EXPECT(emailauth_session_complete_descriptor(session, &descriptor), EMAILAUTH_E_BUSY);
    OK(emailauth_session_abort(session));
    EXPECT(readable(descriptor, 60000), 1);
    EXPECT(emailauth_session_take_result(session, &result), EMAILAUTH_E_ABORTED);
    TRUE(result == NULL && last_error_holds("aborted"));
    EXPECT(readable(descriptor, 0), 0);
    OK(emailauth_session_mail_from(session, "<joe@football.example.com>", NT));
    OK(emailauth_session_free(session));
}

/* --- A resolver --- */

struct dns {
    pthread_mutex_t lock;
    int asked, twice, late;
    bool is_silent;
    emailauth_query *kept;
};

static int refused_answers;

/* The message may end before a query whose answer it does not need is answered; then there is nothing to answer any more. */
static void refuse(int status)
{
    if (status == EMAILAUTH_E_ARGUMENT)
        __atomic_add_fetch(&refused_answers, 1, __ATOMIC_SEQ_CST);
    else
        EXPECT(status, EMAILAUTH_E_HANDLE);
}

static void take(int status)
{
    if (status != EMAILAUTH_OK)
        EXPECT(status, EMAILAUTH_E_HANDLE);
}

static emailauth_record record_of(const char *data, uint32_t preference)
{
    emailauth_record record = { data, NT, preference };

    return record;
}

static int answer(emailauth_query *query, const char *name, int type)
{
    static const char ed25519[] = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    emailauth_record records[2];

    if (type == 16 && strcmp(name, "brisbane._domainkey.football.example.com") == 0)
        records[0] = record_of(ed25519, 0);
    else if (type == 16 && strcmp(name, "football.example.com") == 0)
        records[0] = record_of("v=spf1 mx -all", 0);
    else if (type == 15 && strcmp(name, "football.example.com") == 0)
        records[0] = record_of("mail.football.example.com.", 10);
    else if (type == 1 && strcmp(name, "mail.football.example.com") == 0)
        records[0] = record_of("192.0.2.1", 0);
    else if (type == 12 && strcmp(name, "1.2.0.192.in-addr.arpa") == 0)
        records[0] = record_of("mail.football.example.com", 0);
    else if (type == 16 && strcmp(name, "_dmarc.football.example.com") == 0)
        records[0] = record_of("v=DMARC1; p=reject", 0);
    else if (type == 16 && strcmp(name, "test._domainkey.football.example.com") == 0)
        return emailauth_query_answer(query, EMAILAUTH_DNS_FAILURE, NULL, 0, EMAILAUTH_TTL_UNKNOWN, 0);
    else if (type == 28)
        /* Not an IPv6 address: a fault of the DNS. */
        records[0] = record_of("192.0.2.1", 0);
    else
        return emailauth_query_answer(query, EMAILAUTH_DNS_NAME_ERROR, NULL, 0, 300, 0);
    refuse(emailauth_query_answer(query, EMAILAUTH_DNS_NO_DATA, records, 1, 300, 0));
    refuse(emailauth_query_answer(query, EMAILAUTH_DNS_ANSWER, NULL, 1, 300, 0));
    refuse(emailauth_query_answer(query, EMAILAUTH_DNS_ANSWER, records, 1, 300, 2));
    refuse(emailauth_query_answer(query, EMAILAUTH_DNS_REFUSED + 1, NULL, 0, 300, 0));
    return emailauth_query_answer(query, EMAILAUTH_DNS_ANSWER, records, 1, 300, EMAILAUTH_DNS_AUTHENTICATED);
}

struct question {
    emailauth_query *query;
    char name[256];
    int type;
};

/* Answers later, from a thread of the program's own, and once more. */
static void *answer_later(void *argument)
{
    struct question *question = argument;

    take(answer(question->query, question->name, question->type));
    EXPECT(emailauth_query_answer(question->query, EMAILAUTH_DNS_NO_DATA, NULL, 0, 300, 0), EMAILAUTH_E_HANDLE);
    free(question);
    return NULL;
}

static void on_query(emailauth_query *query, const char *name, int type, void *user_data)
{
    struct dns *dns = user_data;
    struct question *question;
    pthread_t thread;
    int number;

    pthread_mutex_lock(&dns->lock);
    number = dns->asked++;
    if (dns->is_silent)
        dns->kept = query;
    pthread_mutex_unlock(&dns->lock);
    if (dns->is_silent)
        return;
    if (number % 2 == 0) {
        take(answer(query, name, type));
        EXPECT(emailauth_query_answer(query, EMAILAUTH_DNS_NO_DATA, NULL, 0, 300, 0), EMAILAUTH_E_HANDLE);
        return;
    }
    question = malloc(sizeof *question);
    question->query = query;
    question->type = type;
    snprintf(question->name, sizeof question->name, "%s", name);
    pthread_create(&thread, NULL, answer_later, question);
    pthread_detach(thread);
}

static void resolver(void)
{
    static struct dns dns = { .lock = PTHREAD_MUTEX_INITIALIZER }, silent = { .lock = PTHREAD_MUTEX_INITIALIZER, .is_silent = true };
    emailauth_pipeline *pipeline;
    emailauth_session *session;
    emailauth_result *result;
    emailauth_method method;
    const char *text;

    OK(emailauth_pipeline_new("{ \"AuthservId\": \"mx.example.org\" }", NT, &pipeline));
    EXPECT(emailauth_pipeline_resolver(pipeline, NULL, &dns), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_pipeline_resolver(NULL, on_query, &dns), EMAILAUTH_E_HANDLE);
    OK(emailauth_pipeline_resolver(pipeline, on_query, &dns));
    result = judge(pipeline);
    OK(emailauth_result_header_value(result, &text, NULL));
    if (!strstr(text, "iprev=pass") || !strstr(text, "spf=pass") || !strstr(text, "dkim=pass") || !strstr(text, "dkim=temperror") ||
        !strstr(text, "dmarc=pass"))
        report(__LINE__, text, 0, 1);
    TRUE(dns.asked > 5 && refused_answers >= 4);
    OK(emailauth_result_free(result));
    EXPECT(emailauth_pipeline_resolver(pipeline, on_query, &dns), EMAILAUTH_E_STATE);
    OK(emailauth_pipeline_free(pipeline));

    /* A resolver that never answers: the limit ends each query. */
    OK(emailauth_pipeline_new(
        "{ \"AuthservId\": \"mx.example.org\", \"Methods\": \"spf\", \"Limits\": { \"LookupTimeout\": \"50ms\" } }", NT, &pipeline));
    OK(emailauth_pipeline_resolver(pipeline, on_query, &silent));
    result = judge(pipeline);
    find_method(result, "spf", &method);
    TRUE(strcmp(method.result, "temperror") == 0);
    OK(emailauth_result_free(result));
    pthread_mutex_lock(&silent.lock);
    EXPECT(emailauth_query_answer(silent.kept, EMAILAUTH_DNS_NO_DATA, NULL, 0, 300, 0), EMAILAUTH_E_HANDLE);
    pthread_mutex_unlock(&silent.lock);
    EXPECT(emailauth_query_answer(NULL, EMAILAUTH_DNS_NO_DATA, NULL, 0, 300, 0), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_query_answer((emailauth_query *)pipeline, EMAILAUTH_DNS_NO_DATA, NULL, 0, 300, 0), EMAILAUTH_E_HANDLE);

    /* A session freed with its queries open. */
    session = open_session(pipeline);
    OK(feed(session));
    OK(emailauth_session_free(session));
    OK(emailauth_pipeline_free(pipeline));
}

/* --- Signing and sealing --- */

/* The keys of RFC 8463 appendix A.2, in the clear and encrypted with the passphrase "secret". */
static const char key_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
static const char encrypted_pem[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjew7SJ8t/PMAICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEH/CQq7t9ByTFqdS4wXO0nQEQBN1\n"
    "zsHLtA5vacl1GgqaVEwNb+Vf9+2tBgXtwizyF3Wl12or5Da3klvCVVBTE441D8rU\n"
    "ifrx71SgP9+cwjx4bZs=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

static const char letter[] = "From: joe@football.example.com\r\nSubject: a\r\n folded\r\n\r\nHello\r\n";

static void keys(void)
{
    emailauth_key *key;
    const char *text;
    size_t length;
    int bits;

    EXPECT(emailauth_key_new(key_pem, NT, NULL, 0, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_key_new(NULL, 0, NULL, 0, &key), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_key_new("no key", NT, NULL, 0, &key), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_key_new(encrypted_pem, NT, NULL, 0, &key), EMAILAUTH_E_ARGUMENT);
    TRUE(key == NULL && last_error_holds("encrypted"));
    EXPECT(emailauth_key_new(encrypted_pem, NT, "wrong", NT, &key), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_key_new(encrypted_pem, NT, NULL, 6, &key), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_key_new(encrypted_pem, NT, "secret", NT, &key));
    OK(emailauth_key_record(key, &text, &length));
    TRUE(strlen(text) == length && strcmp(text, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=") == 0);
    OK(emailauth_key_bits(key, &bits));
    EXPECT(bits, 256);
    EXPECT(emailauth_key_bits(key, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_key_record(key, NULL, NULL), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_key_free(key));
    OK(emailauth_key_free(NULL));
    EXPECT(emailauth_key_free(key), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_key_bits(key, &bits), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_key_record(key, &text, NULL), EMAILAUTH_E_HANDLE);
}

/* Judges the fields of a signing, in order, on top of the letter; the header field must hold what is expected. */
static void judge_signed(emailauth_pipeline *pipeline, emailauth_signing *signing, const char *expected)
{
    emailauth_session *session = open_session(pipeline);
    emailauth_result *result;
    const char *name, *value, *text;
    size_t count;

    OK(emailauth_signing_field_count(signing, &count));
    for (size_t i = 0; i < count; i++) {
        char spaced[4096];

        OK(emailauth_signing_field_name(signing, i, &name, NULL));
        OK(emailauth_signing_field_value_lf(signing, i, &value, NULL));
        snprintf(spaced, sizeof spaced, " %s", value);
        OK(emailauth_session_header_lf(session, name, NT, spaced, NT));
    }
    OK(emailauth_session_header(session, "From", NT, " joe@football.example.com", NT));
    OK(emailauth_session_header(session, "Subject", NT, " a\r\n folded", NT));
    OK(emailauth_session_end_of_headers(session));
    OK(emailauth_session_body(session, "Hello\r\n", 7));
    OK(emailauth_session_complete(session, &result));
    OK(emailauth_result_header_value(result, &text, NULL));
    if (!strstr(text, expected))
        report(__LINE__, text, 0, 1);
    OK(emailauth_result_free(result));
    OK(emailauth_session_free(session));
}

static void signers(emailauth_pipeline *pipeline)
{
    emailauth_signer *signer;
    emailauth_signing *signing, *other;
    emailauth_key *key;
    const char *text, *whole;
    size_t count, length;

    OK(emailauth_key_new(key_pem, NT, NULL, 0, &key));
    EXPECT(emailauth_signer_new(NULL), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_signer_new(&signer));
    EXPECT(emailauth_signer_begin(signer, &signing), EMAILAUTH_E_STATE);
    TRUE(signing == NULL);
    EXPECT(emailauth_signer_add(signer, NULL, "football.example.com", NT, "brisbane", NT, NULL, 0), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_signer_add(signer, (emailauth_key *)signer, "football.example.com", NT, "brisbane", NT, NULL, 0), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_signer_add(signer, key, "not a domain", NT, "brisbane", NT, NULL, 0), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_add(signer, key, "football.example.com", NT, "two words", NT, NULL, 0), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_add(signer, key, "football.example.com", NT, "brisbane", NT, "joe@other.example", NT), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_add(signer, key, NULL, 0, "brisbane", NT, NULL, 0), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_add(signer, key, "football.example.com", NT, NULL, 0, NULL, 0), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_signer_add(signer, key, "football.example.com", NT, "brisbane", NT, NULL, 0));
    EXPECT(emailauth_signer_add(signer, key, "Football.Example.com", NT, "Brisbane", NT, NULL, 0), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_signer_add(signer, key, "Football.Example.com", NT, "other", NT, "@football.example.com", NT));
    EXPECT(emailauth_signer_set(signer, "Colour", NT, "red", NT), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_set(signer, "Canonicalization", NT, "simple", NT), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_set(signer, "Canonicalization", NT, "simple/nowsp", NT), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_set(signer, "Lifetime", NT, "-1", NT), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_set(signer, "Lifetime", NT, "0", NT), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_set(signer, "FieldNames", NT, "to:subject", NT), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_set(signer, "FieldNames", NT, "from:return-path", NT), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_set(signer, "OversignedFieldNames", NT, "from:DKIM-Signature", NT), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_set(signer, "WritesTime", NT, "yes", NT), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signer_set(signer, NULL, 0, "yes", NT), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_signer_set(signer, "Canonicalization", NT, "simple/simple", NT));
    OK(emailauth_signer_set(signer, "Lifetime", NT, "86400", NT));
    OK(emailauth_signer_set(signer, "WritesTime", NT, "false", NT));
    OK(emailauth_signer_set(signer, "FieldNames", NT, "from:subject", NT));
    OK(emailauth_signer_set(signer, "OversignedFieldNames", NT, "from:subject", NT));
    EXPECT(emailauth_signer_begin(signer, NULL), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_signer_begin(signer, &signing));
    OK(emailauth_signer_begin(signer, &other));
    EXPECT(emailauth_signer_add(signer, key, "football.example.com", NT, "late", NT, NULL, 0), EMAILAUTH_E_STATE);
    EXPECT(emailauth_signer_set(signer, "WritesTime", NT, "true", NT), EMAILAUTH_E_STATE);

    /* Whatever is freed first, what was begun goes on. */
    OK(emailauth_key_free(key));
    OK(emailauth_signer_free(signer));
    EXPECT(emailauth_signer_free(signer), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_signer_begin(signer, &other), EMAILAUTH_E_HANDLE);
    TRUE(other == NULL);

    EXPECT(emailauth_signing_field_count(signing, &count), EMAILAUTH_E_STATE);
    EXPECT(emailauth_signing_body(signing, "x", 1), EMAILAUTH_E_STATE);
    EXPECT(emailauth_signing_complete(signing), EMAILAUTH_E_STATE);
    EXPECT(emailauth_signing_header(signing, "", 0, " a", 2), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signing_header(signing, "a:b", 3, " a", 2), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signing_header(signing, "From", 4, " a\r\nBcc: b", NT), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signing_header(signing, NULL, 4, " a", NT), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_signing_header(signing, "From", NT, " joe@football.example.com", NT));
    EXPECT(emailauth_signing_message(signing, "x", 1), EMAILAUTH_E_STATE);
    OK(emailauth_signing_header(signing, "Subject", NT, " a\n folded", NT));
    OK(emailauth_signing_end_of_headers(signing));
    EXPECT(emailauth_signing_end_of_headers(signing), EMAILAUTH_E_STATE);
    EXPECT(emailauth_signing_header(signing, "To", NT, " b", NT), EMAILAUTH_E_STATE);
    EXPECT(emailauth_signing_body(signing, NULL, 1), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signing_body(signing, "x", NT), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_signing_body(signing, "Hel", 3));
    OK(emailauth_signing_body(signing, NULL, 0));
    OK(emailauth_signing_body(signing, "lo\r\n", 4));
    OK(emailauth_signing_complete(signing));
    EXPECT(emailauth_signing_complete(signing), EMAILAUTH_E_STATE);
    EXPECT(emailauth_signing_body(signing, "x", 1), EMAILAUTH_E_STATE);
    OK(emailauth_signing_field_count(signing, &count));
    EXPECT(count, 2);
    OK(emailauth_signing_field(signing, 0, &whole, &length));
    TRUE(strncmp(whole, "DKIM-Signature: v=1; a=ed25519-sha256; c=simple/simple; d=football.example.com;", 50) == 0 && strlen(whole) == length);
    TRUE(strstr(whole, "x=") && !strstr(whole, " t="));
    EXPECT(emailauth_signing_field(signing, 2, &whole, &length), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signing_field(signing, 0, NULL, &length), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_signing_field_count(signing, NULL), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_signing_reason(signing, &text, &length));
    TRUE(text == NULL && length == 0);
    judge_signed(pipeline, signing, "dkim=pass");
    EXPECT(emailauth_signing_free((emailauth_signing *)pipeline), EMAILAUTH_E_HANDLE);
    OK(emailauth_signing_free(signing));
    OK(emailauth_signing_free(NULL));
    EXPECT(emailauth_signing_free(signing), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_signing_header(signing, "a", 1, "b", 1), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_signing_end_of_headers(signing), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_signing_body(signing, "a", 1), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_signing_message(signing, "a", 1), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_signing_complete(signing), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_signing_field_name(signing, 0, &text, NULL), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_signing_field_value_lf(signing, 0, &text, NULL), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_signing_reason_code(signing, &text, NULL), EMAILAUTH_E_HANDLE);
}

/* A whole message in pieces, one that is not signed, one of 3 MB, and one that is abandoned. */
static void whole_messages(emailauth_pipeline *pipeline)
{
    emailauth_signer *signer;
    emailauth_signing *signing;
    emailauth_key *key;
    const char *text;
    char *large = malloc(3 << 20);
    size_t count;

    OK(emailauth_key_new(key_pem, NT, NULL, 0, &key));
    OK(emailauth_signer_new(&signer));
    OK(emailauth_signer_add(signer, key, "football.example.com", NT, "brisbane", NT, NULL, 0));
    OK(emailauth_signer_begin(signer, &signing));
    for (size_t i = 0; i < sizeof letter - 1; i++)
        OK(emailauth_signing_message(signing, letter + i, 1));
    EXPECT(emailauth_signing_header(signing, "To", NT, " b", NT), EMAILAUTH_E_STATE);
    EXPECT(emailauth_signing_end_of_headers(signing), EMAILAUTH_E_STATE);
    OK(emailauth_signing_complete(signing));
    judge_signed(pipeline, signing, "dkim=pass");
    OK(emailauth_signing_free(signing));

    OK(emailauth_signer_begin(signer, &signing));
    OK(emailauth_signing_message(signing, "Subject: no author\r\n\r\n", 22));
    OK(emailauth_signing_complete(signing));
    OK(emailauth_signing_field_count(signing, &count));
    EXPECT(count, 0);
    OK(emailauth_signing_reason(signing, &text, NULL));
    TRUE(text && strstr(text, "From"));
    OK(emailauth_signing_reason_code(signing, &text, NULL));
    TRUE(text && strcmp(text, "no_author") == 0);
    EXPECT(emailauth_signing_field(signing, 0, &text, NULL), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_signing_free(signing));

    for (size_t i = 0; i < 3 << 20; i += 64)
        memcpy(large + i, "012345678901234567890123456789012345678901234567890123456789\r\n\r\n", 64);
    OK(emailauth_signer_begin(signer, &signing));
    OK(emailauth_signing_message(signing, letter, sizeof letter - 1));
    OK(emailauth_signing_message(signing, large, 3 << 20));
    OK(emailauth_signing_complete(signing));
    OK(emailauth_signing_field_count(signing, &count));
    EXPECT(count, 1);
    OK(emailauth_signing_free(signing));

    OK(emailauth_signer_begin(signer, &signing));
    OK(emailauth_signing_message(signing, letter, 20));
    OK(emailauth_signing_free(signing));
    OK(emailauth_signer_begin(signer, &signing));
    OK(emailauth_signing_free(signing));
    OK(emailauth_signer_free(signer));
    OK(emailauth_key_free(key));
    free(large);
}

static void sealers(emailauth_pipeline *pipeline)
{
    emailauth_pipeline *without;
    emailauth_sealer *sealer;
    emailauth_signing *signing;
    emailauth_result *result = judge(pipeline), *unfit;
    emailauth_key *key;
    const char *text;
    size_t count;

    OK(emailauth_key_new(key_pem, NT, NULL, 0, &key));
    EXPECT(emailauth_sealer_new(key, "football.example.com", NT, "brisbane", NT, NULL), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_sealer_new(NULL, "football.example.com", NT, "brisbane", NT, &sealer), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_sealer_new(key, "football..example", NT, "brisbane", NT, &sealer), EMAILAUTH_E_ARGUMENT);
    EXPECT(emailauth_sealer_new(key, "football.example.com", NT, "", 0, &sealer), EMAILAUTH_E_ARGUMENT);
    TRUE(sealer == NULL);
    OK(emailauth_sealer_new(key, "football.example.com", NT, "brisbane", NT, &sealer));
    EXPECT(emailauth_sealer_begin(sealer, NULL, &signing), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_sealer_begin((emailauth_sealer *)key, result, &signing), EMAILAUTH_E_HANDLE);
    EXPECT(emailauth_sealer_begin(sealer, result, NULL), EMAILAUTH_E_ARGUMENT);
    OK(emailauth_pipeline_new("{ \"AuthservId\": \"a\", \"Methods\": \"spf\", \"Dns\": { \"Zone\": {} } }", NT, &without));
    unfit = judge(without);
    EXPECT(emailauth_sealer_begin(sealer, unfit, &signing), EMAILAUTH_E_ARGUMENT);
    TRUE(last_error_holds("arc"));
    OK(emailauth_result_free(unfit));
    OK(emailauth_pipeline_free(without));
    OK(emailauth_sealer_begin(sealer, result, &signing));
    OK(emailauth_result_free(result));
    OK(emailauth_sealer_free(sealer));
    OK(emailauth_key_free(key));
    EXPECT(emailauth_sealer_free(sealer), EMAILAUTH_E_HANDLE);
    OK(emailauth_sealer_free(NULL));
    OK(emailauth_signing_message(signing, letter, sizeof letter - 1));
    OK(emailauth_signing_complete(signing));
    OK(emailauth_signing_field_count(signing, &count));
    EXPECT(count, 3);
    OK(emailauth_signing_field_name(signing, 0, &text, NULL));
    TRUE(strcmp(text, "ARC-Seal") == 0);
    OK(emailauth_signing_field_name(signing, 1, &text, NULL));
    TRUE(strcmp(text, "ARC-Message-Signature") == 0);
    OK(emailauth_signing_field(signing, 2, &text, NULL));
    TRUE(strncmp(text, "ARC-Authentication-Results: i=1; mx.example.org;", 48) == 0 && strstr(text, "dmarc=pass"));
    judge_signed(pipeline, signing, "arc=pass");
    OK(emailauth_signing_free(signing));
}

int main(int argc, char **argv)
{
    emailauth_pipeline *pipeline, *deaf;
    size_t length, deaf_length;
    char *configuration, *deaf_configuration;

    if (argc != 4)
        return 2;
    message = read_file(argv[1], &message_length);
    configuration_path = argv[2];
    configuration = read_file(argv[2], &length);
    deaf_configuration = read_file(argv[3], &deaf_length);
    OK(emailauth_pipeline_new(configuration, length, &pipeline));
    OK(emailauth_pipeline_new(deaf_configuration, NT, &deaf));
    watching(configuration);
    methods(pipeline);
    reasons(pipeline);
    line_ends(pipeline);
    files();
    descriptors(pipeline, deaf);
    resolver();
    keys();
    signers(pipeline);
    whole_messages(pipeline);
    sealers(pipeline);
    OK(emailauth_pipeline_free(pipeline));
    OK(emailauth_pipeline_free(deaf));
    free(message);
    free(configuration);
    free(deaf_configuration);
    if (failures == 0)
        puts("every call answered as it should");
    return failures != 0;
}
