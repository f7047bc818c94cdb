/* A milter on libmilter that asks EmailAuth who sent each message, writes the answer into the message and does what it says.
 *
 *     milter SOCKET CONFIGURATION
 *
 * SOCKET as smfi_setconn takes it (inet:PORT@HOST, unix:/PATH), CONFIGURATION a JSON file for emailauth_pipeline_from_file. SIGTERM ends it
 * (libmilter takes SIGHUP for the same), SIGUSR1 has it read the file again. */
#include <arpa/inet.h>
#include <emailauth.h>
#include <libmilter/mfapi.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define NT EMAILAUTH_NUL_TERMINATED

static emailauth_pipeline *pipeline;
static pthread_rwlock_t pipeline_lock = PTHREAD_RWLOCK_INITIALIZER;

/* What goes wrong here is no fault of the sender's: he shall try again. */
static sfsistat answer(int status, const char *what)
{
    char error[512];

    if (status == EMAILAUTH_OK)
        return SMFIS_CONTINUE;
    emailauth_last_error(error, sizeof error);
    fprintf(stderr, "%s: %s: %s\n", what, emailauth_status_text(status), error);
    return SMFIS_TEMPFAIL;
}

static sfsistat on_connect(SMFICTX *ctx, char *host, _SOCK_ADDR *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    emailauth_session *session;
    int status;

    (void)host;
    if (address && address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((struct sockaddr_in *)address)->sin_addr, text, sizeof text);
    else if (address && address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)address)->sin6_addr, text, sizeof text);
    pthread_rwlock_rdlock(&pipeline_lock);
    status = emailauth_session_new(pipeline, *text ? text : NULL, *text ? NT : 0, NULL, 0, &session);
    pthread_rwlock_unlock(&pipeline_lock);
    if (status == EMAILAUTH_OK)
        smfi_setpriv(ctx, session);
    return answer(status, "connect");
}

static sfsistat on_helo(SMFICTX *ctx, char *helo)
{
    return answer(emailauth_session_helo(smfi_getpriv(ctx), helo, NT), "helo");
}

static sfsistat on_mail(SMFICTX *ctx, char **arguments)
{
    emailauth_session *session = smfi_getpriv(ctx);
    int status = emailauth_session_reset(session);

    if (status == EMAILAUTH_OK)
        status = emailauth_session_authenticated(session, smfi_getsymval(ctx, "{auth_type}") != NULL);
    if (status == EMAILAUTH_OK)
        status = emailauth_session_mail_from(session, arguments[0], NT);
    return answer(status, "mail");
}

/* The MTA folds with LF. A header with other line ends is malformed, and trying again would not help. */
static sfsistat on_header(SMFICTX *ctx, char *name, char *value)
{
    int status = emailauth_session_header_lf(smfi_getpriv(ctx), name, NT, value, NT);

    if (status != EMAILAUTH_E_ARGUMENT)
        return answer(status, "header");
    smfi_setreply(ctx, "550", "5.6.0", "The header has a bare CR (RFC 5322 section 2.2)");
    return SMFIS_REJECT;
}

static sfsistat on_end_of_headers(SMFICTX *ctx)
{
    return answer(emailauth_session_end_of_headers(smfi_getpriv(ctx)), "end of headers");
}

static sfsistat on_body(SMFICTX *ctx, unsigned char *chunk, size_t length)
{
    return answer(emailauth_session_body(smfi_getpriv(ctx), chunk, length), "body");
}

/* The reply in the three parts that libmilter wants; in the text a percent sign is itself only when doubled. */
static sfsistat refuse(SMFICTX *ctx, emailauth_result *result, sfsistat verdict)
{
    char digits[16], doubled[1024], *to = doubled;
    const char *extended, *text;
    int code;

    if (emailauth_result_reply_code(result, &code) != EMAILAUTH_OK || !code ||
        emailauth_result_reply_enhanced_code(result, &extended, NULL) != EMAILAUTH_OK ||
        emailauth_result_reply_text(result, &text, NULL) != EMAILAUTH_OK)
        return verdict;
    for (; *text && to < doubled + sizeof doubled - 2; text++) {
        if (*text == '%')
            *to++ = '%';
        *to++ = *text;
    }
    *to = '\0';
    snprintf(digits, sizeof digits, "%d", code);
    smfi_setreply(ctx, digits, (char *)extended, doubled);
    return verdict;
}

/* The leading space is ours to give, since we asked for that of others. */
static int insert(SMFICTX *ctx, const char *text)
{
    char *value = malloc(strlen(text) + 2);
    int inserted = value && sprintf(value, " %s", text) > 0 && smfi_insheader(ctx, 0, "Authentication-Results", value) == MI_SUCCESS;

    free(value);
    return inserted;
}

static sfsistat on_end_of_message(SMFICTX *ctx)
{
    emailauth_result *result;
    emailauth_field field;
    const char *text;
    size_t count;
    int action, status = emailauth_session_complete(smfi_getpriv(ctx), &result);
    sfsistat verdict = SMFIS_CONTINUE;

    if (status != EMAILAUTH_OK)
        return answer(status, "end of message");
    if (emailauth_result_field_count(result, &count) == EMAILAUTH_OK)
        while (count-- > 0)
            if (emailauth_result_field(result, count, &field) == EMAILAUTH_OK)
                smfi_chgheader(ctx, (char *)field.name, (int)field.occurrence, NULL);
    /* Each goes to the very top, so the first comes last. */
    if (emailauth_result_extended_header_value_lf(result, &text, NULL) == EMAILAUTH_OK && text && !insert(ctx, text))
        verdict = SMFIS_TEMPFAIL;
    if (emailauth_result_header_value_lf(result, &text, NULL) == EMAILAUTH_OK && !insert(ctx, text))
        verdict = SMFIS_TEMPFAIL;
    if (emailauth_result_action(result, &action) == EMAILAUTH_OK) {
        if (action == EMAILAUTH_REJECT)
            verdict = refuse(ctx, result, SMFIS_REJECT);
        else if (action == EMAILAUTH_TEMPFAIL)
            verdict = refuse(ctx, result, SMFIS_TEMPFAIL);
        else if (action == EMAILAUTH_QUARANTINE && emailauth_result_reason(result, &text, NULL) == EMAILAUTH_OK)
            smfi_quarantine(ctx, (char *)text);
    }
    emailauth_result_free(result);
    return verdict;
}

static sfsistat on_abort(SMFICTX *ctx)
{
    return answer(emailauth_session_abort(smfi_getpriv(ctx)), "abort");
}

static sfsistat on_close(SMFICTX *ctx)
{
    emailauth_session_free(smfi_getpriv(ctx));
    smfi_setpriv(ctx, NULL);
    return SMFIS_CONTINUE;
}

static sfsistat on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps, unsigned long reserved1, unsigned long reserved2,
    unsigned long *my_actions, unsigned long *my_steps, unsigned long *my_reserved1, unsigned long *my_reserved2)
{
    (void)ctx, (void)actions, (void)reserved1, (void)reserved2;
    *my_actions = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_QUARANTINE;
    *my_steps = (steps & SMFIP_HDR_LEADSPC) | SMFIP_NORCPT | SMFIP_NOUNKNOWN | SMFIP_NODATA;
    *my_reserved1 = *my_reserved2 = 0;
    return SMFIS_CONTINUE;
}

/* New connections get the new pipeline; those that are open keep theirs. If the file is wrong, nothing changes. */
static int load(const char *path)
{
    emailauth_pipeline *made, *before;

    if (answer(emailauth_pipeline_from_file(path, NT, &made), path) != SMFIS_CONTINUE)
        return 0;
    pthread_rwlock_wrlock(&pipeline_lock);
    before = pipeline;
    pipeline = made;
    pthread_rwlock_unlock(&pipeline_lock);
    emailauth_pipeline_free(before);
    return 1;
}

static void *reload(void *path)
{
    sigset_t wanted;
    int number;

    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    while (sigwait(&wanted, &number) == 0)
        load(path);
    return NULL;
}

int main(int argc, char **argv)
{
    static struct smfiDesc milter = {
        "emailauth", SMFI_VERSION, SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_QUARANTINE, on_connect, on_helo, on_mail, NULL, on_header,
        on_end_of_headers, on_body, on_end_of_message, on_abort, on_close, NULL, NULL, on_negotiate,
    };
    sigset_t waited_for;
    pthread_t reloader;

    if (argc != 3 || smfi_register(milter) != MI_SUCCESS || smfi_setconn(argv[1]) != MI_SUCCESS) {
        fprintf(stderr, "usage: %s SOCKET CONFIGURATION\n", argv[0]);
        return EX_USAGE;
    }
    /* Before there are other threads, so that only those that wait for the signals get them: ours, and one of libmilter's. */
    sigemptyset(&waited_for);
    sigaddset(&waited_for, SIGUSR1);
    sigaddset(&waited_for, SIGHUP);
    sigaddset(&waited_for, SIGINT);
    sigaddset(&waited_for, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &waited_for, NULL);
    if (!load(argv[2]))
        return EX_CONFIG;
    if (pthread_create(&reloader, NULL, reload, argv[2]) != 0)
        return EX_OSERR;
    return smfi_main() == MI_SUCCESS ? EX_OK : EX_UNAVAILABLE;
}
