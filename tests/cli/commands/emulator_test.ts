import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname } from "node:path";
import { Emulator, FileStorage } from "../../../lib/emulator/mod.ts";
import { decodePemBlock } from "../../../lib/formats/mod.ts";
import { TPMD_SOCKET } from "../../../lib/tddl/connection_string.ts";
import { exists } from "../../exists.ts";
import { connect, freePort, readExactly, TempFolder, writeAll } from "../../peers/mod.ts";
import { startServer } from "../server_process.ts";
import { tss } from "../io.ts";
import { CREATE_EK, STARTUP } from "../../raw_commands.ts";

const GET_RANDOM = Uint8Array.fromHex("00c10000000e0000004600000008");
const READ_PUBEK = Uint8Array.fromHex(`00c10000001e0000007c${"11".repeat(20)}`);
const NO_ENDORSEMENT = 0x23;
/** TPM_PCR_Reset of PCR 20, which takes locality 2 or 4. */
const RESET_20 = Uint8Array.fromHex("00c10000000f000000c80003000010");
const NOTLOCAL = 0x33;
const setLocality = (locality: number) =>
  Uint8Array.from([0, 0xc1, 0, 0, 0, 11, 0x20, 0, 0x10, 0, locality]);
const CMD_INIT = Uint8Array.fromHex("0000000200000000");
const CMD_SHUTDOWN = Uint8Array.fromHex("00000003");

/** The return code of the answer to one command. */
async function send(address: { port: number } | { path: string }, command: Uint8Array) {
  using connection = await connect(address);
  await writeAll(connection, command);
  const header = await readExactly(connection, 10);
  return new DataView(header.buffer).getUint32(6);
}

const portOf = (address: string) => Number(address.slice(address.lastIndexOf(":") + 1));

Deno.test("tss emulator takes commands on tcp and unix sockets, started up, until SIGTERM", async () => {
  using folder = new TempFolder();
  const path = folder.join("tpm.sock");
  const state = folder.join("state");
  const port = freePort();
  const listen = ["--listen", `tcp:127.0.0.1:${port}`, "--listen", `unix:${path}`];
  await using server = await startServer(
    [
      ...["emulator", ...listen, "--state", state],
      ...["--log", folder.join("log"), "--trace", folder.join("trace")],
    ],
    {
      permissions: [
        `--allow-net=127.0.0.1:${port},unix:${path}`,
        `--allow-read=${folder.path}`,
        `--allow-write=${folder.path}`,
      ],
      addresses: 2,
    },
  );
  assertEquals(server.addresses, [`tcp:127.0.0.1:${port}`, `unix:${path}`]);
  assertEquals(await send({ port }, GET_RANDOM), 0);
  assertEquals(await send({ path }, GET_RANDOM), 0);
  assertEquals(await send({ port }, STARTUP), 0x26);
  assertEquals(await send({ port }, READ_PUBEK), NO_ENDORSEMENT);
  assertEquals(await send({ port }, CREATE_EK), 0);
  server.kill("SIGTERM");
  assertEquals(await server.ended(), { code: 0, stderr: "" });
  const log = (await Deno.readTextFile(folder.join("log"))).split("\n");
  assertMatch(log[1]!, / TPM_GetRandom \(14 bytes in, 22 out\) TPM_SUCCESS$/);
  assertMatch(log[3]!, / TPM_Startup .* TPM_INVALID_POSTINIT: ./);
  const traces = (await Deno.readTextFile(folder.join("trace"))).trim().split("\n")
    .map((line) => JSON.parse(line));
  assertEquals(traces[1].request, { bytesRequested: 8 });
  assertEquals(traces[1].answer, { leftOut: ["randomBytes"] });
  assertEquals([traces[3].command, traces[3].request], ["TPM_Startup", { startupType: 1 }]);
  assertStringIncludes(traces[3].refusal, "TPM_Startup was refused with TPM_INVALID_POSTINIT: ");
  using again = Emulator.powerOn({ storage: new FileStorage(state) });
  again.execute(STARTUP);
  assertEquals(again.execute(READ_PUBEK)[9], 0);
});

Deno.test("tss emulator --no-startup waits for TPM_Startup, --ctrl switches power and ends it", async () => {
  await using server = await startServer(
    [
      "emulator",
      "--listen",
      "tcp:127.0.0.1:0",
      "--ctrl",
      "tcp:127.0.0.1:0",
      "--no-startup",
      "--log",
      "-",
    ],
    { permissions: ["--allow-net=127.0.0.1:0"], addresses: 1 },
  );
  const port = portOf(server.addresses[0]!);
  await server.heard("control on ");
  const ctrl = portOf(server.lines.find((line) => line.startsWith("control on "))!);
  assertEquals(await send({ port }, GET_RANDOM), 0x26);
  assertEquals(await send({ port }, STARTUP), 0);
  assertEquals(await send({ port }, GET_RANDOM), 0);
  using control = await connect({ port: ctrl });
  await writeAll(control, CMD_INIT);
  assertEquals(await readExactly(control, 4), new Uint8Array(4));
  assertEquals(await send({ port }, GET_RANDOM), 0x26);
  await writeAll(control, CMD_SHUTDOWN);
  const { code, stderr } = await server.ended();
  assertEquals(code, 0);
  assertStringIncludes(stderr, "TPM_GetRandom (14 bytes in, 10 out) TPM_INVALID_POSTINIT");
});

Deno.test("tss emulator begins with a copy of a state, an endorsement key, physical presence", async () => {
  using folder = new TempFolder();
  const copy = folder.join("copy");
  {
    using _made = Emulator.powerOn({ storage: new FileStorage(copy) });
  }
  const before = await Deno.readFile(copy);
  const permissions = [
    "--allow-net=127.0.0.1:0",
    `--allow-read=${folder.path}`,
    `--allow-write=${folder.path}`,
  ];
  const args = ["emulator", "--listen", "tcp:127.0.0.1:0"];
  {
    const state = folder.join("state");
    const more = ["--from", copy, "--state", state, "--physical-presence", "--locality", "3"];
    await using server = await startServer([...args, ...more], { permissions, addresses: 1 });
    const port = portOf(server.addresses[0]!);
    // TPM_ForceClear asks for physical presence.
    assertEquals(await send({ port }, Uint8Array.fromHex("00c10000000a0000005d")), 0);
    server.kill("SIGINT");
    assertEquals((await server.ended()).code, 0);
    assertEquals(await Deno.readFile(copy), before);
    const refused = await tss(["emulator", "--from", copy, "--state", state]);
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.stderr, "it is there already");
  }
  await using server = await startServer([...args, "--ek", "generate"], {
    permissions,
    addresses: 1,
  });
  const port = portOf(server.addresses[0]!);
  assertEquals(await send({ port }, READ_PUBEK), 0);
});

Deno.test("tss emulator takes commands from the locality that it is told", async () => {
  const permissions = ["--allow-net=127.0.0.1:0"];
  const results = async (...options: string[]) => {
    const args = ["emulator", "--listen", "tcp:127.0.0.1:0", ...options];
    await using server = await startServer(args, { permissions, addresses: 1 });
    const port = portOf(server.addresses[0]!);
    const codes: number[] = [];
    for (const command of [RESET_20, setLocality(2), RESET_20, setLocality(4)]) {
      codes.push(await send({ port }, command));
    }
    return codes;
  };
  const FAIL = 0x09;
  assertEquals(await results(), [NOTLOCAL, FAIL, NOTLOCAL, FAIL]);
  assertEquals(await results("--locality", "2"), [0, FAIL, 0, FAIL]);
  const set = "--allow-set-locality";
  assertEquals(await results("--locality", "1", set), [NOTLOCAL, 0, 0, 0]);
  assertEquals(await results(set, "--reject-locality-4"), [NOTLOCAL, 0, 0, 0x3d]);
});

Deno.test("tss emulator --ek-certificate certifies a new TPM, and tells by whom", async () => {
  using folder = new TempFolder();
  const [state, file] = [folder.join("state"), folder.join("ca.pem")];
  const more = ["--state", state, "--ek-certificate", file];
  await using server = await startServer(["emulator", "--listen", "tcp:127.0.0.1:0", ...more], {
    permissions: [
      "--allow-net=127.0.0.1:0",
      `--allow-read=${folder.path}`,
      `--allow-write=${folder.path}`,
    ],
    addresses: 1,
  });
  const read = Uint8Array.fromHex("00c100000016000000cf1000f0000000000000000005");
  assertEquals(await send({ port: portOf(server.addresses[0]!) }, read), 0);
  server.kill("SIGTERM");
  assertEquals((await server.ended()).code, 0);
  using emulator = Emulator.powerOn({ storage: new FileStorage(state) });
  const { bytes } = decodePemBlock(await Deno.readTextFile(file), "CERTIFICATE");
  assertEquals(bytes, emulator.endorsementAuthority);
  emulator.powerOff();
  const other = folder.join("other");
  Emulator.powerOn({ storage: new FileStorage(other) }).powerOff();
  const refused = await tss(["emulator", "--state", other, "--ek-certificate", file]);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stderr, "this TPM was made without");
});

Deno.test("tss emulator says in a sentence why it cannot start", async () => {
  using folder = new TempFolder();
  const state = folder.join("state");
  await Deno.writeTextFile(state, "this is no state");
  // Where the classic daemon's folder is, it would be served there.
  const failures: [string[], number, string][] = [
    [["--listen", "tcp:127.0.0.1"], 2, "--listen: a port must follow the host"],
    [["--ctrl", "udp:1"], 2, "--ctrl: "],
    [["--state", state], 1, `Cannot use the state in ${state}: `],
    [["--from", folder.join("none")], 1, "there is no such file"],
    [["--state", folder.join("no/state")], 1, "Cannot write "],
    [["--log", folder.join("no/log")], 1, "Cannot write "],
    [["--ek", "none", "--ek-certificate", "x"], 2, "--ek-certificate takes an endorsement key"],
    [["--ek", "yes"], 2, "--ek takes generate or none"],
    [["--locality", "5"], 2, "--locality takes a number from 0 to 4"],
    [["--listen", "unix:/no/such/folder/socket"], 1, "/no/such/folder/socket"],
    ...exists(dirname(TPMD_SOCKET)) ? [] : [[[], 1, TPMD_SOCKET] as [string[], number, string]],
  ];
  for (const [args, code, sentence] of failures) {
    const done = await tss(["emulator", ...args]);
    assertEquals([done.code, done.stdout], [code, ""], args.join(" "));
    assertStringIncludes(done.stderr, sentence);
    assertEquals(done.stderr.trim().split("\n").length, 1);
  }
  assertEquals(await Deno.readTextFile(state), "this is no state");
});
