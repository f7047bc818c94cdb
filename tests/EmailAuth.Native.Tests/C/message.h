/* A message with two signatures (RFC 8463 appendix A), read from a file and fed to sessions as a mail server would. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <emailauth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NT EMAILAUTH_NUL_TERMINATED

static char *message;
static size_t message_length;

/* Reads a whole file, and adds a NUL; ends the program when the file does not exist. */
static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(1 << 20);

    if (!file || !text) {
        perror(path);
        exit(2);
    }
    *length = fread(text, 1, (1 << 20) - 1, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}

/* Feeds the header fields, the end of the header, and the body. The file has CRLF line ends. */
static int feed(emailauth_session *session)
{
    const char *line = message, *end = message + message_length;
    int status = EMAILAUTH_OK;

    while (status == EMAILAUTH_OK && line < end && *line != '\r') {
        const char *colon = memchr(line, ':', (size_t)(end - line)), *stop = line;

        do
            stop = strstr(stop, "\r\n") + 2;
        while (*stop == ' ' || *stop == '\t');
        status = emailauth_session_header(session, line, (size_t)(colon - line), colon + 1, (size_t)(stop - 2 - colon - 1));
        line = stop;
    }
    line += 2;
    if (status == EMAILAUTH_OK)
        status = emailauth_session_end_of_headers(session);
    if (status == EMAILAUTH_OK)
        status = emailauth_session_body(session, line, (size_t)(end - line));
    return status;
}

#endif
