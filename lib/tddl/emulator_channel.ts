import type { Channel } from "./channel.ts";
import { startUp } from "./start_up.ts";

/** A TPM in this process, for example the emulator. */
export interface Machine {
  /** Executes one command and gives its answer. */
  execute(command: Uint8Array): Uint8Array;
  /** Switches the power off and on, if that can be done. */
  reset?(): void;
  /** Switches the power off for good. */
  powerOff?(): void;
}

/** More than a TPM answers, for a machine has no other bound. */
const BUFFER_SIZE = 65536;

/**
 * A TPM in this process. Commands reach it as they are: it judges malformed ones itself. One that
 * the channel makes is switched on and started up with the connection and off with its end; one
 * that was given stays as it is.
 */
export class EmulatorChannel implements Channel {
  readonly name: string;
  readonly kind = "emulator";
  readonly bufferSize: number = BUFFER_SIZE;
  readonly framed = false;
  readonly #source: Machine | (() => Machine | Promise<Machine>);
  #machine: Machine | undefined;
  #powered = false;

  /** A channel to a machine, or to one that it makes when it connects. */
  constructor(source: Machine | (() => Machine | Promise<Machine>), name = "emulator") {
    this.#source = source;
    this.name = name;
  }

  /** Makes the machine, if it is the channel's own. */
  async connect(): Promise<void> {
    const source = this.#source;
    this.#machine = typeof source === "function" ? await source() : source;
    this.#powered = true;
    if (typeof source !== "function") return;
    try {
      await startUp(this);
    } catch (error) {
      await this.disconnect();
      throw error;
    }
  }

  /** Executes a command. */
  exchange(command: Uint8Array): Uint8Array {
    if (this.#machine === undefined || !this.#powered) {
      throw new Error("the power is off");
    }
    return this.#machine.execute(command);
  }

  /** Nothing is ever under way. */
  async abandon(): Promise<void> {}

  /** Switches the power, of a machine that can be reset. */
  get setPower(): ((on: boolean) => Promise<void>) | undefined {
    const machine = this.#machine;
    if (machine?.reset === undefined) return undefined;
    return (on) => {
      if (on) machine.reset?.();
      this.#powered = on;
      return Promise.resolve();
    };
  }

  /** Switches the machine off, if it is the channel's own. */
  disconnect(): Promise<void> {
    if (typeof this.#source === "function") this.#machine?.powerOff?.();
    this.#machine = undefined;
    return Promise.resolve();
  }
}
