import type { Channel } from "./channel.ts";

/** A TPM in this process, for example the emulator. */
export interface Machine {
  /** Executes one command and gives its answer. */
  execute(command: Uint8Array): Uint8Array;
}

/** A machine that the channel powers on and off itself. */
export interface MachineSwitch {
  /** Makes the machine, powered on. */
  powerOn(): Machine | Promise<Machine>;
  /** Lets it go. */
  powerOff(machine: Machine): void | Promise<void>;
}

/** More than a TPM answers, for a machine has no other bound. */
const BUFFER_SIZE = 65536;

/** A TPM in this process. Commands reach it as they are: it judges malformed ones itself. */
export class EmulatorChannel implements Channel {
  readonly name: string;
  readonly kind = "emulator";
  readonly bufferSize = BUFFER_SIZE;
  readonly framed = false;
  /** Switches the machine, if it is the channel's own. */
  readonly setPower?: (on: boolean) => Promise<void>;
  readonly #source: Machine | MachineSwitch;
  #machine: Machine | undefined;

  /** A channel to a machine that is somebody else's, or to one it makes when it connects. */
  constructor(source: Machine | MachineSwitch, name = "emulator") {
    this.#source = source;
    this.name = name;
    if ("powerOn" in source) this.setPower = (on) => this.#switch(source, on);
  }

  /** Powers the machine on, if it is the channel's own. */
  async connect(): Promise<void> {
    if ("powerOn" in this.#source) await this.#switch(this.#source, true);
    else this.#machine = this.#source;
  }

  /** Executes a command. */
  exchange(command: Uint8Array): Uint8Array {
    if (this.#machine === undefined) {
      throw new Error(`Cannot transmit to ${this.name}: the machine is off`);
    }
    return this.#machine.execute(command);
  }

  /** Nothing is ever under way. */
  async abandon(): Promise<void> {}

  /** Powers the machine off, if it is the channel's own. */
  async disconnect(): Promise<void> {
    if ("powerOn" in this.#source) await this.#switch(this.#source, false);
    this.#machine = undefined;
  }

  async #switch(source: MachineSwitch, on: boolean): Promise<void> {
    if (this.#machine !== undefined) await source.powerOff(this.#machine);
    this.#machine = undefined;
    if (on) this.#machine = await source.powerOn();
  }
}
