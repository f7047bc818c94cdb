/* Drives libopendkim (Debian: libopendkim-dev). Commands on standard input, answers on standard output (see Driver.cs). */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <opendkim/dkim.h>

#define LIMIT 1024

typedef struct { char *name, *text; } record;
typedef struct { unsigned char *bytes; size_t length; } message;

static record records[LIMIT];
static char *items[LIMIT];
static size_t record_count, item_count;

static void stop(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static DKIM_CBSTAT key_record(DKIM *dkim, DKIM_SIGINFO *signature, u_char *buffer, size_t length)
{
    char name[512];
    (void)dkim;
    snprintf(name, sizeof name, "%s._domainkey.%s", (char *)dkim_sig_getselector(signature), (char *)dkim_sig_getdomain(signature));
    for (size_t i = 0; i < record_count; i++) {
        if (strcmp(records[i].name, name) == 0) {
            snprintf((char *)buffer, length, "%s", records[i].text);
            return DKIM_CBSTAT_CONTINUE;
        }
    }

    return DKIM_CBSTAT_NOTFOUND;
}

/* A field ends with the line break that no space or tab follows; the library wants it without that line break. */
static size_t field_length(const unsigned char *from, const unsigned char *end)
{
    for (const unsigned char *at = from; (at = memchr(at, '\r', (size_t)(end - at))) != NULL && end - at > 2; at++) {
        if (at[1] == '\n' && at[2] != ' ' && at[2] != '\t') {
            return (size_t)(at - from);
        }
    }

    return (size_t)(end - from);
}

static DKIM_STAT verify(DKIM *dkim, const message *mail)
{
    unsigned char *at = mail->bytes, *end = at + mail->length;
    while (end - at > 2 && !(at[0] == '\r' && at[1] == '\n')) {
        size_t length = field_length(at, end);
        DKIM_STAT status = dkim_header(dkim, at, length);
        if (status != DKIM_STAT_OK) {
            return status;
        }

        at += length + 2;
    }

    DKIM_STAT status = dkim_eoh(dkim);
    at += 2;
    if (status == DKIM_STAT_OK) {
        status = dkim_body(dkim, at, (size_t)(end - at));
    }

    return status == DKIM_STAT_OK ? dkim_eom(dkim, NULL) : status;
}

static const char *verdict(DKIM_LIB *library, const message *mail, bool explain)
{
    static char text[256];
    DKIM_STAT status;
    DKIM *dkim = dkim_verify(library, (const unsigned char *)"message", NULL, &status);
    if (dkim == NULL) {
        stop("dkim_verify failed");
    }

    status = verify(dkim, mail);
    const char *word = status == DKIM_STAT_OK ? "pass" : status == DKIM_STAT_BADSIG ? "fail" : "error";
    if (explain && status != DKIM_STAT_OK && status != DKIM_STAT_BADSIG) {
        snprintf(text, sizeof text, "error: %s", dkim_getresultstr(status));
        word = text;
    }

    dkim_free(dkim);
    return word;
}

static message load(const char *path)
{
    message mail;
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        stop(path);
    }

    mail.length = (size_t)ftell(file);
    mail.bytes = malloc(mail.length + 1);
    rewind(file);
    if (mail.bytes == NULL || fread(mail.bytes, 1, mail.length, file) != mail.length) {
        stop(path);
    }

    fclose(file);
    return mail;
}

static message load_item(const char *number)
{
    size_t index = number == NULL ? LIMIT : strtoul(number, NULL, 10);
    if (index >= item_count) {
        stop("no such item");
    }

    return load(items[index]);
}

static int64_t used(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void measure(DKIM_LIB *library, char *fields)
{
    message mails[LIMIT];
    size_t loaded = 0;
    int64_t budget = strtoll(strsep(&fields, "\t"), NULL, 10);
    const char *expected = strsep(&fields, "\t");
    for (char *number; loaded < LIMIT && (number = strsep(&fields, "\t")) != NULL;) {
        mails[loaded++] = load_item(number);
    }

    long count = 0, wrong = 0;
    int64_t started = used(), elapsed;
    do {
        wrong += strcmp(verdict(library, &mails[(size_t)count++ % loaded], false), expected) != 0;
        elapsed = used() - started;
    } while (elapsed < budget);
    printf("%ld\t%lld\t%ld\n", count, (long long)elapsed, wrong);
    while (loaded > 0) {
        free(mails[--loaded].bytes);
    }
}

int main(void)
{
    DKIM_LIB *library = dkim_init(NULL, NULL);
    if (library == NULL || dkim_set_key_lookup(library, key_record) != DKIM_STAT_OK) {
        stop("dkim_init failed");
    }

    uint32_t version = dkim_libversion();
    printf("ready\tlibopendkim %u.%u.%u\n", version >> 24, version >> 16 & 255, version >> 8 & 255);
    fflush(stdout);
    char *line = NULL;
    size_t size = 0;
    for (ssize_t length; (length = getline(&line, &size, stdin)) > 0;) {
        line[strcspn(line, "\n")] = '\0';
        char *fields = line, *command = strsep(&fields, "\t");
        if (strcmp(command, "record") == 0 && record_count < LIMIT) {
            records[record_count].name = strdup(strsep(&fields, "\t"));
            strsep(&fields, "\t");
            records[record_count++].text = strdup(fields);
        } else if (strcmp(command, "item") == 0 && item_count < LIMIT) {
            items[item_count++] = strdup(fields);
        } else if (strcmp(command, "check") == 0) {
            message mail = load_item(fields);
            puts(verdict(library, &mail, true));
            free(mail.bytes);
        } else if (strcmp(command, "time") == 0) {
            measure(library, fields);
        }

        fflush(stdout);
    }

    return 0;
}
