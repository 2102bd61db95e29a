import { adipScheme, sharedSecret } from "../../auth/mod.ts";
import {
  TPM_ET_COUNTER,
  TPM_ET_KEYHANDLE,
  TPM_ET_NV,
  TPM_ET_OWNER,
  TPM_ET_SRK,
  TPM_KH_OPERATOR,
  TPM_KH_OWNER,
  TPM_KH_SRK,
  TPM_PID_DSAP,
  TPM_PID_OIAP,
  TPM_PID_OSAP,
} from "../../tpm12/constants/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { delegationInRow } from "../delegation.ts";
import { counterEntity, type Entity, keyEntity, nvEntity, ownerEntity } from "../entities.ts";
import type { AuthSession } from "../state/sessions.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

const NO_SECRET = new Uint8Array(20);

/** TPM_OIAP (Part 3, 18.1). */
export const TPM_OIAP: Handler<"TPM_OIAP"> = (tpm) => {
  // 1 to 3.
  const { handle, nonceEven } = openSession(tpm, {
    protocolID: TPM_PID_OIAP,
    entityType: 0,
    adipScheme: 0,
    sharedSecret: NO_SECRET,
    entityDigest: NO_SECRET,
    delegation: null,
  });
  return { authHandle: handle, nonceEven };
};

/** Adds a session with a fresh handle and nonce; throws TPM_RESOURCES when there is no room. */
export function openSession(
  tpm: Tpm,
  parts: Omit<AuthSession, "handle" | "nonceEven">,
): AuthSession {
  const { authSessions } = tpm.volatile;
  authSessions.requireRoom();
  const handle = authSessions.freeHandle(tpm.random);
  return authSessions.add({ ...parts, handle, nonceEven: tpm.random(20) });
}

/** TPM_OSAP (Part 3, 18.2). */
export const TPM_OSAP: Handler<"TPM_OSAP"> = (tpm, { entityType, entityValue, nonceOddOSAP }) => {
  tpm.volatile.authSessions.requireRoom();
  // 5.
  requireAdip(tpm, entityType);
  // 6 to 11.
  const bound = boundTo(tpm, entityType & 0xff, entityValue);
  // 3, 4.
  const nonceEvenOSAP = tpm.random(20);
  const session = openSession(tpm, {
    ...bound.session,
    adipScheme: entityType >> 8,
    sharedSecret: sharedSecret(bound.secret, { nonceEvenOSAP, nonceOddOSAP }),
  });
  return { authHandle: session.handle, nonceEven: session.nonceEven, nonceEvenOSAP };
};

/** Action 5: XOR and AES-128 in counter mode there are; FIPS mode has no XOR. */
export function requireAdip(tpm: Tpm, entityType: number): void {
  const scheme = adipScheme(entityType);
  if (scheme === undefined || (scheme === "XOR" && tpm.permanent.flags.FIPS)) {
    throw tpmError("TPM_INAPPROPRIATE_ENC", `there is no ADIP scheme ${entityType >> 8}`);
  }
}

/** What an OSAP session is bound to, and the secret it comes from. */
interface Bound {
  readonly session: Pick<
    AuthSession,
    "protocolID" | "entityType" | "entityDigest" | "delegation"
  >;
  readonly secret: Uint8Array;
}

function boundTo(tpm: Tpm, type: number, value: number): Bound {
  switch (type) {
    case TPM_ET_KEYHANDLE: // 6.
      if (value === TPM_KH_OPERATOR) {
        throw tpmError("TPM_BAD_HANDLE", "the operator has no OSAP session");
      }
      return osap(keyEntity(tpm.loadedKey(value).key));
    case TPM_ET_OWNER: // 7.
      return ownerSession(tpm);
    case TPM_ET_SRK: // 8.
      return osap(keyEntity(tpm.loadedKey(TPM_KH_SRK).key));
    case TPM_ET_COUNTER: // 9.
      return osap(counterEntity(tpm.counter(value)));
    case TPM_ET_NV: // 10.
      return osap(nvEntity(tpm.nvArea(value)));
    default: // 11.
      throw tpmError("TPM_BAD_PARAMETER", `no OSAP session is bound to entity type ${type}`);
  }
}

function osap({ entityType, entityDigest, secret }: Entity): Bound {
  return {
    session: { protocolID: TPM_PID_OSAP, entityType, entityDigest, delegation: null },
    secret,
  };
}

/** 7. and Description 5: while the owner pointer names a delegation, a DSAP session inside. */
function ownerSession(tpm: Tpm): Bound {
  const { ownerReference } = tpm.volatile;
  if (ownerReference === TPM_KH_OWNER) return osap(ownerEntity(tpm));
  const { pub, authValue } = delegationInRow(tpm, ownerReference);
  return {
    session: {
      protocolID: TPM_PID_DSAP,
      entityType: TPM_ET_OWNER,
      entityDigest: NO_SECRET,
      delegation: pub,
    },
    secret: authValue,
  };
}
