import {
  TSS_TPMSTATUS_PHYSPRES_CMDENABLE,
  TSS_TPMSTATUS_PHYSPRES_HWENABLE,
  TSS_TPMSTATUS_PHYSPRES_LIFETIMELOCK,
  TSS_TPMSTATUS_PHYSPRES_LOCK,
  TSS_TPMSTATUS_PHYSPRESENCE,
} from "../../tspi/mod.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../errors.ts";
import { flagCommand } from "../flag_command.ts";

const base: Command = flagCommand({
  flags: {
    asserted: TSS_TPMSTATUS_PHYSPRESENCE,
    locked: TSS_TPMSTATUS_PHYSPRES_LOCK,
    commandEnabled: TSS_TPMSTATUS_PHYSPRES_CMDENABLE,
    hardwareEnabled: TSS_TPMSTATUS_PHYSPRES_HWENABLE,
    lifetimeLocked: TSS_TPMSTATUS_PHYSPRES_LIFETIMELOCK,
  },
  actions: {
    "enable-cmd": {
      help: "let commands assert presence",
      presence: [TSS_TPMSTATUS_PHYSPRES_CMDENABLE, true],
    },
    "disable-cmd": {
      help: "let commands not assert it",
      presence: [TSS_TPMSTATUS_PHYSPRES_CMDENABLE, false],
    },
    "enable-hw": {
      help: "let the hardware assert it",
      presence: [TSS_TPMSTATUS_PHYSPRES_HWENABLE, true],
    },
    "disable-hw": {
      help: "let the hardware not assert it",
      presence: [TSS_TPMSTATUS_PHYSPRES_HWENABLE, false],
    },
    assert: {
      short: "a",
      help: "somebody is present",
      presence: [TSS_TPMSTATUS_PHYSPRESENCE, true],
    },
    clear: {
      short: "c",
      help: "nobody is present",
      presence: [TSS_TPMSTATUS_PHYSPRESENCE, false],
    },
    lock: {
      help: "keep that until the next power on",
      presence: [TSS_TPMSTATUS_PHYSPRES_LOCK, true],
    },
    "set-lifetime-lock": {
      help: "keep the four settings above FOR EVER; needs -y",
      presence: [TSS_TPMSTATUS_PHYSPRES_LIFETIMELOCK, true],
    },
  },
  details:
    "A platform's firmware has most often locked all of this before an operating system runs.",
  example: "tss setpresence -a",
});

/** `tss setpresence`: physical presence. */
export const command: Command = {
  ...base,
  options: { ...base.options, yes: { short: "y", help: "yes, for ever" } },
  run(invocation) {
    const { yes, "set-lifetime-lock": forEver } = invocation.options;
    if (forEver && !yes) throw new UsageError("--set-lifetime-lock can never be undone: add -y");
    return base.run(invocation);
  },
};
