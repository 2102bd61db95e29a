import type { Command } from "../command.ts";

/** A command in the table. */
export interface CommandRow {
  /** What it does, in a line. */
  readonly summary: string;
  /** Loads it, which brings the stack in. */
  readonly load: () => Promise<Command>;
}

/** The commands of `tss`, in the order of its help. */
export const COMMANDS: Readonly<Record<string, CommandRow>> = {
  version: {
    summary: "tell what the TPM is",
    load: async () => (await import("./version.ts")).command,
  },
  selftest: {
    summary: "let the TPM test itself",
    load: async () => (await import("./selftest.ts")).command,
  },
  random: {
    summary: "draw random bytes",
    load: async () => (await import("./random.ts")).command,
  },
  pcrread: {
    summary: "read PCRs",
    load: async () => (await import("./pcrread.ts")).command,
  },
  pcrextend: {
    summary: "extend a PCR",
    load: async () => (await import("./pcrextend.ts")).command,
  },
  createek: {
    summary: "make the endorsement key",
    load: async () => (await import("./createek.ts")).command,
  },
  revokeek: {
    summary: "take a revocable endorsement key away",
    load: async () => (await import("./revokeek.ts")).command,
  },
  getpubek: {
    summary: "read the public endorsement key",
    load: async () => (await import("./getpubek.ts")).command,
  },
  takeownership: {
    summary: "become the owner",
    load: async () => (await import("./takeownership.ts")).command,
  },
  clear: {
    summary: "give ownership up",
    load: async () => (await import("./clear.ts")).command,
  },
  changeownerauth: {
    summary: "change the secrets of owner and SRK",
    load: async () => (await import("./changeownerauth.ts")).command,
  },
  resetdalock: {
    summary: "end the lockout after wrong secrets",
    load: async () => (await import("./resetdalock.ts")).command,
  },
  setenable: {
    summary: "enable or disable the TPM",
    load: async () => (await import("./setenable.ts")).command,
  },
  setactive: {
    summary: "activate or deactivate the TPM",
    load: async () => (await import("./setactive.ts")).command,
  },
  setownable: {
    summary: "let the TPM be owned, or not",
    load: async () => (await import("./setownable.ts")).command,
  },
  setclearable: {
    summary: "take ways to clear the TPM away",
    load: async () => (await import("./setclearable.ts")).command,
  },
  setpresence: {
    summary: "tell or set physical presence",
    load: async () => (await import("./setpresence.ts")).command,
  },
  setoperatorauth: {
    summary: "set the operator's secret",
    load: async () => (await import("./setoperatorauth.ts")).command,
  },
  restrictpubek: {
    summary: "say who may read the endorsement key",
    load: async () => (await import("./restrictpubek.ts")).command,
  },
  restrictsrk: {
    summary: "say who may read the SRK",
    load: async () => (await import("./restrictsrk.ts")).command,
  },
  sealdata: {
    summary: "encrypt a file for this TPM and its PCRs",
    load: async () => (await import("./sealdata.ts")).command,
  },
  unsealdata: {
    summary: "open a sealed file",
    load: async () => (await import("./unsealdata.ts")).command,
  },
  createkey: {
    summary: "make a key",
    load: async () => (await import("./createkey.ts")).command,
  },
  sign: {
    summary: "sign a file",
    load: async () => (await import("./sign.ts")).command,
  },
  quote: {
    summary: "have the TPM sign PCRs",
    load: async () => (await import("./quote.ts")).command,
  },
  verifyquote: {
    summary: "verify a quote, with no TPM",
    load: async () => (await import("./verifyquote.ts")).command,
  },
  nvdefine: {
    summary: "define an NV area",
    load: async () => (await import("./nvdefine.ts")).command,
  },
  nvwrite: {
    summary: "write an NV area",
    load: async () => (await import("./nvwrite.ts")).command,
  },
  nvread: {
    summary: "read an NV area",
    load: async () => (await import("./nvread.ts")).command,
  },
  nvinfo: {
    summary: "tell what NV areas there are",
    load: async () => (await import("./nvinfo.ts")).command,
  },
  nvrelease: {
    summary: "take an NV area away",
    load: async () => (await import("./nvrelease.ts")).command,
  },
  eventlog: {
    summary: "show what was measured into PCRs",
    load: async () => (await import("./eventlog.ts")).command,
  },
  emulator: {
    summary: "run a TPM in software for other programs",
    load: async () => (await import("./emulator.ts")).command,
  },
  tcsd: {
    summary: "run the TCS daemon",
    load: async () => (await import("./tcsd.ts")).command,
  },
  rc: {
    summary: "explain a return code",
    load: async () => (await import("./rc.ts")).command,
  },
  trace: {
    summary: "decode packets of a TPM",
    load: async () => (await import("./trace.ts")).command,
  },
};
