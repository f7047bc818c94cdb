/* Asks a server on loopback for TXT records of new names through c-ares, so many at a time, and prints the microseconds of processor time and
   how many were not answered. Usage: cares PORT COUNT IN-FLIGHT FIRST */
#include <ares.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <arpa/nameser.h>

static ares_channel channel;
static long next_name, end, failed, in_flight;

static void ask(void);

static void answered(void *unused, int status, int timeouts, unsigned char *message, int length)
{
    struct ares_txt_reply *texts = NULL;
    (void)unused;
    (void)timeouts;
    in_flight--;
    if (status != ARES_SUCCESS || ares_parse_txt_reply(message, length, &texts) != ARES_SUCCESS)
        failed++;
    if (texts != NULL)
        ares_free_data(texts);
}

static void ask(void)
{
    char name[64];
    snprintf(name, sizeof name, "c%ld.bench.example", next_name++);
    in_flight++;
    ares_query(channel, name, ns_c_in, ns_t_txt, answered, NULL);
}

static double used(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return 1e6 * (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

int main(int argc, char **argv)
{
    struct ares_options options;
    char server[64];
    long most;
    double started;
    if (argc != 5)
        return 2;
    memset(&options, 0, sizeof options);
    options.flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH;
    options.ednspsz = 1232;
    most = atol(argv[3]);
    next_name = atol(argv[4]);
    end = next_name + atol(argv[2]);
    snprintf(server, sizeof server, "127.0.0.1:%s", argv[1]);
    if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS
        || ares_init_options(&channel, &options, ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ) != ARES_SUCCESS
        || ares_set_servers_ports_csv(channel, server) != ARES_SUCCESS)
        return 1;
    started = used();
    while (next_name < end || in_flight > 0) {
        ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
        struct pollfd polled[ARES_GETSOCK_MAXNUM];
        int bits, i, count = 0;
        while (in_flight < most && next_name < end)
            ask();
        bits = ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
        for (i = 0; i < ARES_GETSOCK_MAXNUM; i++)
            if (ARES_GETSOCK_READABLE(bits, i) || ARES_GETSOCK_WRITABLE(bits, i)) {
                polled[count].fd = sockets[i];
                polled[count].events = (ARES_GETSOCK_READABLE(bits, i) ? POLLIN : 0) | (ARES_GETSOCK_WRITABLE(bits, i) ? POLLOUT : 0);
                polled[count++].revents = 0;
            }
        if (poll(polled, count, 100) == 0)
            ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        for (i = 0; i < count; i++)
            if (polled[i].revents != 0)
                ares_process_fd(channel, polled[i].revents & ~POLLOUT ? polled[i].fd : ARES_SOCKET_BAD, polled[i].revents & POLLOUT ? polled[i].fd : ARES_SOCKET_BAD);
    }
    printf("%.0f %ld %s\n", used() - started, failed, ares_version(NULL));
    ares_destroy(channel);
    return 0;
}
