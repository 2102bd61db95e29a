import { decode } from "../../lib/codec/mod.ts";
import { Emulator } from "../../lib/emulator/mod.ts";
import { bigintToBytes, bytesToBigint, RsaPrivateKey, RsaPublicKey } from "../../lib/crypto/mod.ts";
import { ChannelTddl, EmulatorChannel, openTddl, type Tddl } from "../../lib/tddl/mod.ts";
import {
  TPM_RT_AUTH,
  TPM_RT_DAA_TPM,
  TPM_RT_KEY,
  TPM_RT_TRANS,
} from "../../lib/tpm12/constants/mod.ts";
import { TPM_KEY_HANDLE_LIST } from "../../lib/tpm12/structures/mod.ts";
import { fromHex } from "../hex.ts";
import { Swtpm } from "../peers/mod.ts";
import { PRIME_PAIRS } from "../peers/rsa_primes.ts";
import { STARTUP } from "../raw_commands.ts";

/** A TPM for one test, with the wires round it. */
export interface Machine extends AsyncDisposable {
  /** A way to it for core services in this process. */
  tddl(): Promise<Tddl>;
  /** Sends a command past everything. */
  execute(command: Uint8Array): Promise<Uint8Array>;
  /** Power off and on, and TPM_Startup: of ST_CLEAR unless another is given. */
  powerCycle(startup?: Uint8Array): Promise<void>;
  /** The locality of the commands that follow, 0–4. */
  setLocality(locality: number): Promise<void>;
  /** What another can go on from. */
  snapshot(): Uint8Array;
}

/** How an emulator is made. */
export interface EmulatorMachineOptions {
  /** Goes on from this state, which has TPM_Startup behind it. */
  readonly snapshot?: Uint8Array;
  /** Whether it has an endorsement key. */
  readonly endorsed?: boolean;
  /** Whether it knows the commands that TPM 1.2 dropped. */
  readonly deletedCommands?: boolean;
}

/** Everything random in the emulator follows from these bytes, keys among them. */
const SEED = new TextEncoder().encode("tests/tspi");

/** Our emulator in this process. */
export class EmulatorMachine implements Machine {
  /** The machine itself. */
  readonly emulator: Emulator;

  /** Switches it on. */
  constructor(
    { snapshot, endorsed = true, deletedCommands = false }: EmulatorMachineOptions = {},
  ) {
    this.emulator = Emulator.powerOn({
      seed: SEED,
      deletedCommands,
      ...snapshot ? { snapshot } : { endorsementKey: endorsed ? endorsementKey() : "none" },
    });
    if (snapshot === undefined) this.emulator.execute(STARTUP);
  }

  async tddl(): Promise<Tddl> {
    const tddl = new ChannelTddl(new EmulatorChannel(this.emulator));
    await tddl.open();
    return tddl;
  }

  execute(command: Uint8Array): Promise<Uint8Array> {
    return Promise.resolve(this.emulator.execute(command));
  }

  powerCycle(startup: Uint8Array = STARTUP): Promise<void> {
    this.emulator.reset();
    this.emulator.execute(startup);
    return Promise.resolve();
  }

  setLocality(locality: number): Promise<void> {
    this.emulator.locality = locality;
    return Promise.resolve();
  }

  snapshot(): Uint8Array {
    return this.emulator.snapshot();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.emulator.powerOff();
    return Promise.resolve();
  }
}

/** swtpm on a tcp port, one connection for each command. */
export class SwtpmMachine implements Machine {
  readonly #swtpm: Swtpm;

  private constructor(swtpm: Swtpm) {
    this.#swtpm = swtpm;
  }

  /** Starts it, with TPM_Startup behind it. */
  static async start({ snapshot }: { snapshot?: Uint8Array } = {}): Promise<SwtpmMachine> {
    const state = snapshot === undefined ? {} : { state: snapshot };
    return new SwtpmMachine(await Swtpm.start({ transport: "tcp", ...state }));
  }

  /** Its port on 127.0.0.1. */
  get port(): number {
    return (this.#swtpm.address as { port: number }).port;
  }

  tddl(): Promise<Tddl> {
    return openTddl(`tcp:127.0.0.1:${this.port},connection=each`);
  }

  execute(command: Uint8Array): Promise<Uint8Array> {
    return this.#swtpm.execute(command);
  }

  async powerCycle(startup: Uint8Array = STARTUP): Promise<void> {
    await this.#swtpm.powerCycle({ startup: false });
    await this.execute(startup);
  }

  setLocality(locality: number): Promise<void> {
    return this.#swtpm.setLocality(locality);
  }

  snapshot(): Uint8Array {
    return this.#swtpm.state;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#swtpm[Symbol.asyncDispose]();
  }
}

/** Asserts or withdraws physical presence by command, having enabled the command. */
export async function physicalPresence(machine: Machine, present: boolean): Promise<void> {
  await machine.execute(fromHex("00c1 0000000c 4000000a 0020"));
  await machine.execute(fromHex(`00c1 0000000c 4000000a ${present ? "0008" : "0010"}`));
}

/** How many keys and sessions a TPM holds. */
export async function holdings(machine: Machine): Promise<{ keys: number; sessions: number }> {
  return {
    keys: await countHandles(machine, TPM_RT_KEY),
    sessions: await countHandles(machine, TPM_RT_AUTH) +
      await countHandles(machine, TPM_RT_TRANS) + await countHandles(machine, TPM_RT_DAA_TPM),
  };
}

/** TPM_GetCapability of TPM_CAP_HANDLE. */
async function countHandles(machine: Machine, resourceType: number): Promise<number> {
  const type = resourceType.toString(16).padStart(8, "0");
  const answer = await machine.execute(
    fromHex(`00c1 00000016 00000065 00000014 00000004 ${type}`),
  );
  return decode(TPM_KEY_HANDLE_LIST, answer.subarray(14)).handle.length;
}

/** The endorsement key of the emulators here. */
function endorsementKey(): RsaPrivateKey {
  const [p, q] = PRIME_PAIRS[0]!.map(fromHex) as [Uint8Array, Uint8Array];
  const modulus = bigintToBytes(bytesToBigint(p) * bytesToBigint(q));
  return new RsaPrivateKey(new RsaPublicKey(modulus), p);
}
