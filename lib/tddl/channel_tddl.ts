import { COMMANDS } from "../tpm12/commands/mod.ts";
import { TssError } from "../tpm12/tss_error.ts";
import { encodeRequest } from "../wire/request.ts";
import {
  checkCapability,
  driverCapability,
  readCapability,
  readDurations,
  requireSuccess,
} from "./capability.ts";
import type { Channel } from "./channel.ts";
import { CommandQueue } from "./command_queue.ts";
import * as constants from "./constants.ts";
import { DEFAULT_DURATIONS, durationOf, type Durations, durationsFrom } from "./durations.ts";
import { checkCommand } from "./framing.ts";
import { inFunction, tddlError, type TddlErrorName } from "./tddl_error.ts";
import type { PowerState, Tddl, WaitOptions } from "./tddl.ts";
import { startTimer } from "./timer.ts";

/** Milliseconds an opening may take when nothing is said. */
const OPEN_TIMEOUT = 10_000;

/** The device driver library over one channel: what all backends have in common. */
export class ChannelTddl implements Tddl {
  readonly #channel: Channel;
  readonly #queue: CommandQueue;
  #state: "closed" | "opening" | "open" = "closed";
  #opening: AbortController | undefined;
  #poweredOn = true;

  /** How long commands may take; {@linkcode adoptDurations} takes the TPM's own. */
  durations: Durations = DEFAULT_DURATIONS;

  /** Makes the library over a channel, closed. */
  constructor(channel: Channel) {
    this.#channel = channel;
    this.#queue = new CommandQueue(channel);
  }

  /** Where the TPM is, as a connection string. */
  get name(): string {
    return this.#channel.name;
  }

  /** `Tddli_Open`: see {@linkcode Tddl.open}. */
  async open({ signal, timeout = OPEN_TIMEOUT }: WaitOptions = {}): Promise<void> {
    if (this.#state !== "closed") {
      throw this.#error("TDDL_E_ALREADY_OPENED", "Tddli_Open", "is open already");
    }
    signal?.throwIfAborted();
    const giveUp = new AbortController();
    const onAbort = () => giveUp.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    const timer = startTimer(timeout, () =>
      giveUp.abort(
        this.#error("TSS_E_TIMEOUT", "Tddli_Open", `could not be reached in ${timeout} ms`),
      ));
    this.#opening = giveUp;
    this.#state = "opening";
    try {
      await this.#channel.connect(giveUp.signal);
      if (giveUp.signal.aborted) await this.#channel.disconnect();
      giveUp.signal.throwIfAborted();
      this.#state = "open";
      this.#poweredOn = true;
      this.durations = this.#channel.durations ?? this.durations;
    } catch (error) {
      this.#state = "closed";
      throw giveUp.signal.aborted ? giveUp.signal.reason : inFunction("Tddli_Open", error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      this.#opening = undefined;
    }
  }

  /** `Tddli_Close`: see {@linkcode Tddl.close}. */
  async close(): Promise<void> {
    if (this.#state === "closed") throw this.#closed("Tddli_Close");
    if (this.#opening !== undefined) {
      this.#opening.abort(this.#error("TDDL_E_COMMAND_ABORTED", "Tddli_Open", "was closed"));
      return;
    }
    this.#state = "closed";
    this.#queue.clear(this.#error("TDDL_E_COMMAND_ABORTED", "Tddli_TransmitData", "was closed"));
    await this.#channel.disconnect();
    await this.#queue.settled();
  }

  /** Closes if it is open. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== "closed") await this.close();
  }

  /** `Tddli_Cancel`: see {@linkcode Tddl.cancel}. */
  async cancel(): Promise<void> {
    this.#requireOpen("Tddli_Cancel");
    if (this.#channel.cancel === undefined) {
      throw this.#notImplemented("Tddli_Cancel", "cancel commands");
    }
    if (!this.#queue.busy) {
      throw this.#error("TDDL_E_COMMAND_COMPLETED", "Tddli_Cancel", "has no command under way");
    }
    try {
      await this.#channel.cancel();
    } catch (error) {
      throw inFunction("Tddli_Cancel", error);
    }
  }

  /** `Tddli_GetCapability`: see {@linkcode Tddl.getCapability}. */
  async getCapability(capArea: number, subCap: number): Promise<Uint8Array> {
    this.#requireOpen("Tddli_GetCapability");
    checkCapability("Tddli_GetCapability", { capArea, subCap });
    if (subCap === constants.TDDL_CAP_VER_FW_DATE) {
      throw this.#notImplemented("Tddli_GetCapability", "know the date of the firmware");
    }
    const status = await this.getStatus(constants.TDDL_DEVICE_STATUS);
    return driverCapability(subCap, { kind: this.#channel.kind, status }) ??
      await readCapability(this, subCap);
  }

  /** `Tddli_SetCapability`: see {@linkcode Tddl.setCapability}. */
  setCapability(
    capArea: number,
    subCap: number,
    _options: {
      /** The new value. */
      readonly value: Uint8Array;
    },
  ): Promise<void> {
    return Promise.try(() => {
      this.#requireOpen("Tddli_SetCapability");
      checkCapability("Tddli_SetCapability", { capArea, subCap });
      throw this.#notImplemented("Tddli_SetCapability", "set capabilities");
    });
  }

  /** `Tddli_GetStatus`: see {@linkcode Tddl.getStatus}. */
  getStatus(reqStatusType: number): Promise<number> {
    return Promise.try(() => {
      const open = this.#state === "open";
      const { failed } = this.#queue;
      switch (reqStatusType) {
        case constants.TDDL_DRIVER_STATUS:
          if (!open) return constants.TDDL_DRIVER_NOT_OPENED;
          return failed ? constants.TDDL_DRIVER_FAILED : constants.TDDL_DRIVER_OK;
        case constants.TDDL_DEVICE_STATUS:
          if (!open) return constants.TDDL_DEVICE_NOT_FOUND;
          return failed ? constants.TDDL_DEVICE_RECOVERABLE : constants.TDDL_DEVICE_OK;
        default:
          throw tddlError("TSS_E_BAD_PARAMETER", `there is no status type ${reqStatusType}`, {
            command: "Tddli_GetStatus",
          });
      }
    });
  }

  /** `Tddli_TransmitData`: see {@linkcode Tddl.transmitData}. */
  transmitData(command: Uint8Array, options: WaitOptions = {}): Promise<Uint8Array> {
    try {
      return Promise.resolve(this.transmit(command, options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** See {@linkcode Tddl.transmit}. */
  transmit(
    command: Uint8Array,
    options: WaitOptions = {},
  ): Uint8Array | Promise<Uint8Array> {
    try {
      this.#requireOpen("Tddli_TransmitData");
      options.signal?.throwIfAborted();
      if (this.#channel.framed) checkCommand(command, this.#channel);
    } catch (error) {
      throw inFunction("Tddli_TransmitData", error);
    }
    return this.#queue.transmit(command, () => ({
      timeout: options.timeout ?? durationOf(command, this.durations),
      signal: options.signal,
    }));
  }

  /** `Tddli_SetPowerManagement`: see {@linkcode Tddl.setPowerManagement}. */
  async setPowerManagement(
    sendSaveStateCommand: boolean,
    state?: PowerState,
  ): Promise<PowerState> {
    this.#requireOpen("Tddli_SetPowerManagement");
    if (state !== undefined) {
      const { setPower } = this.#channel;
      if (setPower === undefined || state === 1 || state === 2) {
        throw this.#notImplemented("Tddli_SetPowerManagement", `switch to power state ${state}`);
      }
      if (sendSaveStateCommand && state === 3 && this.#poweredOn) {
        const answer = await this.transmitData(encodeRequest(COMMANDS.TPM_SaveState, {}));
        requireSuccess(COMMANDS.TPM_SaveState, answer);
      }
      await setPower.call(this.#channel, state === 0);
      this.#poweredOn = state === 0;
    }
    return this.#poweredOn ? 0 : 3;
  }

  /** `Tddli_PowerManagementControl`: see {@linkcode Tddl.powerManagementControl}. */
  powerManagementControl(sendPowerManager: boolean): Promise<boolean> {
    return Promise.try(() => {
      this.#requireOpen("Tddli_PowerManagementControl");
      const ours = this.#channel.setPower !== undefined;
      if (sendPowerManager && !ours) {
        throw this.#notImplemented("Tddli_PowerManagementControl", "take power management over");
      }
      return !ours;
    });
  }

  /** See {@linkcode Tddl.adoptDurations}. */
  async adoptDurations(): Promise<boolean> {
    if (this.#channel.durations !== undefined) return true;
    let reported: Uint8Array;
    try {
      reported = await readDurations(this);
    } catch (error) {
      if (error instanceof TssError && error.layer === "tpm") return false;
      throw error;
    }
    const durations = durationsFrom(reported);
    if (durations !== undefined) this.durations = durations;
    return durations !== undefined;
  }

  #requireOpen(command: string): void {
    if (this.#state !== "open") throw this.#closed(command);
  }

  #closed(command: string): TssError {
    return this.#error("TDDL_E_ALREADY_CLOSED", command, "is not open");
  }

  #notImplemented(command: string, what: string): TssError {
    return this.#error("TSS_E_NOTIMPL", command, `cannot ${what}`);
  }

  #error(name: TddlErrorName, command: string, predicate: string): TssError {
    return tddlError(name, `${this.name} ${predicate}`, { command });
  }
}
