/* Loaded in front of a program (LD_PRELOAD), it makes a machine that lacks a library or a file: LACKS_LIBRARY is a part of the library's name,
   LACKS_FILE the path of the file. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static int lacks(const char *path)
{
    const char *file = getenv("LACKS_FILE");

    return path && file && !strcmp(path, file);
}

static int open_next(const char *function, const char *path, int flags, int mode)
{
    int (*next)(const char *, int, ...);

    if (lacks(path)) {
        errno = ENOENT;
        return -1;
    }
    *(void **)&next = dlsym(RTLD_NEXT, function);
    return next(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list rest;
    int mode;

    va_start(rest, flags);
    mode = va_arg(rest, int);
    va_end(rest);
    return open_next("open", path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list rest;
    int mode;

    va_start(rest, flags);
    mode = va_arg(rest, int);
    va_end(rest);
    return open_next("open64", path, flags, mode);
}

void *dlopen(const char *name, int flags)
{
    void *(*next)(const char *, int);
    const char *library = getenv("LACKS_LIBRARY");

    if (name && library && strstr(name, library))
        name = "absent.so";
    *(void **)&next = dlsym(RTLD_NEXT, "dlopen");
    return next(name, flags);
}
