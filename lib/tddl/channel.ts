import type { Durations } from "./durations.ts";

/** One way to a TPM: what the backends differ in. Used for one command at a time. */
export interface Channel {
  /** Where the TPM is, as a connection string. */
  readonly name: string;
  /** Kind of connection, for TDDL_CAP_PROP_MODULE_TYPE. */
  readonly kind: string;
  /** Largest command and answer in bytes. */
  readonly bufferSize: number;
  /** Whether a command must have the size its header says, because a stream knows no other end. */
  readonly framed: boolean;
  /** How long commands take, if the TPM told when it was connected. */
  readonly durations?: Durations | undefined;
  /** Connects. `signal` gives the attempt up; then, and on failure, nothing stays open. */
  connect(signal: AbortSignal): Promise<void>;
  /** Sends a command and gives the answer, at once if that takes no waiting. */
  exchange(command: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * Gives up the command under way, or gets back in step after a wrong answer. Resolves when the
   * next exchange cannot get an old answer. The exchange given up may end in any way.
   */
  abandon(): Promise<void>;
  /** Asks the TPM to give up the command under way, whose exchange goes on. */
  readonly cancel?: (() => Promise<void>) | undefined;
  /** Switches the TPM on or off, if it is ours to switch. */
  readonly setPower?: ((on: boolean) => Promise<void>) | undefined;
  /** Disconnects; an exchange under way may end in any way. */
  disconnect(): Promise<void>;
}
