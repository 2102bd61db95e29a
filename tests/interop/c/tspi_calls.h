/* Calls of libtspi, each told on a line: function, tab, what is special about the call, tab, result. */
#ifndef TSPI_CALLS_H
#define TSPI_CALLS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tss/tspi.h>
#include <trousers/trousers.h>

#define CALL(label, function, ...) tell(#function, label, function(__VA_ARGS__))

TSS_RESULT tell(const char *function, const char *label, TSS_RESULT result);

/* An object of the context; NULL_HOBJECT when it cannot be made. */
TSS_HOBJECT make(TSS_FLAG type, TSS_FLAG flags);
/* A policy of its own for an object, with a secret. */
TSS_HPOLICY give_secret(TSS_HOBJECT object, const char *secret);
/* A key that is created and loaded. */
TSS_HKEY make_key(TSS_FLAG flags, TSS_HKEY parent, const char *secret);

extern TSS_HCONTEXT context;
extern TSS_HTPM tpm;
extern TSS_HKEY srk;
extern BYTE well_known[20];
extern BYTE digest[20];
extern TSS_UUID srk_uuid;
/* An object handle that is none. */
#define NOTHING 0x12345678

void call_context(void);
void call_registered_keys(void);
void call_objects(void);
void call_tpm(void);
void call_owned_tpm(void);
void call_keys(void);
void call_data(void);
void call_nv(void);
void call_identity(void);
void call_migration(void);
void call_certified_migration(void);
void call_delegation(void);
void call_change_auth(void);
void call_transport(void);
void call_maintenance(void);
void call_revocable_ek(void);
void call_ownership(void);
void call_clear(void);

#endif
