import { assertEquals } from "@std/assert";
import { CoreServices } from "../../lib/tcs/mod.ts";
import { peerTest } from "../peers/requirements.ts";
import { User } from "../tcs/user.ts";
import { debianTcsd, type InteropTcsd, ourTcsd } from "./interop_tcsd.ts";
import { assertPresence, emulator, type InteropTpm, swtpm } from "./interop_tpm.ts";
import { type TspiCall, TspiCalls } from "./tspi_calls.ts";

const PEERS = ["libtspi", "cc"];

/** The functions that cannot go well here, and those that cannot go badly. */
const NEVER_GOOD = [
  // libtspi has no more of them than this.
  "Tspi_ChangeAuthAsym",
  "Tspi_TPM_GetCapabilitySigned",
  // TPM 1.2 has no such command.
  "Tspi_TPM_CertifySelfTest",
  // libtpms has no maintenance.
  "Tspi_TPM_CheckMaintenancePubKey",
  "Tspi_TPM_CreateMaintenanceArchive",
  "Tspi_TPM_KillMaintenanceFeature",
  "Tspi_TPM_LoadMaintenancePubKey",
  // What libtspi encodes OpenSSL does not decode.
  "Tspi_DecodeBER_TssBlob",
  // They take a certificate, a signature or a blob from elsewhere.
  "Tspi_Key_CMKConvertMigration",
  "Tspi_Key_CMKCreateBlob",
  "Tspi_TPM_ActivateIdentity",
  "Tspi_TPM_CMKCreateTicket",
  "Tspi_TPM_Delegate_UpdateVerificationCount",
  // There is no counter; see below.
  "Tspi_TPM_ReadCounter",
];

/** Calls that come out otherwise on Debian's tcsd: its result, and ours. */
const DEBIAN: Readonly<Record<string, readonly [debian: string, ours: string]>> = {
  // It does not know TPM_PhysicalDisable.
  "Tspi_TPM_SetStatus, disable": ["a", "0"],
  // The TPM's TPM_INVALID_AUTHHANDLE, and our TCS_E_INVALID_AUTHHANDLE.
  "Tspi_Context_CloseSignTransport, closed already": ["22", "20c3"],
};

/** Calls that our emulator answers otherwise than libtpms: there is maintenance in it. */
const EMULATOR: Readonly<Record<string, string>> = {
  "Tspi_TPM_CheckMaintenancePubKey, no such key": "d",
  "Tspi_TPM_CheckMaintenancePubKey, none loaded": "d",
  "Tspi_Key_CMKConvertMigration, nothing moved": "43",
};

async function runAll(
  start: () => Promise<InteropTpm>,
  serve: (tpm: InteropTpm) => Promise<InteropTcsd>,
): Promise<TspiCall[]> {
  using program = new TspiCalls();
  await using tpm = await start();
  await using tcsd = await serve(tpm);
  await assertPresence(tpm);
  const revoked = await program.run(tcsd.port, "revoke");
  await assertPresence(tpm);
  await tpm.powerCycle();
  await assertPresence(tpm);
  const all = [...revoked, ...await program.run(tcsd.port, "all")];
  assertEquals(tcsd.faults, []);
  return all;
}

const resultsOf = (calls: readonly TspiCall[]) =>
  calls.map(({ call, result }) => `${call}: ${result}`);

let ours: Promise<TspiCall[]> | undefined;
const oursOnSwtpm = () => ours ??= runAll(swtpm, ourTcsd);

peerTest(
  [...PEERS, "swtpm"],
  "libtspi calls each of its functions through our tcsd, well and badly",
  async () => {
    const calls = await oursOnSwtpm();
    const names = new Set(calls.map(({ name }) => name).filter((name) => name !== "keys"));
    assertEquals(names.size, 111);
    const lacking = (good: boolean) =>
      [...names].filter((name) =>
        !calls.some((call) => call.name === name && (call.result === "0") === good)
      ).sort();
    assertEquals(lacking(true), NEVER_GOOD.toSorted());
    assertEquals(lacking(false), []);
  },
);

peerTest(
  [...PEERS, "swtpm", "tcsd"],
  "every call of libtspi comes out as on Debian's tcsd, but for its faults",
  async () => {
    const debian = await runAll(swtpm, debianTcsd);
    const expected = debian.map(({ call, name, result }) => {
      const [theirs, ours] = DEBIAN[call] ?? [result, result];
      assertEquals(result, theirs, call);
      return { call, name, result: ours };
    });
    assertEquals(resultsOf(await oursOnSwtpm()), resultsOf(expected));
  },
);

peerTest(
  [...PEERS, "swtpm"],
  "every call of libtspi comes out on our emulator as on swtpm",
  async () => {
    const expected = (await oursOnSwtpm()).map(({ call, name, result }) => ({
      call,
      name,
      result: EMULATOR[call] ?? result,
    }));
    assertEquals(resultsOf(await runAll(emulator, ourTcsd)), resultsOf(expected));
  },
);

for (const [on, start] of Object.entries({ "our emulator": emulator, swtpm })) {
  const peers = on === "swtpm" ? [...PEERS, "swtpm"] : PEERS;
  peerTest(peers, `libtspi reads a counter through our tcsd, on ${on}`, async () => {
    await using tpm = await start();
    {
      await using services = await CoreServices.start(await tpm.open());
      const user = new User(await services.openContext());
      await user.takeOwnership();
      await user.makeCounter();
      await user.tcs.closeContext();
    }
    await using tcsd = await ourTcsd(tpm);
    using program = new TspiCalls();
    const [read, value] = (await program.run(tcsd.port, "counter")).slice(-4);
    assertEquals([read!.call, read!.result], ["Tspi_TPM_ReadCounter, good", "0"]);
    assertEquals(value!.call, "counter, value");
  });
}
