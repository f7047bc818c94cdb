/* Signs a message with libopendkim (Debian: libopendkim-dev): MESSAGE KEY COUNT. Prints the microseconds of processor time of one signature. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <stdbool.h>
#include <opendkim/dkim.h>

static void stop(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static unsigned char *load(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = malloc(1 << 24);
    if (file == NULL || bytes == NULL) {
        stop(path);
    }

    *length = fread(bytes, 1, (1 << 24) - 1, file);
    bytes[*length] = 0;
    fclose(file);
    return bytes;
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

static void sign(DKIM_LIB *library, unsigned char *mail, size_t size, unsigned char *key)
{
    DKIM_STAT status;
    u_char signature[4096];
    DKIM *dkim = dkim_sign(library, (const unsigned char *)"message", NULL, key, (const unsigned char *)"s", (const unsigned char *)"example.com",
        DKIM_CANON_RELAXED, DKIM_CANON_RELAXED, DKIM_SIGN_RSASHA256, -1, &status);
    if (dkim == NULL) {
        stop("dkim_sign");
    }

    unsigned char *at = mail, *end = mail + size;
    while (end - at > 2 && !(at[0] == '\r' && at[1] == '\n')) {
        size_t length = field_length(at, end);
        if (dkim_header(dkim, at, length) != DKIM_STAT_OK) {
            stop("dkim_header");
        }

        at += length + 2;
    }

    at += 2;
    if (dkim_eoh(dkim) != DKIM_STAT_OK || dkim_body(dkim, at, (size_t)(end - at)) != DKIM_STAT_OK || dkim_eom(dkim, NULL) != DKIM_STAT_OK
        || dkim_getsighdr(dkim, signature, sizeof signature, 16) != DKIM_STAT_OK) {
        stop("not signed");
    }

    dkim_free(dkim);
}

int main(int argc, char **argv)
{
    size_t size, key_size;
    if (argc != 4) {
        stop("MESSAGE KEY COUNT");
    }

    unsigned char *mail = load(argv[1], &size), *key = load(argv[2], &key_size);
    DKIM_LIB *library = dkim_init(NULL, NULL);
    int count = atoi(argv[3]);
    struct timespec start, end;
    sign(library, mail, size, key);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (int i = 0; i < count; i++) {
        sign(library, mail, size, key);
    }

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    printf("%f\n", ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) / count / 1e3);
    return 0;
}
