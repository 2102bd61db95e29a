import { assertEquals, assertRejects } from "@std/assert";
import { CoreServices, MemoryKeyStorage } from "../../lib/tcs/mod.ts";
import { TssError } from "../../lib/tpm12/mod.ts";
import {
  Context,
  type ContextOptions,
  type Key,
  type Policy,
  TSS_KEY_AUTHORIZATION,
  TSS_KEY_SIZE_512,
  TSS_KEY_TSP_SRK,
  TSS_KEY_TYPE_LEGACY,
  TSS_KEY_TYPE_SIGNING,
  TSS_PS_TYPE_SYSTEM,
  TSS_SECRET_MODE_PLAIN,
  TSS_SECRET_MODE_SHA1,
  TSS_UUID_SRK,
  TSS_WELL_KNOWN_SECRET,
} from "../../lib/tspi/mod.ts";
import { EmulatorMachine, holdings, type Machine } from "./machines.ts";
import { type Beginning, openWay, type PathName, pathOfRun, PATHS, startMachine } from "./paths.ts";

/**
 * A TPM of its own for one test and a connected context, whose default policy has the well-known
 * secret. In the end the TPM must hold no key and no session.
 */
export interface Bed extends AsyncDisposable {
  /** The TPM. */
  readonly machine: Machine;
  /** Connected. */
  readonly context: Context;
  /** Opens another context over the same way. */
  another(options?: ContextOptions): Promise<Context>;
}

/** A bed whose TPM is owned: the owner's secret is "owner", the SRK's the well-known one. */
export interface OwnedBed extends Bed {
  /** The SRK, loaded. */
  readonly srk: Key;
}

/** How a bed is made. */
export interface BedOptions extends ContextOptions {
  /** Whether the TPM has an endorsement key, as by default. */
  readonly endorsed?: boolean;
  /** Whether our emulator knows the commands that TPM 1.2 dropped. */
  readonly deletedCommands?: boolean;
  /** The way to the TPM; that of the run when absent. */
  readonly path?: PathName;
  /** Whether the owned TPM is another than those of the other beds, with an SRK of its own. */
  readonly distinct?: boolean;
}

/** Signing keys of a size that is quick to make. */
export const SIGNING: number = TSS_KEY_TYPE_SIGNING | TSS_KEY_SIZE_512;

/** What TPMs that were made ready once for all tests of a file are, by kind. */
const ready = new Map<string, Promise<Beginning>>();

/** Makes a bed over a TPM without owner. */
export async function unownedBed(options: BedOptions = {}): Promise<Bed> {
  const { endorsed = true, path = pathOfRun() } = options;
  const beginning = endorsed ? await readyMachine(path, { owned: false }) : { endorsed };
  return await makeBed(options, { path, beginning });
}

/** Makes a bed over a TPM that is owned. */
export async function ownedBed(options: BedOptions = {}): Promise<OwnedBed> {
  const { path = pathOfRun(), distinct = false } = options;
  if (distinct) {
    const bed = await unownedBed(options);
    // Emulators go through the same random bytes: here one is lost.
    await bed.context.tpm.getRandom(1);
    return Object.assign(bed, { srk: await own(bed.context) });
  }
  const beginning = await readyMachine(path, { owned: true });
  const bed = await makeBed(options, { path, beginning });
  secretPolicy(bed.context, "owner").assignToObject(bed.context.tpm);
  const srk = await bed.context.loadKeyByUUID(TSS_PS_TYPE_SYSTEM, TSS_UUID_SRK);
  return Object.assign(bed, { srk });
}

/** A usage policy with a secret. */
export function secretPolicy(context: Context, secret: string): Policy {
  const policy = context.createPolicy();
  policy.setSecret(TSS_SECRET_MODE_PLAIN, secret);
  return policy;
}

/** Makes and loads a key with the secret "key"; by default a signing key, small to be quick. */
export async function makeKey(
  { context, srk }: OwnedBed,
  initFlags: number = SIGNING | TSS_KEY_AUTHORIZATION,
): Promise<Key> {
  const key = context.createRsaKey(initFlags);
  secretPolicy(context, "key").assignToObject(key);
  await key.createKey(srk);
  await key.loadKey(srk);
  return key;
}

/** Requires that a key that is loaded signs. */
export async function signs(key: Key): Promise<void> {
  const hash = key.context.createHash();
  hash.updateHashValue(new TextEncoder().encode("signed"));
  await hash.verifySignature(key, await hash.sign(key));
}

/** Requires that something fails with the code of this name; gives the error. */
export async function assertFails(
  codeName: string,
  fn: () => unknown,
): Promise<TssError> {
  const error = await assertRejects(async () => void await fn(), TssError);
  assertEquals(error.codeName, codeName, error.message);
  const layer = codeName.startsWith("TPM_") ? "tpm" : codeName.startsWith("TCS_") ? "tcs" : null;
  if (layer !== null) assertEquals(error.layer, layer);
  return error;
}

/** Requires that something fails in the service provider itself. */
export async function assertTspFails(codeName: string, fn: () => unknown): Promise<void> {
  assertEquals((await assertFails(codeName, fn)).layer, "tsp");
}

/** What a TPM with an endorsement key, or with an owner too, begins with. */
function readyMachine(path: PathName, { owned }: { owned: boolean }): Promise<Beginning> {
  const kind = `${PATHS[path].machine} ${owned}`;
  const beginning = ready.get(kind) ?? prepare(path, { owned });
  ready.set(kind, beginning);
  return beginning;
}

async function prepare(path: PathName, { owned }: { owned: boolean }): Promise<Beginning> {
  await using machine = await startMachine(path);
  const keyStorage = new MemoryKeyStorage();
  await using services = await CoreServices.start(await machine.tddl(), { keyStorage });
  await using context = Context.create();
  await context.connect(services);
  context.getDefaultPolicy().setSecret(TSS_SECRET_MODE_SHA1, TSS_WELL_KNOWN_SECRET);
  if (!(machine instanceof EmulatorMachine)) {
    await context.tpm.createEndorsementKey(context.createRsaKey(TSS_KEY_TYPE_LEGACY));
  }
  if (owned) await own(context);
  return { snapshot: machine.snapshot(), keys: await keyStorage.load() };
}

/** Closes contexts, unless a tcsd has hung up: that fails the test where it did so. */
async function closeAll(contexts: readonly Context[]): Promise<boolean> {
  try {
    for (const context of contexts) await context.close();
    return true;
  } catch (error) {
    if (error instanceof TssError && error.codeName === "TSS_E_COMM_FAILURE") return false;
    throw error;
  }
}

async function own(context: Context): Promise<Key> {
  secretPolicy(context, "owner").assignToObject(context.tpm);
  const srk = context.createRsaKey(TSS_KEY_TSP_SRK | TSS_KEY_AUTHORIZATION);
  await context.tpm.takeOwnership(srk);
  return srk;
}

async function makeBed(
  { endorsed: _endorsed, path: _path, distinct: _distinct, deletedCommands = false, ...options }:
    BedOptions,
  { path, beginning }: { readonly path: PathName; readonly beginning: Beginning },
): Promise<Bed> {
  const way = await openWay(path, { ...beginning, deletedCommands });
  const contexts: Context[] = [];
  const another = async (given: ContextOptions = options) => {
    const context = Context.create({ userStorage: new MemoryKeyStorage(), ...given });
    await context.connect(way.destination);
    context.getDefaultPolicy().setSecret(TSS_SECRET_MODE_SHA1, TSS_WELL_KNOWN_SECRET);
    contexts.push(context);
    return context;
  };
  return {
    machine: way.machine,
    context: await another(),
    another,
    async [Symbol.asyncDispose]() {
      await using _way = way;
      if (!await closeAll(contexts)) return;
      const left = await holdings(way.machine);
      assertEquals(left, { keys: 0, sessions: 0 }, "the TPM still holds something");
    },
  };
}
