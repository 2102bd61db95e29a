import { setImmediate } from "node:timers";
import { TssError } from "../tpm12/tss_error.ts";
import type { Channel } from "./channel.ts";
import { checkAnswer } from "./framing.ts";
import { inFunction, reasonOf, tddlError } from "./tddl_error.ts";
import { startTimer, type Timer } from "./timer.ts";

/**
 * Milliseconds for which answers that are there at once may keep the event loop from turning. A
 * server above that has it turn more often pays for that while no command waits.
 */
const TURN = 20;
/** What errors are said of. */
const COMMAND = "Tddli_TransmitData";

/** How long one command may take. */
export interface CommandLimits {
  /** Milliseconds, from when its turn has come. */
  readonly timeout: number;
  /** Gives it up when aborted. */
  readonly signal: AbortSignal | undefined;
}

/** A command that waits for its turn or for its answer. */
interface Entry extends CommandLimits {
  readonly command: Uint8Array;
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (reason: unknown) => void;
  readonly onAbort: () => void;
  timer: Timer | undefined;
  sent: boolean;
  done: boolean;
}

/** Sends commands over a channel one at a time, first come, first served. */
export class CommandQueue {
  readonly #channel: Channel;
  #waiting: Entry[] = [];
  #current: Entry | undefined;
  /** While an exchange that was given up is being cleared away. */
  #settling: Promise<void> | undefined;
  #lastTurn = 0;
  #watchesTurn = false;
  #failed = false;

  /** A queue in front of a channel, which must be connected. */
  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Whether a command is under way. */
  get busy(): boolean {
    return this.#current?.sent === true;
  }

  /** Whether the last command got no proper answer. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Sends a command when its turn has come and gives its answer, at once if it can. */
  transmit(
    command: Uint8Array,
    limits: () => CommandLimits,
  ): Uint8Array | Promise<Uint8Array> {
    if (this.#current !== undefined || this.#settling !== undefined || this.#turnIsDue()) {
      return this.#enqueue(command, limits());
    }
    let answer: Uint8Array | Promise<Uint8Array>;
    try {
      answer = this.#channel.exchange(command);
      if (answer instanceof Uint8Array) {
        checkAnswer(answer, this.#channel);
        this.#failed = false;
        this.#watchTurn();
        return answer;
      }
    } catch (error) {
      answer = Promise.reject(error);
    }
    return this.#enqueue(command, limits(), answer);
  }

  /** Ends every command with `reason`; the channel can then be disconnected. */
  clear(reason: unknown): void {
    const entries = this.#current === undefined ? [] : [this.#current];
    entries.push(...this.#waiting);
    this.#waiting = [];
    this.#current = undefined;
    for (const entry of entries) if (this.#settle(entry)) entry.reject(reason);
  }

  /** Resolves when nothing given up is left to be cleared away. */
  async settled(): Promise<void> {
    await this.#settling;
  }

  /** Adds a command to the end; one that is sent already is the current one. */
  #enqueue(
    command: Uint8Array,
    { timeout, signal }: CommandLimits,
    answer?: Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const entry: Entry = {
      command,
      timeout,
      signal,
      resolve,
      reject,
      onAbort: () => this.#giveUp(entry, signal?.reason),
      timer: undefined,
      sent: answer !== undefined,
      done: false,
    };
    signal?.addEventListener("abort", entry.onAbort);
    if (answer !== undefined) this.#await(entry, answer);
    else {
      this.#waiting.push(entry);
      if (this.#current === undefined) this.#startNext();
    }
    return promise;
  }

  #startNext(): void {
    const entry = this.#waiting.shift();
    this.#current = entry;
    if (entry !== undefined) this.#await(entry, this.#exchange(entry));
  }

  async #exchange(entry: Entry): Promise<Uint8Array> {
    await this.#settling;
    if (this.#turnIsDue()) await this.#turn();
    if (entry.done) throw new Error("Cannot send: given up");
    entry.sent = true;
    return await this.#channel.exchange(entry.command);
  }

  #await(entry: Entry, answer: Promise<Uint8Array>): void {
    this.#current = entry;
    const { timeout } = entry;
    entry.timer = startTimer(timeout, () => {
      const detail = `${this.#channel.name} gave no answer in ${timeout} ms`;
      this.#giveUp(entry, tddlError("TSS_E_TIMEOUT", detail, { command: COMMAND }));
    });
    answer.then((bytes) => checkAnswer(bytes, this.#channel)).then(
      (bytes) => {
        if (entry.done) return;
        this.#failed = false;
        this.#finish(entry, () => entry.resolve(bytes));
      },
      (error) => {
        if (entry.done) return;
        this.#abandon();
        this.#finish(entry, () => entry.reject(asTddlError(this.#channel.name, error)));
      },
    );
  }

  #giveUp(entry: Entry, reason: unknown): void {
    if (entry.done) return;
    if (entry !== this.#current) {
      this.#settle(entry);
      this.#waiting.splice(this.#waiting.indexOf(entry), 1);
      entry.reject(reason);
      return;
    }
    if (entry.sent) this.#abandon();
    this.#finish(entry, () => entry.reject(reason));
  }

  #abandon(): void {
    this.#failed = true;
    const settling = this.#channel.abandon().catch(() => {}).finally(() => {
      if (this.#settling === settling) this.#settling = undefined;
    });
    this.#settling = settling;
  }

  #finish(entry: Entry, answer: () => void): void {
    if (!this.#settle(entry)) return;
    answer();
    this.#startNext();
  }

  /** Frees what belongs to an entry; says whether it was still waiting. */
  #settle(entry: Entry): boolean {
    if (entry.done) return false;
    entry.done = true;
    clearTimeout(entry.timer);
    entry.signal?.removeEventListener("abort", entry.onAbort);
    return true;
  }

  /** Commands answered at once never let timers and other input in; now and then they must. */
  #turnIsDue(): boolean {
    return performance.now() - this.#lastTurn > TURN;
  }

  /** Somebody else may let the event loop turn: then it need not be made to. */
  #watchTurn(): void {
    if (this.#watchesTurn) return;
    this.#watchesTurn = true;
    setImmediate(() => {
      this.#watchesTurn = false;
      this.#lastTurn = performance.now();
    });
  }

  async #turn(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#lastTurn = performance.now();
  }
}

function asTddlError(name: string, error: unknown): unknown {
  if (error instanceof TssError) return inFunction(COMMAND, error);
  if (error instanceof Deno.errors.NotCapable) return error;
  const options = { command: COMMAND, cause: error };
  return tddlError("TDDL_E_IOERROR", `${name}: ${reasonOf(error)}`, options);
}
