/* Judges a message again and again, and tells what it costs.
 *
 *     many_messages MESSAGE CONFIGURATION COUNT [THREADS]
 *
 * COUNT messages in each of the THREADS, 1 by default. Writes one line: "COUNT messages, US us each, resident A kB, B kB". A is the resident size after a tenth of the messages. */
#include "message.h"

#include <pthread.h>
#include <time.h>

static void check(int status)
{
    char error[512];

    if (status != EMAILAUTH_OK) {
        emailauth_last_error(error, sizeof error);
        fprintf(stderr, "%s: %s\n", emailauth_status_text(status), error);
        exit(1);
    }
}

static long resident(void)
{
    char line[256];
    long size = -1;
    FILE *status = fopen("/proc/self/status", "r");

    while (status && fgets(line, sizeof line, status))
        sscanf(line, "VmRSS: %ld", &size);
    if (status)
        fclose(status);
    return size;
}

static void judge(emailauth_pipeline *pipeline)
{
    emailauth_session *session;
    emailauth_result *result;
    const char *text;
    int action;

    check(emailauth_session_new(pipeline, "192.0.2.1", NT, "mail.football.example.com", NT, &session));
    check(emailauth_session_mail_from(session, "joe@football.example.com", NT));
    check(feed(session));
    check(emailauth_session_complete(session, &result));
    check(emailauth_result_header_value(result, &text, NULL));
    check(emailauth_result_action(result, &action));
    if (action != EMAILAUTH_ACCEPT || !strstr(text, "dmarc=pass")) {
        fprintf(stderr, "not judged: %s\n", text);
        exit(1);
    }
    check(emailauth_result_free(result));
    check(emailauth_session_free(session));
}

struct work {
    emailauth_pipeline *pipeline;
    long count;
};

static void *judge_all(void *argument)
{
    struct work *work = argument;

    for (long i = 0; i < work->count; i++)
        judge(work->pipeline);
    return NULL;
}

static void in_threads(long threads, emailauth_pipeline *pipeline, long count)
{
    struct work work = { pipeline, count };
    pthread_t running[64];

    for (long i = 0; i < threads; i++)
        if (pthread_create(&running[i], NULL, judge_all, &work) != 0)
            exit(1);
    for (long i = 0; i < threads; i++)
        pthread_join(running[i], NULL);
}

int main(int argc, char **argv)
{
    emailauth_pipeline *pipeline;
    struct timespec start, end;
    char *configuration;
    size_t length;
    long count = argc >= 4 ? atol(argv[3]) : 0, threads = argc == 5 ? atol(argv[4]) : 1, before;

    if (count < 10 || threads < 1 || threads > 64)
        return 2;
    message = read_file(argv[1], &message_length);
    configuration = read_file(argv[2], &length);
    check(emailauth_pipeline_new(configuration, length, &pipeline));
    in_threads(threads, pipeline, count / 10);
    before = resident();
    clock_gettime(CLOCK_MONOTONIC, &start);
    in_threads(threads, pipeline, count - count / 10);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%ld messages, %.2f us each, resident %ld kB, %ld kB\n", count * threads,
        ((double)(end.tv_sec - start.tv_sec) * 1e6 + (double)(end.tv_nsec - start.tv_nsec) / 1e3) / (double)((count - count / 10) * threads), before,
        resident());
    check(emailauth_pipeline_free(pipeline));
    free(message);
    free(configuration);
    return 0;
}
