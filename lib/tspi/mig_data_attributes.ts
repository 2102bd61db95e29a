import { concat, decode } from "../codec/mod.ts";
import { sha1, SHA1_SIZE } from "../crypto/mod.ts";
import { TPM_PUBKEY, type TpmCmkAuth } from "../tpm12/structures/mod.ts";
import { type Attribute, requireBool, requireBytes, requireDigest } from "./attributes.ts";
import * as A from "./constants/mig_data.ts";
import { decoded } from "./key_base.ts";
import type { MigData } from "./mig_data.ts";
import { tspError } from "./tsp_error.ts";

type DataAccess = NonNullable<Attribute<MigData>["data"]>;

const {
  TSS_MIGATTRIB_MIGRATIONBLOB: MIGRATIONBLOB,
  TSS_MIGATTRIB_AUTHORITY_DATA: AUTHORITY_DATA,
  TSS_MIGATTRIB_MIG_AUTH_DATA: MIG_AUTH_DATA,
  TSS_MIGATTRIB_TICKET_DATA: TICKET_DATA,
} = A;

/** The attributes of migration data. */
export const MIG_DATA_ATTRIBUTES: readonly Attribute<MigData>[] = [
  { flag: MIGRATIONBLOB, subFlag: A.TSS_MIGATTRIB_MIG_XOR_BLOB, data: bytes("xorBlob") },
  {
    flag: MIGRATIONBLOB,
    subFlag: A.TSS_MIGATTRIB_MIG_REWRAPPED_BLOB,
    data: bytes("rewrappedBlob"),
  },
  {
    flag: MIGRATIONBLOB,
    subFlag: A.TSS_MIGATTRIB_MIG_MSALIST_PUBKEY_BLOB,
    data: { set: (migData, value) => migData.addAuthority(requireBytes(value)) },
  },
  {
    flag: MIGRATIONBLOB,
    subFlag: A.TSS_MIGATTRIB_MIG_AUTHORITY_PUBKEY_BLOB,
    data: restrictedKey("migrationAuthorityDigest"),
  },
  {
    flag: MIGRATIONBLOB,
    subFlag: A.TSS_MIGATTRIB_MIG_DESTINATION_PUBKEY_BLOB,
    data: restrictedKey("destinationKeyDigest"),
  },
  {
    flag: MIGRATIONBLOB,
    subFlag: A.TSS_MIGATTRIB_MIG_SOURCE_PUBKEY_BLOB,
    data: restrictedKey("sourceKeyDigest"),
  },
  { flag: A.TSS_MIGATTRIB_MIGRATIONTICKET, subFlag: 0, data: bytes("migrationTicket") },
  {
    flag: AUTHORITY_DATA,
    subFlag: A.TSS_MIGATTRIB_AUTHORITY_DIGEST,
    data: digest("authorityDigest"),
  },
  {
    flag: AUTHORITY_DATA,
    subFlag: A.TSS_MIGATTRIB_AUTHORITY_APPROVAL_HMAC,
    data: digest("authorityApproval"),
  },
  {
    flag: AUTHORITY_DATA,
    subFlag: A.TSS_MIGATTRIB_AUTHORITY_MSALIST,
    data: {
      get: ({ authorities }) => concat(authorities),
      set: (migData, value) => void (migData.authorities = digestsIn(requireBytes(value))),
    },
  },
  {
    flag: MIG_AUTH_DATA,
    subFlag: A.TSS_MIGATTRIB_MIG_AUTH_AUTHORITY_DIGEST,
    data: restrictedDigest("migrationAuthorityDigest"),
  },
  {
    flag: MIG_AUTH_DATA,
    subFlag: A.TSS_MIGATTRIB_MIG_AUTH_DESTINATION_DIGEST,
    data: restrictedDigest("destinationKeyDigest"),
  },
  {
    flag: MIG_AUTH_DATA,
    subFlag: A.TSS_MIGATTRIB_MIG_AUTH_SOURCE_DIGEST,
    data: restrictedDigest("sourceKeyDigest"),
  },
  { flag: TICKET_DATA, subFlag: A.TSS_MIGATTRIB_TICKET_SIG_DIGEST, data: digest("sigDigest") },
  { flag: TICKET_DATA, subFlag: A.TSS_MIGATTRIB_TICKET_SIG_VALUE, data: bytes("sigValue") },
  { flag: TICKET_DATA, subFlag: A.TSS_MIGATTRIB_TICKET_SIG_TICKET, data: digest("sigTicket") },
  {
    flag: TICKET_DATA,
    subFlag: A.TSS_MIGATTRIB_TICKET_RESTRICT_TICKET,
    data: bytes("restrictTicket"),
  },
  payloadType(A.TSS_MIGATTRIB_PT_MIGRATE_RESTRICTED, A.TSS_MIGATTRIB_PT_MIGRATE_EXTERNAL),
  payloadType(A.TSS_MIGATTRIB_PT_MIGRATE_EXTERNAL, A.TSS_MIGATTRIB_PT_MIGRATE_RESTRICTED),
];

/** SHA-1 of an encoded TPM_PUBKEY; throws TSS_E_BAD_PARAMETER for bytes that are none. */
export function publicKeyDigest(publicBlob: Uint8Array): Uint8Array {
  decoded(() => decode(TPM_PUBKEY, publicBlob));
  return sha1(publicBlob);
}

function bytes(
  name: "xorBlob" | "rewrappedBlob" | "migrationTicket" | "sigValue" | "restrictTicket",
): DataAccess {
  return {
    get: (migData) => migData[name].slice(),
    set: (migData, value) => void (migData[name] = requireBytes(value).slice()),
  };
}

function digest(
  name: "authorityDigest" | "authorityApproval" | "sigDigest" | "sigTicket",
): DataAccess {
  return {
    get: (migData) => migData[name].slice(),
    set: (migData, value) => void (migData[name] = requireDigest(value)),
  };
}

function restrictedDigest(name: keyof TpmCmkAuth): DataAccess {
  return {
    get: ({ restriction }) => restriction[name].slice(),
    set: (migData, value) => migData.restrict({ [name]: requireDigest(value) }),
  };
}

function restrictedKey(name: keyof TpmCmkAuth): DataAccess {
  return {
    set: (migData, value) => migData.restrict({ [name]: publicKeyDigest(requireBytes(value)) }),
  };
}

/** Whether the payload is of this type: a TSS_BOOL. There is one other. */
function payloadType(subFlag: number, other: number): Attribute<MigData> {
  return {
    flag: A.TSS_MIGATTRIB_PAYLOAD_TYPE,
    subFlag,
    uint32: {
      get: ({ payloadType }) => payloadType === subFlag ? 1 : 0,
      set: (migData, value) => void (migData.payloadType = requireBool(value) ? subFlag : other),
    },
  };
}

/** Throws TSS_E_INVALID_ATTRIB_DATA unless the bytes are digests. */
function digestsIn(list: Uint8Array): Uint8Array[] {
  if (list.length % SHA1_SIZE !== 0) {
    throw tspError("TSS_E_INVALID_ATTRIB_DATA", `${list.length} bytes are no list of digests`);
  }
  return Array.from(
    { length: list.length / SHA1_SIZE },
    (_, i) => list.slice(i * SHA1_SIZE, (i + 1) * SHA1_SIZE),
  );
}
