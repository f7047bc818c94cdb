/* A libssl that does not make the keys that it is asked for. KEY says what it does: 0 makes none, 1 refuses, 2 takes another modulus, 3 makes
   one of another algorithm. */
#include <dlfcn.h>
#include <stddef.h>

struct parameter
{
    const char *name;
    unsigned int type;
    void *data;
    size_t size;
    size_t returned_size;
};

static void *find(const char *name)
{
    static void *crypto;

    if (!crypto)
        crypto = dlopen("libcrypto.so.3", RTLD_NOW);
    return dlsym(crypto, name);
}

unsigned long OpenSSL_version_num(void)
{
    return ((unsigned long (*)(void))find("OpenSSL_version_num"))();
}

void *EVP_PKEY_CTX_new_from_name(void *library, const char *name, const char *properties)
{
    return ((void *(*)(void *, const char *, const char *))find("EVP_PKEY_CTX_new_from_name"))(library, name, properties);
}

void EVP_PKEY_CTX_free(void *context)
{
    ((void (*)(void *))find("EVP_PKEY_CTX_free"))(context);
}

int EVP_PKEY_fromdata_init(void *context)
{
    return ((int (*)(void *))find("EVP_PKEY_fromdata_init"))(context);
}

int ERR_set_mark(void)
{
    return ((int (*)(void))find("ERR_set_mark"))();
}

int ERR_pop_to_mark(void)
{
    return ((int (*)(void))find("ERR_pop_to_mark"))();
}

int EVP_PKEY_fromdata(void *context, void **key, int selection, struct parameter *parameters)
{
#if KEY == 0
    return 1;
#elif KEY == 1
    return 0;
#elif KEY == 2
    ((unsigned char *)parameters[0].data)[parameters[0].size / 2] ^= 2;
    return ((int (*)(void *, void **, int, struct parameter *))find("EVP_PKEY_fromdata"))(context, key, selection, parameters);
#else
    *key = ((void *(*)(void *, const char *, const char *, ...))find("EVP_PKEY_Q_keygen"))(NULL, NULL, "EC", "P-256");
    return *key != NULL;
#endif
}
