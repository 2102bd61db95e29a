import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Emulator, EmulatorServer, MemoryStorage } from "../../../lib/emulator/mod.ts";
import { formatAddress } from "../../../lib/tddl/mod.ts";
import { type Done, type Given, tss } from "../io.ts";
import { OwnedTpm } from "../owned_tpm.ts";
import { STARTUP } from "../../raw_commands.ts";

/** An owned TPM that stays on, with or without physical presence. */
class RunningTpm implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly #server: EmulatorServer;

  private constructor(emulator: Emulator, server: EmulatorServer) {
    this.emulator = emulator;
    this.#server = server;
  }

  static async start({ present = true }: { present?: boolean } = {}): Promise<RunningTpm> {
    using owned = await OwnedTpm.create();
    const storage = new MemoryStorage(await Deno.readFile(owned.join("state")));
    const emulator = Emulator.powerOn({ storage });
    emulator.physicalPresence = present;
    emulator.tpm.permanent.flags.physicalPresenceHWEnable = true;
    emulator.execute(STARTUP);
    const server = await EmulatorServer.start({ emulator, listen: ["tcp:127.0.0.1:0"] });
    return new RunningTpm(emulator, server);
  }

  /** Runs `tss COMMAND -T tcp:... --json` and gives its exit code and JSON. */
  async run(command: string, args: readonly string[], given: Given = {}): Promise<Done> {
    const tcti = formatAddress(this.#server.addresses[0]!);
    return await tss([command, "-T", tcti, "--json", ...args], given);
  }

  /** What the command tells; it must succeed. */
  async tells(command: string, ...args: string[]): Promise<Record<string, unknown>> {
    const done = await this.run(command, args);
    assertEquals([done.code, done.stderr], [0, ""], `${command} ${args.join(" ")}`);
    return done.json();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    this.emulator.powerOff();
  }
}

Deno.test("tss setenable enables and disables the TPM, by the owner or by physical presence", async () => {
  await using tpm = await RunningTpm.start();
  assertEquals(await tpm.tells("setenable"), { disabled: false });
  assertEquals(await tpm.tells("setenable", "-d", "-z"), { disabled: true });
  assertEquals(await tpm.tells("setenable", "-e", "-f"), { disabled: false });
  assertEquals(await tpm.tells("setenable", "-d", "-f"), { disabled: true });
  assertEquals(await tpm.tells("setenable", "-e", "-z"), { disabled: false });
  const wrong = await tpm.run("setenable", ["-d", "--owner-password", "str:x"]);
  assertEquals(wrong.code, 3);
  assertEquals((await tpm.run("setenable", ["-d"])).code, 2);
});

Deno.test("tss setactive deactivates the TPM at once or from the next power on", async () => {
  await using tpm = await RunningTpm.start();
  const at = { deactivated: false, deactivatedAtPowerOn: false };
  assertEquals(await tpm.tells("setactive", "-s"), at);
  assertEquals(await tpm.tells("setactive", "-i"), { ...at, deactivatedAtPowerOn: true });
  assertEquals(await tpm.tells("setactive", "-a"), at);
  assertEquals(await tpm.tells("setoperatorauth", "-z"), { operator: true });
  tpm.emulator.physicalPresence = false;
  const wrong = ["-i", "-t", "--operator-password", "str:x"];
  assertEquals((await tpm.run("setactive", wrong)).code, 3);
  assertEquals(await tpm.tells("setactive", "-i", "-t", "-z"), { ...at, deactivated: true });
  for (const args of [["-a", "-i"], ["-t"]]) {
    assertEquals((await tpm.run("setactive", args)).code, 2);
  }
});

Deno.test("tss setownable and setclearable take away what they say", async () => {
  await using tpm = await RunningTpm.start();
  const cleared = { ownerClearDisabled: true, forceClearDisabled: true };
  assertEquals(await tpm.tells("setclearable", "-o", "-f", "-z"), cleared);
  for (const args of [["-z"], ["-f"]]) {
    const { code, stderr } = await tpm.run("clear", args);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "TPM_CLEAR_DISABLED");
  }
  // With an owner it changes nothing (Part 3, 5.6).
  assertEquals(await tpm.tells("setownable", "-p"), { ownable: true });
});

Deno.test("tss restrictpubek and restrictsrk say who may read", async () => {
  using tpm = await OwnedTpm.create();
  assertEquals((await tpm.ok("restrictpubek", "-r", "-z", "-s")).stdout, "ownerOnly: true\n");
  assertEquals((await tpm.ok("restrictsrk", "-s")).stdout, "ownerOnly: true\n");
  assertEquals((await tpm.ok("restrictsrk", "-a", "-z")).stdout, "");
  assertEquals((await tpm.ok("restrictsrk", "-s")).stdout, "ownerOnly: false\n");
});

Deno.test("tss setpresence sets what firmware would, and nothing for ever without a yes", async () => {
  await using tpm = await RunningTpm.start({ present: false });
  const before = await tpm.tells("setpresence");
  assertEquals([before.asserted, before.commandEnabled], [false, false]);
  const after = await tpm.tells("setpresence", "--assert", "--enable-cmd");
  assertEquals([after.asserted, after.commandEnabled, after.locked], [true, true, false]);
  const sure = await tpm.run("setpresence", ["--set-lifetime-lock"]);
  assertEquals(sure.code, 2);
  assertStringIncludes(sure.stderr, "add -y");
  const locked = await tpm.tells("setpresence", "--set-lifetime-lock", "-y");
  assert(locked.lifetimeLocked);
  assertEquals((await tpm.run("setpresence", ["--disable-cmd"])).code, 1);
});

Deno.test("tss clear -f needs physical presence alone, as does setownable without an owner", async () => {
  await using tpm = await RunningTpm.start();
  assertEquals(await tpm.tells("clear", "-f"), { cleared: true });
  assertEquals((await tpm.tells("version")).owned, false);
  // Clearing has disabled and deactivated the TPM.
  await tpm.tells("setenable", "-e", "-f");
  assertEquals(await tpm.tells("setownable", "-p"), { ownable: false });
  assertEquals(await tpm.tells("setownable", "-a"), { ownable: true });
});

Deno.test("tss resetdalock ends the lockout after wrong secrets", async () => {
  await using tpm = await RunningTpm.start();
  let code = 0;
  let stderr = "";
  for (let i = 0; i < 10 && !stderr.includes("TPM_DEFEND_LOCK_RUNNING"); i++) {
    ({ code, stderr } = await tpm.run("createkey", ["--srk-password", "str:x"]));
    assertEquals(code, 3);
  }
  assertStringIncludes(stderr, "TPM_DEFEND_LOCK_RUNNING");
  assertEquals(await tpm.tells("resetdalock", "-z"), { reset: true });
  ({ stderr } = await tpm.run("createkey", ["--srk-password", "str:x"]));
  assertStringIncludes(stderr, "TPM_AUTHFAIL");
});

Deno.test("tss changeownerauth changes the secrets of owner and SRK, and back", async () => {
  using tpm = await OwnedTpm.create();
  const typed = ["s1", "s1", "o1", "o1"];
  const changed = await tpm.run("changeownerauth", "-z", "-o", "-s", { typed });
  assertEquals([changed.code, changed.stderr], [0, ""]);
  assertEquals(changed.asked, [
    "Enter new SRK password",
    "Confirm new SRK password",
    "Enter new owner password",
    "Confirm new owner password",
  ]);
  const srk = (secret: string) =>
    tpm.run("createkey", "--srk-password", `str:${secret}`, "-s", "512");
  assertEquals([(await srk("s1")).code, (await srk("x")).code], [0, 3]);
  assertEquals((await tpm.run("getpubek", "-z")).code, 3);
  const env = { TSS_OWNER_PASSWORD: "o1" };
  assertEquals((await tpm.run("changeownerauth", "-r", "-o", "-s", { env })).code, 0);
  assertEquals((await tpm.run("getpubek", "-z")).code, 0);
  assertEquals((await tpm.run("changeownerauth", "-z")).code, 2);
});

Deno.test("tss nvinfo tells of all areas, of one, or only their numbers", async () => {
  using tpm = await OwnedTpm.create();
  assertEquals((await tpm.ok("nvinfo")).stdout, "areas: {}\n");
  await tpm.ok(
    "nvdefine",
    "-y",
    "-i",
    "0x1000",
    "-s",
    "64",
    "-p",
    "OWNERREAD|OWNERWRITE",
    "-r",
    "16",
  );
  const { areas } = (await tpm.ok("nvinfo", "--json")).json();
  const area = areas["0x00001000"];
  assertEquals([area.size, area.permissions, area.readPcrs], [64, "OWNERREAD|OWNERWRITE", [16]]);
  assertEquals([area.writePcrs, area.readLocked], [undefined, false]);
  assertEquals((await tpm.ok("nvinfo", "-n")).stdout, "areas: [0x00001000]\n");
  assertEquals((await tpm.run("nvinfo", "-i", "0x1001")).code, 1);
});
