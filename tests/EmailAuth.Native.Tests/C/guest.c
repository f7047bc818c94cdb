/* The library as a guest in a program that has signals, forks, a chroot and limits of its own.
 *
 *     guest WHAT MESSAGE CONFIGURATION
 *
 * Ends with 0 and "as it should be" when all is as emailauth.h says. */
#include "message.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char *configuration;
static size_t configuration_length;
static volatile sig_atomic_t pipes;

static void expect(bool condition, const char *what)
{
    char error[512];

    if (condition)
        return;
    emailauth_last_error(error, sizeof error);
    fprintf(stderr, "not so: %s (%s)\n", what, error);
    exit(1);
}

#define EXPECT(condition) expect(condition, #condition)

static emailauth_pipeline *new_pipeline(void)
{
    emailauth_pipeline *pipeline = NULL;

    EXPECT(emailauth_pipeline_new(configuration, configuration_length, &pipeline) == EMAILAUTH_OK);
    return pipeline;
}

/* Judges the message; its field must hold what is expected. */
static void judge_in(emailauth_session *session, const char *expected)
{
    emailauth_result *result = NULL;
    const char *text = "";

    EXPECT(emailauth_session_mail_from(session, "joe@football.example.com", NT) == EMAILAUTH_OK);
    EXPECT(emailauth_session_recipient(session, "bob@example.org", NT) == EMAILAUTH_OK);
    EXPECT(feed(session) == EMAILAUTH_OK);
    EXPECT(emailauth_session_complete(session, &result) == EMAILAUTH_OK);
    EXPECT(emailauth_session_applied(session, EMAILAUTH_ACCEPT, NULL, 0) == EMAILAUTH_OK);
    EXPECT(emailauth_session_applied(session, EMAILAUTH_ACCEPT, NULL, 0) == EMAILAUTH_E_STATE);
    EXPECT(emailauth_result_header_value(result, &text, NULL) == EMAILAUTH_OK);
    if (!strstr(text, expected))
        fprintf(stderr, "%s\n", text);
    expect(strstr(text, expected) != NULL, expected);
    EXPECT(emailauth_result_free(result) == EMAILAUTH_OK);
}

static void judge(emailauth_pipeline *pipeline, const char *expected)
{
    emailauth_session *session = NULL;

    EXPECT(emailauth_session_new(pipeline, "192.0.2.1", NT, "mail.football.example.com", NT, &session) == EMAILAUTH_OK);
    judge_in(session, expected);
    EXPECT(emailauth_session_free(session) == EMAILAUTH_OK);
}

/* The mask of blocked signals of every thread but the calling one holds these. */
static bool all_block(uint64_t wanted)
{
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *entry;
    int others = 0;

    EXPECT(tasks != NULL);
    while ((entry = readdir(tasks))) {
        char path[300], line[256], name[64] = "?";
        unsigned long long mask = 0;
        FILE *status;

        if (entry->d_name[0] == '.' || atoi(entry->d_name) == (int)gettid())
            continue;
        snprintf(path, sizeof path, "/proc/self/task/%s/status", entry->d_name);
        if (!(status = fopen(path, "r")))
            continue;
        while (fgets(line, sizeof line, status)) {
            sscanf(line, "Name: %63[^\n]", name);
            sscanf(line, "SigBlk: %llx", &mask);
        }
        fclose(status);
        others++;
        if ((mask & wanted) != wanted) {
            fprintf(stderr, "%s blocks %llx only\n", name, mask);
            return false;
        }
    }
    closedir(tasks);
    EXPECT(others > 0);
    return true;
}

static void on_completed(emailauth_session *session, int status, emailauth_result *result, void *user_data)
{
    (void)session;
    if (status == EMAILAUTH_OK)
        emailauth_result_free(result);
    __atomic_add_fetch((int *)user_data, 1, __ATOMIC_SEQ_CST);
}

/* As libmilter does: signals are blocked after the pipeline was made, and waited for. */
static void signals(void)
{
    static const int kinds[] = { SIGTERM, SIGHUP, SIGINT, SIGCHLD, SIGUSR1 };
    emailauth_pipeline *pipeline = new_pipeline();
    emailauth_session *sessions[64];
    int completed = 0, got;
    uint64_t mask = 0;
    sigset_t waited;

    /* Threads of the pool are made when there is work for them. */
    for (size_t i = 0; i < 64; i++) {
        EXPECT(emailauth_session_new(pipeline, "192.0.2.1", NT, "a.example", NT, &sessions[i]) == EMAILAUTH_OK);
        EXPECT(emailauth_session_mail_from(sessions[i], "joe@football.example.com", NT) == EMAILAUTH_OK);
        EXPECT(feed(sessions[i]) == EMAILAUTH_OK);
        EXPECT(emailauth_session_complete_async(sessions[i], on_completed, &completed) == EMAILAUTH_OK);
    }
    while (__atomic_load_n(&completed, __ATOMIC_SEQ_CST) < 64)
        sched_yield();
    sigemptyset(&waited);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        sigaddset(&waited, kinds[i]);
        mask |= (uint64_t)1 << (kinds[i] - 1);
    }
    EXPECT(all_block(mask));
    EXPECT(pthread_sigmask(SIG_BLOCK, &waited, NULL) == 0);
    for (int round = 0; round < 50; round++)
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            EXPECT(kill(getpid(), kinds[i]) == 0);
            EXPECT(sigwait(&waited, &got) == 0);
            EXPECT(got == kinds[i]);
        }
    judge(pipeline, "dmarc=pass");
}

static void on_pipe(int number)
{
    (void)number;
    pipes++;
}

static void sigpipe(void)
{
    struct sigaction action = { .sa_handler = on_pipe }, now;
    int ends[2];

    EXPECT(sigaction(SIGPIPE, &action, NULL) == 0);
    judge(new_pipeline(), "dmarc=pass");
    EXPECT(sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == on_pipe);
    EXPECT(pipe(ends) == 0 && close(ends[0]) == 0 && write(ends[1], "x", 1) == -1);
    EXPECT(pipes == 1);
}

static void no_sigpipe_handler(void)
{
    int ends[2];

    judge(new_pipeline(), "dmarc=pass");
    EXPECT(pipe(ends) == 0 && close(ends[0]) == 0 && write(ends[1], "x", 1) == -1);
}

/* Runs in a child, and gives its exit code; a child that hangs ends by its alarm. */
static int in_child(void (*run)(emailauth_pipeline *), emailauth_pipeline *pipeline)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        alarm(20);
        run(pipeline);
        exit(0);
    }
    EXPECT(child > 0 && waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void call_everything(emailauth_pipeline *pipeline)
{
    emailauth_pipeline *other = NULL;
    emailauth_session *session = NULL;
    char error[256];

    EXPECT(emailauth_session_new(pipeline, NULL, 0, NULL, 0, &session) == EMAILAUTH_E_FORKED);
    EXPECT(emailauth_last_error(error, sizeof error) == strlen(error) && strstr(error, "fork"));
    EXPECT(emailauth_last_error(error, 5) > 5 && strlen(error) == 4);
    EXPECT(emailauth_last_error(NULL, 0) > 5);
    EXPECT(emailauth_pipeline_new(configuration, configuration_length, &other) == EMAILAUTH_E_FORKED);
    EXPECT(emailauth_pipeline_check(pipeline) == EMAILAUTH_E_FORKED);
    EXPECT(emailauth_pipeline_free(pipeline) == EMAILAUTH_E_FORKED);
    EXPECT(emailauth_session_free(NULL) == EMAILAUTH_E_FORKED);
    EXPECT(strstr(emailauth_status_text(EMAILAUTH_E_FORKED), "forked"));
    EXPECT(strlen(emailauth_version()) > 0);
}

static void judge_anew(emailauth_pipeline *pipeline)
{
    (void)pipeline;
    judge(new_pipeline(), "dmarc=pass");
}

static void forks(void)
{
    emailauth_pipeline *pipeline;

    /* These start nothing: the child is the first to call. */
    EXPECT(emailauth_abi_version() == EMAILAUTH_ABI_VERSION && strlen(emailauth_version()) > 0);
    EXPECT(in_child(judge_anew, NULL) == 0);
    pipeline = new_pipeline();
    EXPECT(in_child(call_everything, pipeline) == 0);
    judge(pipeline, "dmarc=pass");
    EXPECT(in_child(call_everything, pipeline) == 0);
    EXPECT(system("true") == 0);
    judge(pipeline, "dmarc=pass");
}

static void chroots(void)
{
    emailauth_pipeline *pipeline = new_pipeline();
    char folder[] = "/tmp/emailauth-jail-XXXXXX";

    EXPECT(mkdtemp(folder) && chroot(folder) == 0 && chdir("/") == 0);
    judge(pipeline, "dkim=pass");
    EXPECT(emailauth_pipeline_check(pipeline) == EMAILAUTH_OK);
}

/* Takes every descriptor there is. */
static void use_up_descriptors(void)
{
    struct rlimit limit = { 64, 64 };

    EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    while (dup(0) >= 0)
        continue;
}

static void descriptors(void)
{
    emailauth_pipeline *pipeline = new_pipeline();

    use_up_descriptors();
    judge(pipeline, "dkim=pass");
}

/* The configuration holds its zone, as no file can be read. */
static void no_descriptors(void)
{
    emailauth_pipeline *pipeline;
    char error[512];

    use_up_descriptors();
    pipeline = new_pipeline();
    EXPECT(emailauth_pipeline_check(pipeline) == EMAILAUTH_E_UNAVAILABLE);
    EXPECT(emailauth_last_error(error, sizeof error) > 0 && strstr(error, "libssl"));
    judge(pipeline, "dkim=temperror");
    for (int i = 3; i < 64; i++)
        close(i);
    EXPECT(emailauth_pipeline_check(new_pipeline()) == EMAILAUTH_OK);
    judge(pipeline, "dkim=pass");
}

static void no_openssl(void)
{
    emailauth_pipeline *pipeline = new_pipeline();

    EXPECT(emailauth_pipeline_check(pipeline) == EMAILAUTH_E_UNAVAILABLE);
    judge(pipeline, "dkim=temperror");
    judge(pipeline, "spf=pass");
    judge(pipeline, "dmarc=pass");
}

/* RFC 5321 section 4.1.4: EHLO may come at any time, and so may the next MAIL FROM. */
static void ehlo_again(void)
{
    emailauth_session *session = NULL;

    EXPECT(emailauth_session_new(new_pipeline(), "192.0.2.1", NT, NULL, 0, &session) == EMAILAUTH_OK);
    EXPECT(emailauth_session_helo(session, "mail.football.example.com", NT) == EMAILAUTH_OK);
    judge_in(session, "dmarc=pass");
    EXPECT(emailauth_session_helo(session, "other.example", NT) == EMAILAUTH_OK);
    EXPECT(emailauth_session_helo(session, "mail.football.example.com", NT) == EMAILAUTH_OK);
    judge_in(session, "dmarc=pass");
    judge_in(session, "dmarc=pass");
    EXPECT(emailauth_session_mail_from(session, "", 0) == EMAILAUTH_OK);
    EXPECT(emailauth_session_header(session, "From", NT, " a@example.com", NT) == EMAILAUTH_OK);
    EXPECT(emailauth_session_helo(session, "late.example", NT) == EMAILAUTH_E_STATE);
    EXPECT(emailauth_session_mail_from(session, "", 0) == EMAILAUTH_E_STATE);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } all[] = {
        { "signals", signals }, { "sigpipe", sigpipe }, { "no-sigpipe-handler", no_sigpipe_handler }, { "forks", forks },
        { "chroot", chroots }, { "descriptors", descriptors }, { "no-descriptors", no_descriptors }, { "no-openssl", no_openssl },
        { "ehlo-again", ehlo_again },
    };

    if (argc != 4)
        return 2;
    message = read_file(argv[2], &message_length);
    configuration = read_file(argv[3], &configuration_length);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(argv[1], all[i].name) == 0) {
            all[i].run();
            puts("as it should be");
            return 0;
        }
    return 2;
}
