import { decode } from "../../lib/codec/mod.ts";
import { Emulator, type Limits } from "../../lib/emulator/mod.ts";
import { CoreServices, type CoreServicesOptions } from "../../lib/tcs/mod.ts";
import { ChannelTddl, EmulatorChannel, openTddl, type Tddl } from "../../lib/tddl/mod.ts";
import {
  TPM_RT_AUTH,
  TPM_RT_CONTEXT,
  TPM_RT_DAA_TPM,
  TPM_RT_KEY,
  TPM_RT_TRANS,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_HANDLE_LIST } from "../../lib/tpm12/structures/mod.ts";
import { fromHex } from "../hex.ts";
import { Swtpm } from "../peers/mod.ts";
import { STARTUP } from "../raw_commands.ts";
import { User } from "./user.ts";

/** A TPM that is scarce of everything. */
export const SCARCE: Partial<Limits> = {
  keys: 3,
  authSessions: 4,
  transportSessions: 2,
  savedContexts: 128,
};

const RESOURCE_TYPES = {
  keys: TPM_RT_KEY,
  sessions: TPM_RT_AUTH,
  transports: TPM_RT_TRANS,
  contexts: TPM_RT_CONTEXT,
  daa: TPM_RT_DAA_TPM,
};

/** How many of everything a TPM holds. */
export type Holdings = Record<keyof typeof RESOURCE_TYPES, number>;

/** A TPM that holds nothing. */
export const NOTHING: Holdings = { keys: 0, sessions: 0, transports: 0, contexts: 0, daa: 0 };

/** Core services over a TPM that has an owner, and a way to look at that TPM. */
export interface Bed extends AsyncDisposable {
  readonly services: CoreServices;
  /** Sends a command past the services. */
  execute(command: Uint8Array): Promise<Uint8Array>;
  /** As {@linkcode execute}, where the TPM is in this process. */
  readonly executeNow?: (command: Uint8Array) => Uint8Array;
  /** What the TPM holds. */
  holdings(): Promise<Holdings>;
  /** Power off and on, and TPM_Startup. */
  powerCycle(): Promise<void>;
  /** Opens a context. */
  user(client?: object): Promise<User>;
  /** Signature keys that the TPM takes, their secrets well known; made once. */
  readonly keys: readonly Uint8Array[];
}

/** What an emulator has been through once for all tests: an owner, and keys. */
let prepared: Promise<{ snapshot: Uint8Array; keys: Uint8Array[] }> | undefined;

async function prepare(): Promise<{ snapshot: Uint8Array; keys: Uint8Array[] }> {
  const emulator = Emulator.powerOn({ seed: new TextEncoder().encode("tcs") });
  emulator.execute(STARTUP);
  await using services = await CoreServices.start(await tddlOf(emulator));
  const keys = await own(services, 4);
  return { snapshot: emulator.snapshot(), keys };
}

async function own(services: CoreServices, count: number): Promise<Uint8Array[]> {
  const user = new User(await services.openContext());
  await user.takeOwnership();
  const keys = [];
  for (let i = 0; i < count; i++) keys.push(await user.createKey("signing"));
  await user.tcs.closeContext();
  return keys;
}

async function tddlOf(machine: { execute(command: Uint8Array): Uint8Array }): Promise<Tddl> {
  const tddl = new ChannelTddl(new EmulatorChannel(machine));
  await tddl.open();
  return tddl;
}

/** How an emulator's bed is made. */
export interface EmulatorBedOptions extends CoreServicesOptions {
  /** What the TPM is scarce of. */
  readonly limits?: never;
  readonly tpmLimits?: Partial<Limits>;
  /** Limits of a client. */
  readonly clientLimits?: NonNullable<CoreServicesOptions["limits"]>;
  /** Ordinals that the TPM shall not know. */
  readonly unknown?: readonly number[];
  /** Told of every command. */
  readonly onCommand?: (ordinal: number) => void;
}

/** Services over our emulator. */
export async function emulatorBed(
  { tpmLimits = SCARCE, clientLimits, unknown = [], onCommand, ...options }: EmulatorBedOptions =
    {},
): Promise<Bed> {
  const { snapshot, keys } = await (prepared ??= prepare());
  const emulator = Emulator.powerOn({ snapshot, limits: tpmLimits });
  const execute = (command: Uint8Array): Uint8Array => {
    const view = new DataView(command.buffer, command.byteOffset, command.byteLength);
    const ordinal = view.getUint32(6);
    onCommand?.(ordinal);
    // TPM_GetCapability of TPM_CAP_ORD says so too.
    const asked = ordinal === 0x65 && view.getUint32(10) === 1 ? view.getUint32(18) : ordinal;
    if (!unknown.includes(asked)) return emulator.execute(command);
    return asked === ordinal
      ? fromHex("00c4 0000000a 0000000a")
      : fromHex("00c4 0000000f 00000000 00000001 00");
  };
  const services = await CoreServices.start(await tddlOf({ execute }), {
    ...options,
    ...clientLimits && { limits: clientLimits },
  });
  return bedOf(services, {
    keys,
    execute: (command) => Promise.resolve(emulator.execute(command)),
    executeNow: (command) => emulator.execute(command),
    powerCycle: () => {
      emulator.reset();
      emulator.execute(STARTUP);
      return Promise.resolve();
    },
    end: () => services[Symbol.asyncDispose](),
  });
}

/** Services over swtpm. */
export async function swtpmBed(options: CoreServicesOptions = {}): Promise<Bed> {
  const swtpm = await Swtpm.start({ transport: "tcp" });
  const { port } = swtpm.address as { port: number };
  const tddl = await openTddl(`tcp:127.0.0.1:${port},connection=each`);
  const services = await CoreServices.start(tddl, options);
  return bedOf(services, {
    keys: await own(services, 2),
    execute: (command) => swtpm.execute(command),
    powerCycle: () => swtpm.powerCycle(),
    end: async () => {
      await services[Symbol.asyncDispose]();
      await swtpm[Symbol.asyncDispose]();
    },
  });
}

function bedOf(
  services: CoreServices,
  { execute, end, ...parts }: Pick<Bed, "keys" | "execute" | "executeNow" | "powerCycle"> & {
    readonly end: () => Promise<void>;
  },
): Bed {
  return {
    services,
    execute,
    ...parts,
    holdings: async () => {
      const held = { ...NOTHING };
      for (const [name, type] of Object.entries(RESOURCE_TYPES)) {
        held[name as keyof Holdings] = await countHandles(execute, type);
      }
      return held;
    },
    user: async (client) => new User(await services.openContext(client)),
    [Symbol.asyncDispose]: end,
  };
}

/** TPM_GetCapability of TPM_CAP_HANDLE. */
async function countHandles(execute: Bed["execute"], resourceType: number): Promise<number> {
  const type = resourceType.toString(16).padStart(8, "0");
  const answer = await execute(fromHex(`00c1 00000016 00000065 00000014 00000004 ${type}`));
  return decode(TPM_KEY_HANDLE_LIST, answer.subarray(14)).handle.length;
}
