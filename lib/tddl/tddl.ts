/** How long something may take. */
export interface WaitOptions {
  /** Gives up when aborted; the call then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which the call throws TSS_E_TIMEOUT; `Infinity` for no limit. */
  readonly timeout?: number;
}

/** A power state of a TPM: 0 is on, 3 is off (ACPI's D0 to D3). */
export type PowerState = 0 | 1 | 2 | 3;

/**
 * The TPM device driver library: the way to one TPM. Commands go one at a time, first come, first
 * served; any number may be waiting.
 *
 * All methods but `open` throw TDDL_E_ALREADY_CLOSED (0x1082) when it is not open, and
 * TDDL_E_IOERROR (0x1087) when the connection fails. What a backend cannot do throws
 * TSS_E_NOTIMPL (0x1006). (TSS 1.2, TDDLI.)
 */
export interface Tddl extends AsyncDisposable {
  /** Where the TPM is, as a connection string. */
  readonly name: string;

  /**
   * `Tddli_Open`: connects to the TPM. Nothing is sent to it, but by a device, which is asked
   * whether it is a TPM 1.2. The time-out is 10 s when none is given.
   *
   * Throws TDDL_E_ALREADY_OPENED (0x1081), TDDL_E_COMPONENT_NOT_FOUND (0x1089) when nothing is
   * there, TSS_E_TIMEOUT (0x1012), and Deno.errors.NotCapable without permission.
   */
  open(options?: WaitOptions): Promise<void>;

  /**
   * `Tddli_Close`: ends the connection. Commands that wait or are under way end with
   * TDDL_E_COMMAND_ABORTED (0x1085).
   */
  close(): Promise<void>;

  /**
   * `Tddli_Cancel`: asks the TPM to give up the command under way, which then gets an answer as
   * any other, most often TPM_FAIL.
   *
   * Throws TDDL_E_COMMAND_COMPLETED (0x1084) when no command is under way.
   */
  cancel(): Promise<void>;

  /**
   * `Tddli_GetCapability`: what the driver and the TPM say of themselves. `capArea` is
   * TDDL_CAP_VERSION or TDDL_CAP_PROPERTY, `subCap` one of its sub-capabilities, where also the
   * form of the answer is given. Throws TSS_E_BAD_PARAMETER (0x1003) for any other.
   */
  getCapability(capArea: number, subCap: number): Promise<Uint8Array>;

  /**
   * `Tddli_SetCapability`: no backend has anything to set; throws TSS_E_NOTIMPL (0x1006), or
   * TSS_E_BAD_PARAMETER (0x1003) for what is not a capability.
   */
  setCapability(
    capArea: number,
    subCap: number,
    options: {
      /** The new value. */
      readonly value: Uint8Array;
    },
  ): Promise<void>;

  /**
   * `Tddli_GetStatus`: TDDL_DRIVER_STATUS gives one of `TDDL_DRIVER_*`, TDDL_DEVICE_STATUS one of
   * `TDDL_DEVICE_*`; throws TSS_E_BAD_PARAMETER (0x1003) for any other. Works when closed, too.
   */
  getStatus(reqStatusType: number): Promise<number>;

  /**
   * `Tddli_TransmitData`: sends one command, whole and well framed, and gives the answer, whose
   * tag and size have been checked. The bytes of `command` must stay as they are until then.
   *
   * The time-out is that of the command's duration class when none is given, and counts from when
   * its turn has come. When a command is aborted by `signal` or runs out of time, the TPM is asked
   * to give it up where that is possible; its answer is thrown away, and the next command begins
   * only when it cannot get that answer. An aborted command may have been executed.
   *
   * Throws TSS_E_TIMEOUT (0x1012), TSS_E_BAD_PARAMETER (0x1003) for a command that is too long
   * or not well framed, TDDL_E_INSUFFICIENT_BUFFER (0x1083) for an answer that is too long,
   * TDDL_E_BADTAG (0x1088) for one that no TPM 1.2 gives, TDDL_E_COMMAND_ABORTED (0x1085) when the
   * library is closed meanwhile.
   */
  transmitData(command: Uint8Array, options?: WaitOptions): Promise<Uint8Array>;

  /** As {@linkcode transmitData}, at once where that takes no waiting: no promise then. */
  transmit(command: Uint8Array, options?: WaitOptions): Uint8Array | Promise<Uint8Array>;

  /**
   * Asks the TPM how long its commands take and gives them that time from now on, where the backend
   * has not done so when it was opened; says whether the TPM told.
   */
  adoptDurations?(): Promise<boolean>;

  /**
   * `Tddli_SetPowerManagement`: switches the TPM off (3) or on (0) and gives the state it is in
   * then; without `state` only gives it. With `sendSaveStateCommand` TPM_SaveState goes before
   * switching off. TPM_Startup is left to the caller. Throws TSS_E_NOTIMPL (0x1006) where
   * somebody else manages power, and for states 1 and 2.
   */
  setPowerManagement(sendSaveStateCommand: boolean, state?: PowerState): Promise<PowerState>;

  /**
   * `Tddli_PowerManagementControl`: says whether what is below this library manages the TPM's
   * power. `true` takes power management over, which throws TSS_E_NOTIMPL (0x1006) where
   * {@linkcode setPowerManagement} cannot switch.
   */
  powerManagementControl(sendPowerManager: boolean): Promise<boolean>;
}
