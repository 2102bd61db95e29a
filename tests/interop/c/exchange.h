/* For programs that exchange something with another: what goes in and out are files of a folder. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "tspi_calls.h"

#define MUST(function, ...)                                      \
    do {                                                         \
        if (CALL("exchange", function, __VA_ARGS__)) exit(1);    \
    } while (0)

struct bytes {
    UINT32 length;
    BYTE *bytes;
};

/*
 * Connects to a TPM that has an owner with the secret "owner", its SRK the well-known one; the files
 * are of this folder.
 */
void begin(const char *folder);

struct bytes take(const char *name);
void give(const char *name, struct bytes given);

struct bytes attribute(TSS_HOBJECT object, TSS_FLAG flag, TSS_FLAG part);
void set_attribute(TSS_HOBJECT object, TSS_FLAG flag, TSS_FLAG part, struct bytes value);
struct bytes public_key(TSS_HKEY key);
TSS_HKEY key_with_public_part(TSS_FLAG flags, struct bytes public);

#endif
