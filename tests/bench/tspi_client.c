/*
 * A client of a tcsd through libtspi, and its stopwatch. The tcsd is named by TSS_TCSD_HOSTNAME and
 * TSS_TCSD_PORT.
 *
 *   tspi_client latency          each call in turn, alone; a TPM with owner and SRK, their secrets
 *                                well known. A line a call: name, tab, median, tab, 95th percentile
 *                                in microseconds.
 *   tspi_client own              make the endorsement key and the owner
 *   tspi_client load N SECONDS   N processes read a PCR for so long. A line: calls a second, tab,
 *                                the slowest call in microseconds.
 *
 * cc -O2 -o tspi_client tspi_client.c -ltspi
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <tss/tspi.h>
#include <trousers/trousers.h>

static double microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static void must(TSS_RESULT result, const char *what)
{
    if (result == TSS_SUCCESS) return;
    fprintf(stderr, "%s: 0x%x %s\n", what, result, Trspi_Error_String(result));
    exit(1);
}
#define MUST(call) must(call, #call)

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Runs a statement count times, after a warm up of a tenth of that. */
#define TIME(name, count, statement)                                     \
    do {                                                                 \
        double *times = calloc(count, sizeof(double));                   \
        for (int i = -(count) / 10; i < (count); i++) {                  \
            double start = microseconds();                               \
            statement;                                                   \
            if (i >= 0) times[i] = microseconds() - start;               \
        }                                                                \
        qsort(times, count, sizeof(double), by_size);                    \
        printf("%s\t%.1f\t%.1f\n", name, times[(count) / 2],             \
               times[(int)((count) * 0.95)]);                            \
        fflush(stdout);                                                  \
        free(times);                                                     \
    } while (0)

static BYTE well_known[20];
static BYTE digest[20] = { 1, 2, 3 };
static BYTE plain[32] = "a secret of thirty-two bytes ...";

static TSS_HCONTEXT context;
static TSS_HTPM tpm;

static void open_context(void)
{
    MUST(Tspi_Context_Create(&context));
    MUST(Tspi_Context_Connect(context, NULL));
    MUST(Tspi_Context_GetTpmObject(context, &tpm));
}

static TSS_HOBJECT make(TSS_FLAG type, TSS_FLAG flags)
{
    TSS_HOBJECT object;
    MUST(Tspi_Context_CreateObject(context, type, flags, &object));
    return object;
}

static void know(TSS_HOBJECT object)
{
    TSS_HPOLICY policy;
    MUST(Tspi_GetPolicyObject(object, TSS_POLICY_USAGE, &policy));
    MUST(Tspi_Policy_SetSecret(policy, TSS_SECRET_MODE_SHA1, 20, well_known));
}

/* For objects that begin without a policy. */
static void assign_known(TSS_HOBJECT object)
{
    TSS_HPOLICY policy = make(TSS_OBJECT_TYPE_POLICY, TSS_POLICY_USAGE);
    MUST(Tspi_Policy_SetSecret(policy, TSS_SECRET_MODE_SHA1, 20, well_known));
    MUST(Tspi_Policy_AssignToObject(policy, object));
}

static TSS_HKEY load_srk(void)
{
    TSS_HKEY srk;
    TSS_UUID uuid = TSS_UUID_SRK;
    MUST(Tspi_Context_LoadKeyByUUID(context, TSS_PS_TYPE_SYSTEM, uuid, &srk));
    know(srk);
    return srk;
}

static void own(void)
{
    open_context();
    TSS_HKEY ek = make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_SIZE_2048);
    MUST(Tspi_TPM_CreateEndorsementKey(tpm, ek, NULL));
    know(tpm);
    TSS_HKEY srk = make(TSS_OBJECT_TYPE_RSAKEY, TSS_KEY_TSP_SRK | TSS_KEY_AUTHORIZATION);
    know(srk);
    MUST(Tspi_TPM_TakeOwnership(tpm, srk, 0));
    MUST(Tspi_Context_Close(context));
}

static void time_simple(void)
{
    UINT32 length;
    BYTE *bytes;
    TIME("Context Create + Connect + Close", 200, {
        TSS_HCONTEXT other;
        MUST(Tspi_Context_Create(&other));
        MUST(Tspi_Context_Connect(other, NULL));
        MUST(Tspi_Context_Close(other));
    });
    TIME("TPM_PcrRead", 4000, {
        MUST(Tspi_TPM_PcrRead(tpm, 16, &length, &bytes));
        Tspi_Context_FreeMemory(context, bytes);
    });
    TIME("TPM_PcrExtend", 2000, {
        MUST(Tspi_TPM_PcrExtend(tpm, 16, 20, digest, NULL, &length, &bytes));
        Tspi_Context_FreeMemory(context, bytes);
    });
    TIME("TPM_GetRandom(20)", 4000, {
        MUST(Tspi_TPM_GetRandom(tpm, 20, &bytes));
        Tspi_Context_FreeMemory(context, bytes);
    });
    TIME("TPM_GetCapability(version)", 2000, {
        MUST(Tspi_TPM_GetCapability(tpm, TSS_TPMCAP_VERSION, 0, NULL, &length, &bytes));
        Tspi_Context_FreeMemory(context, bytes);
    });
    TIME("TPM_SelfTestFull", 50, MUST(Tspi_TPM_SelfTestFull(tpm)));
    TIME("TPM_SetStatus ResetLock (owner)", 500,
         MUST(Tspi_TPM_SetStatus(tpm, TSS_TPMSTATUS_RESETLOCK, TRUE)));
}

static TSS_HKEY time_keys(TSS_HKEY srk)
{
    TSS_FLAG flags = TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_SIGNING | TSS_KEY_NO_AUTHORIZATION;
    TSS_HKEY key = 0;
    TIME("Key_CreateKey 2048", 20, {
        key = make(TSS_OBJECT_TYPE_RSAKEY, flags);
        MUST(Tspi_SetAttribUint32(key, TSS_TSPATTRIB_KEY_INFO, TSS_TSPATTRIB_KEYINFO_SIGSCHEME,
                                  TSS_SS_RSASSAPKCS1V15_SHA1));
        MUST(Tspi_Key_CreateKey(key, srk, 0));
    });
    TIME("Key_LoadKey + UnloadKey", 100, {
        MUST(Tspi_Key_LoadKey(key, srk));
        MUST(Tspi_Key_UnloadKey(key));
    });
    MUST(Tspi_Key_LoadKey(key, srk));
    return key;
}

static void time_key_use(TSS_HKEY srk, TSS_HKEY key)
{
    UINT32 length;
    BYTE *bytes;
    TSS_HHASH hash = make(TSS_OBJECT_TYPE_HASH, TSS_HASH_SHA1);
    MUST(Tspi_Hash_SetHashValue(hash, 20, digest));
    TIME("Hash_Sign", 200, {
        MUST(Tspi_Hash_Sign(hash, key, &length, &bytes));
        Tspi_Context_FreeMemory(context, bytes);
    });
    TSS_HPCRS pcrs = make(TSS_OBJECT_TYPE_PCRS, TSS_PCRS_STRUCT_INFO);
    MUST(Tspi_PcrComposite_SelectPcrIndex(pcrs, 10));
    MUST(Tspi_PcrComposite_SelectPcrIndex(pcrs, 16));
    TSS_VALIDATION nonce = { .ulExternalDataLength = 20, .rgbExternalData = digest };
    TIME("TPM_Quote 2 PCRs", 200, MUST(Tspi_TPM_Quote(tpm, key, pcrs, &nonce)));
    TSS_HENCDATA sealed = make(TSS_OBJECT_TYPE_ENCDATA, TSS_ENCDATA_SEAL);
    assign_known(sealed);
    TIME("Data_Seal 32 bytes", 300, MUST(Tspi_Data_Seal(sealed, srk, sizeof plain, plain, 0)));
    TIME("Data_Unseal 32 bytes", 200, {
        MUST(Tspi_Data_Unseal(sealed, srk, &length, &bytes));
        Tspi_Context_FreeMemory(context, bytes);
    });
    TSS_FLAG flags = TSS_KEY_SIZE_2048 | TSS_KEY_TYPE_BIND | TSS_KEY_NO_AUTHORIZATION;
    TSS_HKEY bind = make(TSS_OBJECT_TYPE_RSAKEY, flags);
    MUST(Tspi_Key_CreateKey(bind, srk, 0));
    MUST(Tspi_Key_LoadKey(bind, srk));
    TSS_HENCDATA bound = make(TSS_OBJECT_TYPE_ENCDATA, TSS_ENCDATA_BIND);
    MUST(Tspi_Data_Bind(bound, bind, 16, plain));
    TIME("Data_Unbind", 200, {
        MUST(Tspi_Data_Unbind(bound, bind, &length, &bytes));
        Tspi_Context_FreeMemory(context, bytes);
    });
}

static void time_nv(void)
{
    BYTE data[64] = { 0 };
    TSS_HNVSTORE nv = make(TSS_OBJECT_TYPE_NV, 0);
    assign_known(nv); /* without a policy libtspi does not authorise */
    MUST(Tspi_SetAttribUint32(nv, TSS_TSPATTRIB_NV_INDEX, 0, 0x1100));
    MUST(Tspi_SetAttribUint32(nv, TSS_TSPATTRIB_NV_PERMISSIONS, 0,
                              TPM_NV_PER_OWNERWRITE | TPM_NV_PER_OWNERREAD));
    MUST(Tspi_SetAttribUint32(nv, TSS_TSPATTRIB_NV_DATASIZE, 0, sizeof data));
    MUST(Tspi_NV_DefineSpace(nv, 0, 0));
    TIME("NV_WriteValue 64 bytes (owner)", 200,
         MUST(Tspi_NV_WriteValue(nv, 0, sizeof data, data)));
    TIME("NV_ReadValue 64 bytes (owner)", 500, {
        UINT32 length = sizeof data;
        BYTE *bytes;
        MUST(Tspi_NV_ReadValue(nv, 0, &length, &bytes));
        Tspi_Context_FreeMemory(context, bytes);
    });
    MUST(Tspi_NV_ReleaseSpace(nv));
}

/* What the processes of a load share. */
struct shared {
    volatile int ready, go, stop;
    double slowest[1024];
    unsigned long calls[1024];
};

static void read_pcrs(struct shared *shared, int number)
{
    UINT32 length;
    BYTE *bytes;
    open_context();
    MUST(Tspi_TPM_PcrRead(tpm, 16, &length, &bytes));
    __sync_add_and_fetch(&shared->ready, 1);
    while (!shared->go) usleep(1000);
    while (!shared->stop) {
        double start = microseconds();
        MUST(Tspi_TPM_PcrRead(tpm, 16, &length, &bytes));
        double took = microseconds() - start;
        Tspi_Context_FreeMemory(context, bytes);
        if (took > shared->slowest[number]) shared->slowest[number] = took;
        shared->calls[number]++;
    }
    MUST(Tspi_Context_Close(context));
    exit(0);
}

static int load(int clients, int seconds)
{
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int number = 0; number < clients; number++)
        if (fork() == 0) read_pcrs(shared, number);
    for (int wait = 0; shared->ready < clients; wait++) {
        usleep(1000);
        if (wait > 20000) return 1;
    }
    double start = microseconds();
    shared->go = 1;
    sleep(seconds);
    shared->stop = 1;
    double took = microseconds() - start;
    int failed = 0;
    for (int status; wait(&status) > 0;) failed |= status;
    unsigned long calls = 0;
    double slowest = 0;
    for (int number = 0; number < clients; number++) {
        calls += shared->calls[number];
        if (shared->slowest[number] > slowest) slowest = shared->slowest[number];
    }
    printf("%.0f\t%.0f\n", calls / (took / 1e6), slowest);
    return failed != 0;
}

int main(int count, char **arguments)
{
    if (count == 4 && strcmp(arguments[1], "load") == 0)
        return load(atoi(arguments[2]), atoi(arguments[3]));
    if (count == 2 && strcmp(arguments[1], "own") == 0) {
        own();
        return 0;
    }
    open_context();
    know(tpm);
    time_simple();
    TSS_HKEY srk = load_srk();
    TSS_HKEY key = time_keys(srk);
    time_key_use(srk, key);
    time_nv();
    MUST(Tspi_Context_Close(context));
    return 0;
}
