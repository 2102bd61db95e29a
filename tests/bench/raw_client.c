/*
 * A client of a TPM on a socket, and its stopwatch: what a command costs without any stack above.
 * cc -O2 -shared -fPIC -o raw_client.so raw_client.c
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static double microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static uint32_t u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

/* Connects to a port of 127.0.0.1, or to a unix socket when it begins with a slash. */
int raw_connect(const char *address)
{
    int fd;
    if (address[0] == '/') {
        struct sockaddr_un path = { .sun_family = AF_UNIX };
        strncpy(path.sun_path, address, sizeof path.sun_path - 1);
        fd = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr *)&path, sizeof path) == 0) return fd;
    } else {
        struct sockaddr_in port = { .sin_family = AF_INET, .sin_port = htons(atoi(address)) };
        int on = 1;
        port.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        fd = socket(AF_INET, SOCK_STREAM, 0);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (connect(fd, (struct sockaddr *)&port, sizeof port) == 0) return fd;
    }
    close(fd);
    return -1;
}

void raw_close(int fd)
{
    close(fd);
}

/* One command and its answer. Gives the answer's length, or -1; *took is the time it took. */
int raw_exchange(int fd, const uint8_t *command, int length, uint8_t *answer, int room, double *took)
{
    double start = microseconds();
    int got = 0, size = 10;
    if (write(fd, command, length) != length) return -1;
    while (got < size) {
        int n = read(fd, answer + got, room - got);
        if (n <= 0) return -1;
        got += n;
        if (got >= 10) size = u32(answer + 2);
        if (size > room) return -1;
    }
    *took = microseconds() - start;
    return got;
}

/*
 * The same command again and again. With flush, the session that its answer opened is closed each
 * time, which is not counted. Gives all return codes together, or -1.
 */
int raw_repeat(int fd, const uint8_t *command, int length, int count, int flush, double *times)
{
    uint8_t answer[4096];
    uint8_t close_session[18] = { 0, 0xc1, 0, 0, 0, 18, 0, 0, 0, 0xba, 0, 0, 0, 0, 0, 0, 0, 2 };
    double ignored;
    int codes = 0;
    for (int i = 0; i < count; i++) {
        if (raw_exchange(fd, command, length, answer, sizeof answer, &times[i]) < 0) return -1;
        codes |= u32(answer + 6);
        if (!flush) continue;
        memcpy(close_session + 10, answer + 10, 4);
        if (raw_exchange(fd, close_session, 18, answer, sizeof answer, &ignored) < 0) return -1;
        codes |= u32(answer + 6);
    }
    return codes;
}
