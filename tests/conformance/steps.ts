import { decode } from "../../lib/codec/mod.ts";
import { rsaOaepEncrypt, RsaPublicKey } from "../../lib/crypto/mod.ts";
import {
  TPM_KH_SRK,
  TPM_PHYSICAL_PRESENCE_CMD_ENABLE,
  TPM_PHYSICAL_PRESENCE_NOTPRESENT,
  TPM_PHYSICAL_PRESENCE_PRESENT,
  TPM_PID_OWNER,
  TPM_RT_AUTH,
  TPM_RT_KEY,
  TPM_ST_CLEAR,
} from "../../lib/tpm12/constants/mod.ts";
import {
  TPM_KEY_ANY,
  TPM_RSA_KEY_PARMS,
  type TpmKey,
  type TpmKey12,
  type TpmPubkey,
} from "../../lib/tpm12/structures/mod.ts";
import type { DsapEntity, OsapEntity, Side } from "./side.ts";
import { action, type Authorization, type CommandStep, type Step, step } from "./step.ts";
import { keyTemplate, type KeyTemplateOptions, rsaParms, type Usage, ZEROS } from "./templates.ts";

/** What any helper lets its caller say of the command it makes. */
export type Expectation = Pick<CommandStep<"TPM_Startup">, "title" | "code" | "mask">;

/** TPM_Startup, by default with ST_CLEAR. */
export function startup(startupType: number = TPM_ST_CLEAR, expectation: Expectation = {}): Step {
  return step({ command: "TPM_Startup", request: { startupType }, ...expectation });
}

/** Power off and on, and TPM_Startup. */
export function powerCycle(startupType: number = TPM_ST_CLEAR): Step[] {
  const off = action("power off and on", (side) => {
    side.machine.reset();
    side.sessions.clear();
    for (const key of side.keys.values()) if (key.handle !== TPM_KH_SRK) delete key.handle;
  });
  return [off, startup(startupType)];
}

/** The locality of the steps that follow. */
export function locality(number: number): Step {
  return action(`locality ${number}`, (side) => side.machine.setLocality(number));
}

/** Asserts or withdraws physical presence by command, having enabled the command. */
export function physicalPresence(present: boolean): Step[] {
  const bit = present ? TPM_PHYSICAL_PRESENCE_PRESENT : TPM_PHYSICAL_PRESENCE_NOTPRESENT;
  return [TPM_PHYSICAL_PRESENCE_CMD_ENABLE, bit].map((physicalPresence) =>
    step({ command: "TSC_PhysicalPresence", request: { physicalPresence } })
  );
}

/** Creates the endorsement key, and keeps it. */
export function createEk(expectation: Expectation = {}): Step {
  return step({
    command: "TPM_CreateEndorsementKeyPair",
    request: { antiReplay: ZEROS, keyInfo: rsaParms("storage") },
    keep: (side, { pubEndorsementKey }) => side.ek = rsaKey(pubEndorsementKey),
    ...expectation,
  });
}

/** How {@linkcode takeOwnership} takes ownership. */
export interface OwnershipOptions extends Expectation {
  /** The owner's secret, well known by default. */
  owner?: Uint8Array;
  /** The storage root key's secret, well known by default. */
  srk?: Uint8Array;
  /** The storage root key. */
  template?: KeyTemplateOptions;
}

/** Takes ownership; keeps the owner's secret and the key `SRK`. Needs the endorsement key. */
export function takeOwnership(options: OwnershipOptions = {}): Step {
  const { owner = ZEROS, srk = ZEROS, template = {}, ...expectation } = options;
  return step({
    command: "TPM_TakeOwnership",
    request: (side) => {
      if (side.ek === undefined) throw new TypeError("Cannot take ownership: no step read the EK");
      const encrypt = (secret: Uint8Array): Uint8Array =>
        rsaOaepEncrypt(side.ek!, secret, { random: side.random });
      return {
        protocolID: TPM_PID_OWNER,
        encOwnerAuth: encrypt(owner),
        encSrkAuth: encrypt(srk),
        srkParams: keyTemplate("storage", template),
      };
    },
    auths: [owner],
    keep: (side, _response, { srkPub }) => {
      side.owner = owner;
      side.keys.set("SRK", { handle: TPM_KH_SRK, secret: srk, blob: srkPub.slice() });
    },
    ...expectation,
  });
}

/** A TPM that is started, has an endorsement key and is owned, all secrets well known. */
export function owned(options: OwnershipOptions = {}): Step[] {
  return [startup(), createEk(), takeOwnership(options)];
}

/** Opens an OIAP session that stays open. */
export function oiap(label: string): Step {
  return action(`OIAP session ${label}`, (side) => side.sessions.set(label, side.oiap()));
}

/** Opens an OSAP session that stays open, for `owner`, a key's label or another entity. */
export function osap(label: string, entity: string | OsapEntity): Step {
  return action(`OSAP session ${label}`, (side) => side.sessions.set(label, side.osap(entity)));
}

/** Opens a DSAP session that stays open, for what `entity` finds. */
export function dsap(label: string, entity: (side: Side) => DsapEntity): Step {
  return action(`DSAP session ${label}`, (side) => {
    side.sessions.set(label, side.dsap(entity(side)));
  });
}

/** Closes a session. */
export function closeSession(label: string, expectation: Expectation = {}): Step {
  return step({
    command: "TPM_FlushSpecific",
    request: (side) => {
      const session = side.sessions.get(label);
      if (session === undefined) throw new TypeError(`Cannot close session ${label}`);
      return { handle: session.authHandle, resourceType: TPM_RT_AUTH };
    },
    ...expectation,
  });
}

/** How {@linkcode createWrapKey} creates a key. */
export interface WrapKeyOptions extends Expectation, KeyTemplateOptions {
  /** What it is for. */
  usage: Usage;
  /** Label of its parent, `SRK` by default. */
  parent?: string;
  /** Its usage secret, well known by default. */
  secret?: Uint8Array;
  /** Its migration secret, well known by default. */
  migrationSecret?: Uint8Array;
  /** Sessions, when it is not to be one OSAP session for the parent. */
  auths?: readonly Authorization[];
}

/** Creates a key, and keeps it under a label. */
export function createWrapKey(label: string, options: WrapKeyOptions): Step {
  const { usage, parent = "SRK", secret = ZEROS, migrationSecret = ZEROS } = options;
  return step({
    command: "TPM_CreateWrapKey",
    request: (side) => ({
      parentHandle: side.handle(parent),
      dataUsageAuth: secret,
      dataMigrationAuth: migrationSecret,
      keyInfo: keyTemplate(usage, options),
    }),
    ...(options.auths && { auths: options.auths }),
    keep: (side, _response, { wrappedKey }) => {
      side.keys.set(label, { secret, migrationSecret, parent, blob: wrappedKey.slice() });
    },
    ...expectationOf(options),
  });
}

/** Loads a key that was kept under a label. */
export function loadKey(label: string, expectation: Expectation = {}): Step {
  return step({
    command: "TPM_LoadKey2",
    request: (side) => {
      const { parent = "SRK", blob } = side.key(label);
      if (blob === undefined) throw new TypeError(`Cannot load ${label}: no step gave its blob`);
      return { parentHandle: side.handle(parent), inKey: blob };
    },
    keep: (side, { inkeyHandle }) => side.key(label).handle = inkeyHandle,
    ...expectation,
  });
}

/** Throws a key out of the TPM. */
export function flushKey(label: string, expectation: Expectation = {}): Step {
  return step({
    command: "TPM_FlushSpecific",
    request: (side) => ({ handle: side.handle(label), resourceType: TPM_RT_KEY }),
    keep: (side) => delete side.key(label).handle,
    ...expectation,
  });
}

/** How {@linkcode seal} seals. */
export interface SealOptions extends Expectation {
  /** Label of the storage key, `SRK` by default. */
  key?: string;
  /** What to seal. */
  data: Uint8Array;
  /** The blob's secret, well known by default. */
  secret?: Uint8Array;
  /** Encoded TPM_PCR_INFO or TPM_PCR_INFO_LONG, by default none. */
  pcrInfo?: Uint8Array;
}

/** Seals data, and keeps the blob under a label. */
export function seal(label: string, options: SealOptions): Step {
  const { key = "SRK", data, secret = ZEROS, pcrInfo = new Uint8Array() } = options;
  return step({
    command: "TPM_Seal",
    request: (side) => ({
      keyHandle: side.handle(key),
      encAuth: secret,
      pcrInfo,
      inData: data,
    }),
    keep: (side, _response, { sealedData }) => side.values.set(label, sealedData.slice()),
    ...expectationOf(options),
  });
}

/** Unseals the blob kept under a label; what comes out is compared. */
export function unseal(
  label: string,
  options: { key?: string; secret?: Uint8Array } & Expectation = {},
): Step {
  const { key = "SRK", secret = ZEROS } = options;
  return step({
    command: "TPM_Unseal",
    request: (side) => ({ parentHandle: side.handle(key), inData: side.bytes(label) }),
    auths: [key, secret],
    keep: (side, { secret }) => side.values.set(`${label}, unsealed`, secret.slice()),
    ...expectationOf(options),
  });
}

/** The public key in a TPM_PUBKEY, TPM_KEY or TPM_KEY12. */
export function rsaKey(key: TpmPubkey | TpmKey | TpmKey12): RsaPublicKey {
  const { exponent } = decode(TPM_RSA_KEY_PARMS, key.algorithmParms.parms);
  return new RsaPublicKey(key.pubKey.key, exponent);
}

/** The public half of a key that was created or loaded under a label. */
export function publicKeyOf(side: Side, label: string): RsaPublicKey {
  const { blob } = side.key(label);
  if (blob === undefined) throw new TypeError(`Cannot use key ${label}: no step gave its blob`);
  return rsaKey(decode(TPM_KEY_ANY, blob));
}

function expectationOf({ title, code, mask }: Expectation): Expectation {
  return { ...(title && { title }), ...(code && { code }), ...(mask && { mask }) };
}
