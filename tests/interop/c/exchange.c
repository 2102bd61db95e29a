/* What programs that exchange something have in common. */
#include "exchange.h"

static const char *folder;

void begin(const char *files)
{
    folder = files;
    MUST(Tspi_Context_Create, &context);
    MUST(Tspi_Context_Connect, context, NULL);
    MUST(Tspi_Context_GetTpmObject, context, &tpm);
    give_secret(tpm, "owner");
    MUST(Tspi_Context_LoadKeyByUUID, context, TSS_PS_TYPE_SYSTEM, srk_uuid, &srk);
    give_secret(srk, NULL);
}

static FILE *open_file(const char *name, const char *mode)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, mode);
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

struct bytes take(const char *name)
{
    struct bytes taken = { 0, malloc(4096) };
    FILE *file = open_file(name, "rb");
    taken.length = fread(taken.bytes, 1, 4096, file);
    fclose(file);
    return taken;
}

void give(const char *name, struct bytes given)
{
    FILE *file = open_file(name, "wb");
    fwrite(given.bytes, 1, given.length, file);
    fclose(file);
}

struct bytes attribute(TSS_HOBJECT object, TSS_FLAG flag, TSS_FLAG part)
{
    struct bytes got;
    MUST(Tspi_GetAttribData, object, flag, part, &got.length, &got.bytes);
    return got;
}

void set_attribute(TSS_HOBJECT object, TSS_FLAG flag, TSS_FLAG part, struct bytes value)
{
    MUST(Tspi_SetAttribData, object, flag, part, value.length, value.bytes);
}

struct bytes public_key(TSS_HKEY key)
{
    return attribute(key, TSS_TSPATTRIB_KEY_BLOB, TSS_TSPATTRIB_KEYBLOB_PUBLIC_KEY);
}

TSS_HKEY key_with_public_part(TSS_FLAG flags, struct bytes public)
{
    TSS_HKEY key = make(TSS_OBJECT_TYPE_RSAKEY, flags);
    set_attribute(key, TSS_TSPATTRIB_KEY_BLOB, TSS_TSPATTRIB_KEYBLOB_PUBLIC_KEY, public);
    return key;
}
