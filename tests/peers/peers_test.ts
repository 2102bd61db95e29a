import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { sha1 } from "../../lib/crypto/mod.ts";
import { fromHex, toHex } from "../hex.ts";
import { EXTEND, pcrRead, STARTUP } from "../raw_commands.ts";
import {
  connect,
  findPeer,
  LibTpms,
  peerTest,
  readExactly,
  Swtpm,
  Tcsd,
  Tools,
  writeAll,
} from "./mod.ts";

const PCR_READ = pcrRead(16);
const OIAP = fromHex("00c1 0000000a 0000000a");
const OK = "00c40000000a00000000";

peerTest(["libtpms"], "libtpms starts, reads and extends a PCR and opens a session", () => {
  using tpm = LibTpms.open();
  assertEquals(toHex(tpm.execute(STARTUP)), OK);
  assertEquals(toHex(tpm.execute(PCR_READ)), `00c40000001e00000000${"00".repeat(20)}`);
  const extended = tpm.execute(EXTEND);
  assertEquals(tpm.execute(PCR_READ), extended);
  assertMatch(toHex(extended), /^00c40000001e00000000(?!0{40})/);
  assertMatch(toHex(tpm.execute(OIAP)), /^00c40000002200000000/);
});

peerTest(
  ["libtpms"],
  "libtpms keeps its state over a reset, and none as it leaves the factory",
  () => {
    using tpm = LibTpms.open();
    tpm.execute(STARTUP);
    tpm.execute(EXTEND);
    const extended = toHex(tpm.execute(PCR_READ));
    const running = tpm.state({ volatile: true });
    tpm.reset();
    // TPM_INVALID_POSTINIT
    assertEquals(toHex(tpm.execute(PCR_READ)), "00c40000000a00000026");
    tpm.powerOn({ state: running });
    assertEquals(toHex(tpm.execute(PCR_READ)), extended);
    tpm.manufacture();
    tpm.execute(STARTUP);
    assertEquals(toHex(tpm.execute(PCR_READ)), `00c40000001e00000000${"00".repeat(20)}`);
    assertThrows(() => LibTpms.open(), TypeError, "open in this process");
  },
);

peerTest(["libtpms"], "libtpms takes a dynamic launch's hash from locality 4", () => {
  using tpm = LibTpms.open();
  tpm.execute(STARTUP);
  assert(!tpm.established);
  tpm.setLocality(4);
  tpm.hash(Uint8Array.of(1), Uint8Array.of(2));
  assert(tpm.established);
  const pcr17 = sha1(new Uint8Array(20), sha1(Uint8Array.of(1, 2)));
  const read = tpm.execute(pcrRead(17));
  assertEquals(toHex(read), `00c40000001e00000000${toHex(pcr17)}`);
});

for (const transport of ["tcp", "unix"] as const) {
  peerTest(["swtpm"], `swtpm answers over ${transport} and survives a power cycle`, async () => {
    await using tpm = await Swtpm.start({ transport });
    const extended = await tpm.execute(EXTEND);
    assertEquals(await tpm.execute(PCR_READ), extended);
    await tpm.powerCycle();
    assertEquals(toHex(await tpm.execute(PCR_READ)), `00c40000001e00000000${"00".repeat(20)}`);
  });

  peerTest(["swtpm", "tcsd", "tpm-tools"], `tcsd serves its tools over ${transport}`, async () => {
    await using tpm = await Swtpm.start({ transport });
    await using tcsd = await Tcsd.start({ tpm: tpm.address });
    using connection = await connect({ port: tcsd.port });
    // TCSD_ORD_OPENCONTEXT: no parameters, both offsets at the end of the header.
    await writeAll(
      connection,
      fromHex("0000001c 00000001 00000000 00000000 0000001c 00000000 0000001c"),
    );
    const answer = new DataView((await readExactly(connection, 8)).buffer);
    assertEquals(answer.getUint32(4), 0);
    using tools = new Tools(tcsd);
    const { code, stdout } = await tools.run(["tpm_version"]);
    assertEquals(code, 0);
    assertMatch(stdout, /TPM 1\.2 Version Info:[^]*Chip Version: +1\.2\./);
  });
}

peerTest(
  ["swtpm", "tcsd", "tpm-tools", "script"],
  "tpm-tools ask for passwords on a terminal",
  async () => {
    await using tpm = await Swtpm.start();
    await using tcsd = await Tcsd.start({ tpm: tpm.address });
    using tools = new Tools(tcsd);
    assertEquals((await tools.run(["tpm_createek"])).code, 0);
    const taken = await tools.run(["tpm_takeownership", "-z"], { answers: ["owner", "owner"] });
    assertEquals(taken.code, 0, taken.stdout);
    const wrong = await tools.run(["tpm_getpubek"], { answers: ["not the owner"] });
    assert(wrong.code !== 0);
    const right = await tools.run(["tpm_getpubek"], { answers: ["owner"] });
    assertEquals(right.code, 0);
    assertMatch(right.stdout, /Public Key:/);
  },
);

Deno.test("a peer that is not in the list is an error", () => {
  assertThrows(() => findPeer("nonesuch"), TypeError, "packages.txt");
});
