/* What tests of calls expect: each that is not so is reported, and counted. */
#ifndef EXPECT_H
#define EXPECT_H

#include <emailauth.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int failures;

static void report(int line, const char *what, long got, long expected)
{
    char error[1024];

    emailauth_last_error(error, sizeof error);
    fprintf(stderr, "line %d: %s is %ld, not %ld (%s)\n", line, what, got, expected, error);
    failures++;
}

#define EXPECT(call, status) \
    do { \
        long got_ = (long)(call); \
        if (got_ != (long)(status)) \
            report(__LINE__, #call, got_, (long)(status)); \
    } while (0)

#define OK(call) EXPECT(call, EMAILAUTH_OK)
#define TRUE(condition) EXPECT((condition) != 0, 1)

static bool last_error_holds(const char *part)
{
    char error[1024];

    emailauth_last_error(error, sizeof error);
    return strstr(error, part) != NULL;
}

#endif
