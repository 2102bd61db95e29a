import { ADIP_ENC, type AdipScheme, sharedSecret } from "../auth/mod.ts";
import { encode, U32 } from "../codec/mod.ts";
import { type RandomSource, SHA1_SIZE } from "../crypto/mod.ts";
import type { AuthRole, SessionKind } from "../tpm12/commands/mod.ts";
import {
  TPM_ET_DEL_KEY_BLOB,
  TPM_ET_DEL_OWNER_BLOB,
  TPM_ET_DEL_ROW,
  TPM_KH_SRK,
} from "../tpm12/constants/mod.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Commander } from "./commander.ts";
import { TSS_DELEGATIONTYPE_KEY } from "./constants/policy.ts";
import {
  CallbackSession,
  type OpenedSession,
  type RoleSession,
  SecretSession,
} from "./role_session.ts";
import { tspError } from "./tsp_error.ts";

/** What sessions are opened with. */
export interface SessionOptions {
  /** How new secrets are hidden. */
  readonly scheme: AdipScheme;
  /** Where nonces come from. */
  readonly random: RandomSource;
}

/**
 * The kind of session for a role of a command: DSAP for a policy with a delegation, one with a
 * shared secret where the row asks for it or hides a parameter with it, OIAP otherwise. Throws
 * TSS_E_INVALID_OBJ_ACCESS for a delegation that the command cannot take.
 */
export function sessionKind(
  role: AuthRole,
  { policy }: Authorizer,
  { bound = false }: {
    /** A shared secret is needed for more than the row says. */
    readonly bound?: boolean;
  } = {},
): SessionKind {
  const allowed = role.sessions ?? ["OIAP", "OSAP", "DSAP"];
  if (policy.delegation.isSet) {
    if (allowed.includes("DSAP")) return "DSAP";
    throw tspError("TSS_E_INVALID_OBJ_ACCESS", "the command takes no delegation");
  }
  return allowed.includes("OIAP") && role.adip === undefined && !bound ? "OIAP" : "OSAP";
}

/** Opens a session for a role of a command. */
export async function openSession(
  commander: Commander,
  role: AuthRole,
  { authorizer, bound, scheme, random }: SessionOptions & {
    readonly authorizer: Authorizer;
    readonly bound?: boolean;
  },
): Promise<RoleSession> {
  const { policy } = authorizer;
  policy.use();
  const secret = policy.inCallbackMode ? null : await policy.getSecret();
  try {
    const kind = sessionKind(role, authorizer, { bound: bound ?? false });
    const begin = kind === "OIAP" ? beginOiap : kind === "DSAP" ? beginDsap : beginOsap;
    const opened = { ...await begin(commander, authorizer, { scheme, random }), scheme, random };
    if (secret === null) return new CallbackSession(opened, authorizer);
    const key = opened.shared === null ? secret.slice() : sharedSecret(secret, opened.shared);
    return new SecretSession(opened, key);
  } finally {
    secret?.fill(0);
  }
}

type Begun = Omit<OpenedSession, "scheme" | "random">;

async function beginOiap(commander: Commander): Promise<Begun> {
  const { authHandle, nonceEven } = await commander.command("TPM_OIAP", {});
  return { authHandle, nonceEven, shared: null };
}

async function beginOsap(
  commander: Commander,
  { entityType, entityValue }: Authorizer,
  { scheme, random }: SessionOptions,
): Promise<Begun> {
  const nonceOddOSAP = random(SHA1_SIZE);
  const opened = await commander.command("TPM_OSAP", {
    entityType: entityType | ADIP_ENC[scheme] << 8,
    entityValue,
    nonceOddOSAP,
  });
  const { authHandle, nonceEven, nonceEvenOSAP } = opened;
  return { authHandle, nonceEven, shared: { nonceEvenOSAP, nonceOddOSAP } };
}

async function beginDsap(
  commander: Commander,
  { policy: { delegation }, entityValue }: Authorizer,
  { scheme, random }: SessionOptions,
): Promise<Begun> {
  const nonceOddDSAP = random(SHA1_SIZE);
  const ofKey = delegation.type === TSS_DELEGATIONTYPE_KEY;
  const entity = ofKey
    ? { type: TPM_ET_DEL_KEY_BLOB, value: delegation.blob }
    : delegation.index === null
    ? { type: TPM_ET_DEL_OWNER_BLOB, value: delegation.blob }
    : { type: TPM_ET_DEL_ROW, value: encode(U32, delegation.index) };
  const opened = await commander.command("TPM_DSAP", {
    entityType: entity.type | ADIP_ENC[scheme] << 8,
    // For the owner the TPM does not look at it, but TrouSerS' tcsd wants a key that is loaded.
    keyHandle: ofKey ? entityValue : TPM_KH_SRK,
    nonceOddDSAP,
    entityValue: entity.value,
  });
  const { authHandle, nonceEven, nonceEvenDSAP } = opened;
  return {
    authHandle,
    nonceEven,
    shared: { nonceEvenOSAP: nonceEvenDSAP, nonceOddOSAP: nonceOddDSAP },
  };
}
