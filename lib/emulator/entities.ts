import { encode } from "../codec/mod.ts";
import { equalBytes, sha1 } from "../crypto/mod.ts";
import {
  TPM_ET_COUNTER,
  TPM_ET_DEL_KEY_BLOB,
  TPM_ET_KEYHANDLE,
  TPM_ET_NV,
  TPM_ET_OWNER,
} from "../tpm12/constants/mod.ts";
import { TPM_COUNT_ID, TPM_NV_INDEX } from "../tpm12/commands/mod.ts";
import type { TpmNvDataSensitive } from "../tpm12/structures/mod.ts";
import type { Key } from "./state/key.ts";
import type { Counter } from "./state/permanent.ts";
import type { Tpm } from "./tpm.ts";

/** Whose secret a session proves. */
export interface Entity {
  /** TPM_ET_* as an OSAP session is bound to it; 0 for what no session can be bound to. */
  readonly entityType: number;
  /** Names the entity in an OSAP session, 20 bytes. */
  readonly entityDigest: Uint8Array;
  /** The secret, 20 bytes. */
  readonly secret: Uint8Array;
}

/** A key by its usage secret; the SRK counts as any other. */
export function keyEntity(key: Key): Entity {
  return {
    entityType: TPM_ET_KEYHANDLE,
    entityDigest: key.sensitive.pubDataDigest,
    secret: key.usageAuth,
  };
}

/** The owner: another secret is another owner. */
export function ownerEntity(tpm: Tpm): Entity {
  const secret = tpm.permanent.ownerAuth;
  return { entityType: TPM_ET_OWNER, entityDigest: sha1(secret), secret };
}

/** A monotonic counter: another secret is another counter. */
export function counterEntity({ countID, authData }: Counter): Entity {
  return {
    entityType: TPM_ET_COUNTER,
    entityDigest: sha1(encode(TPM_COUNT_ID, countID), authData),
    secret: authData,
  };
}

/** An NV area: another secret is another area. */
export function nvEntity({ pubInfo, authValue }: TpmNvDataSensitive): Entity {
  return {
    entityType: TPM_ET_NV,
    entityDigest: sha1(encode(TPM_NV_INDEX, pubInfo.nvIndex), authValue),
    secret: authValue,
  };
}

/** A secret that no OSAP session is bound to: of sealed data, of a key to migrate, the operator's. */
export function looseEntity(secret: Uint8Array): Entity {
  return { entityType: 0, entityDigest: new Uint8Array(20), secret };
}

/** Ends the sessions bound to an entity that is going: those delegated to a key among them. */
export function endSessionsOf({ volatile }: Tpm, { entityType, entityDigest }: Entity): void {
  volatile.authSessions.deleteWhere((session) => {
    const type = session.entityType === TPM_ET_DEL_KEY_BLOB ? TPM_ET_KEYHANDLE : session.entityType;
    return type === entityType && equalBytes(session.entityDigest, entityDigest);
  });
}
