/* Loaded in front of a program (LD_PRELOAD), it makes a machine without OpenSSL: no libssl can be opened. */
#include <dlfcn.h>
#include <string.h>

void *dlopen(const char *name, int flags)
{
    static void *(*next)(const char *, int);

    if (name && strstr(name, "libssl"))
        name = "libssl.so.absent";
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "dlopen");
    return next(name, flags);
}
