import { ADIP_ENC, ClientSession, sharedSecret } from "../../lib/auth/mod.ts";
import { type RandomSource, type RsaPublicKey, seededRandom } from "../../lib/crypto/mod.ts";
import { COMMANDS } from "../../lib/tpm12/commands/mod.ts";
import {
  TPM_ET_KEYHANDLE,
  TPM_ET_OWNER,
  TPM_ET_SRK,
  TPM_KH_OWNER,
  TPM_KH_SRK,
} from "../../lib/tpm12/constants/mod.ts";
import { returnCodeByNumber } from "../../lib/tpm12/return_codes.ts";
import {
  decodeResponseBody,
  encodeRequest,
  splitResponse,
  type Values,
} from "../../lib/wire/mod.ts";

/** A TPM with the wires round it. */
export interface Machine {
  /** Sends a command and gives the answer. */
  execute(command: Uint8Array): Uint8Array;
  /** Power off and on, without TPM_Startup. */
  reset(): void;
  /** The locality of the commands that follow, 0–4. */
  setLocality(locality: number): void;
  /** All of the TPM's state, volatile too. */
  save(): unknown;
  /** Puts back what {@linkcode Machine.save} gave. */
  restore(state: unknown): void;
}

/** What a side knows of one key. */
export interface KeyEntry {
  /** Its handle, while it is loaded. */
  handle?: number;
  /** Its usage secret, 20 bytes. */
  secret: Uint8Array;
  /** Its migration secret, 20 bytes. */
  migrationSecret?: Uint8Array;
  /** The label of its parent. */
  parent?: string;
  /** The key as the TPM wrapped it: TPM_KEY or TPM_KEY12. */
  blob?: Uint8Array;
}

/** Whose secret it is: `owner`, the label of a key, or the 20 bytes themselves. */
export type Entity = string | Uint8Array;

/** What TPM_OSAP binds a session to, where the entity is neither the owner nor a key. */
export interface OsapEntity {
  /** TPM_ET_*, with the ADIP scheme in the high byte. */
  entityType: number;
  /** Handle, counter or NV index. */
  entityValue: number;
  /** Its secret, 20 bytes. */
  secret: Uint8Array;
}

/** What TPM_DSAP opens a session with. */
export interface DsapEntity {
  /** TPM_ET_DEL_*, with the ADIP scheme in the high byte. */
  entityType: number;
  /** The delegated key's handle; 0 for owner delegations. */
  keyHandle: number;
  /** Delegation blob or row number, encoded. */
  entityValue: Uint8Array;
  /** The delegation's secret, 20 bytes. */
  secret: Uint8Array;
}

/** One TPM, and what its user remembers of it: sessions, keys and values by label. */
export class Side {
  /** Names it in reports. */
  readonly name: string;
  /** The TPM, or a transport session through which it is reached for a while. */
  machine: Machine;
  /** Where its user's nonces come from; the same for every run. */
  readonly random: RandomSource;
  /** Sessions that stay open from step to step. */
  readonly sessions = new Map<string, ClientSession>();
  /** Keys. */
  readonly keys = new Map<string, KeyEntry>();
  /** Whatever a step keeps for later ones. */
  readonly values = new Map<string, Uint8Array | number>();
  /** The endorsement key, once read. */
  ek: RsaPublicKey | undefined;
  /** The owner's secret, once there is an owner. */
  owner: Uint8Array | undefined;

  /** A user who knows nothing yet of this TPM. */
  constructor(name: string, machine: Machine) {
    this.name = name;
    this.machine = machine;
    this.random = seededRandom(new TextEncoder().encode(name));
  }

  /** A key by its label. */
  key(label: string): KeyEntry {
    return known(this.keys.get(label), `key ${label}`);
  }

  /** The handle of a loaded key. */
  handle(label: string): number {
    return known(this.key(label).handle, `handle of ${label}`);
  }

  /** Bytes that a step kept. */
  bytes(label: string): Uint8Array {
    const value = known(this.values.get(label), label);
    if (!(value instanceof Uint8Array)) throw new TypeError(`Cannot use ${label} as bytes`);
    return value;
  }

  /** A number that a step kept. */
  number(label: string): number {
    const value = known(this.values.get(label), label);
    if (typeof value !== "number") throw new TypeError(`Cannot use ${label} as a number`);
    return value;
  }

  /** The secret of the owner or of a key. */
  secretOf(entity: Entity): Uint8Array {
    if (entity instanceof Uint8Array) return entity;
    return entity === "owner" ? known(this.owner, "secret of the owner") : this.key(entity).secret;
  }

  /** The label of the key with this handle. */
  labelOf(handle: number): string {
    const found = [...this.keys].find(([, key]) => key.handle === handle);
    return known(found, `label of the key 0x${handle.toString(16)}`)[0];
  }

  /** Opens an OIAP session. */
  oiap(): ClientSession {
    const { authHandle, nonceEven } = this.plain("TPM_OIAP");
    return new ClientSession({
      authHandle: authHandle as number,
      nonceEven: nonceEven as Uint8Array,
      random: this.random,
    });
  }

  /** Opens an OSAP session; its secrets are hidden by XOR unless the type says otherwise. */
  osap(entity: string | OsapEntity): ClientSession {
    const { entityType, entityValue, secret } = this.#osapEntity(entity);
    const nonceOddOSAP = this.random(20);
    const answer = this.plain("TPM_OSAP", { entityType, entityValue, nonceOddOSAP });
    return this.#bound(entityType, secret, {
      answer,
      nonces: {
        nonceEvenOSAP: answer["nonceEvenOSAP"] as Uint8Array,
        nonceOddOSAP,
      },
    });
  }

  /** Opens a DSAP session. */
  dsap({ secret, ...request }: DsapEntity): ClientSession {
    const nonceOddDSAP = this.random(20);
    const answer = this.plain("TPM_DSAP", { ...request, nonceOddDSAP });
    const nonceEvenOSAP = answer["nonceEvenDSAP"] as Uint8Array;
    const nonces = { nonceEvenOSAP, nonceOddOSAP: nonceOddDSAP };
    return this.#bound(request.entityType, secret, { answer, nonces });
  }

  /** Runs a command without sessions that must succeed; gives its answer. */
  plain(command: keyof typeof COMMANDS, request: Values = {}): Values {
    const row = COMMANDS[command];
    const { returnCode, outHandles, body } = splitResponse(
      row,
      this.machine.execute(encodeRequest(row, request)),
    );
    if (returnCode !== 0) {
      throw new Error(`${this.name} answers ${codeName(returnCode)} to ${command}`);
    }
    return { ...outHandles, ...decodeResponseBody(row, body) };
  }

  /** Remembers TPM and user; the function given puts both back, without the sessions. */
  checkpoint(): () => void {
    const state = this.machine.save();
    const keys = [...this.keys].map(([label, key]) => [label, { ...key }] as const);
    const values = [...this.values];
    const { ek, owner } = this;
    return () => {
      this.machine.restore(state);
      refill(this.keys, keys.map(([label, key]) => [label, { ...key }]));
      refill(this.values, values);
      this.sessions.clear();
      this.ek = ek;
      this.owner = owner;
    };
  }

  #bound(
    entityType: number,
    secret: Uint8Array,
    { answer, nonces }: { answer: Values; nonces: Parameters<typeof sharedSecret>[1] },
  ): ClientSession {
    const scheme = entityType >> 8 === ADIP_ENC["AES128-CTR"] ? "AES128-CTR" : "XOR";
    return new ClientSession({
      authHandle: answer["authHandle"] as number,
      nonceEven: answer["nonceEven"] as Uint8Array,
      bound: { scheme, sharedSecret: sharedSecret(secret, nonces) },
      random: this.random,
    });
  }

  #osapEntity(entity: string | OsapEntity): OsapEntity {
    if (typeof entity !== "string") return entity;
    const secret = this.secretOf(entity);
    if (entity === "owner") {
      return { entityType: TPM_ET_OWNER, entityValue: TPM_KH_OWNER, secret };
    }
    const entityValue = this.handle(entity);
    const entityType = entityValue === TPM_KH_SRK ? TPM_ET_SRK : TPM_ET_KEYHANDLE;
    return { entityType, entityValue, secret };
  }
}

/** The name of a return code, or its number. */
export function codeName(code: number): string {
  return returnCodeByNumber(code)?.name ?? `0x${code.toString(16)}`;
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TypeError(`Cannot use the ${what}: no step gave one`);
  return value;
}

function refill<K, V>(map: Map<K, V>, entries: readonly (readonly [K, V])[]): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}
