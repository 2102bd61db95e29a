import { assert, assertEquals, assertThrows } from "@std/assert";
import { commandByName } from "../../lib/tpm12/commands/mod.ts";
import { LibTpms, peerTest } from "../peers/mod.ts";
import { DELEGATION, TRANSPORT } from "./advanced_script.ts";
import { assertSame, compare, play } from "./differential.ts";
import { EVERYDAY } from "./everyday_script.ts";
import { LibTpmsMachine } from "./libtpms_machine.ts";
import { libtpmsPair } from "./libtpms_pair.ts";
import { MASKS } from "./masks.ts";
import { Side } from "./side.ts";
import { step } from "./step.ts";
import { createWrapKey, loadKey, owned, seal, startup, unseal } from "./steps.ts";
import { ZEROS } from "./templates.ts";

const SCRIPT = [EVERYDAY, TRANSPORT, DELEGATION];
const EXTEND = step({ command: "TPM_Extend", request: { pcrNum: 0, inDigest: ZEROS } });

peerTest(["libtpms"], "libtpms takes the scripts and proves its answers", () => {
  using tpm = LibTpms.open();
  play(new Side("libtpms", new LibTpmsMachine(tpm)), SCRIPT);
});

peerTest(["libtpms"], "two libtpms with different keys agree on the scripts", () => {
  using tpm = LibTpms.open();
  const [left, right] = libtpmsPair(tpm);
  const sides = [new Side("left", left), new Side("right", right)] as const;
  assertSame(sides, SCRIPT);
  assert(sides[0].ek!.modulus.toHex() !== sides[1].ek!.modulus.toHex());
});

peerTest(["libtpms"], "a difference is told with its step, its reason and the bytes", () => {
  using tpm = LibTpms.open();
  const [left, right] = libtpmsPair(tpm);
  const sides = [new Side("left", left), new Side("right", right)];
  const odd = step({
    command: "TPM_Extend",
    title: "with what differs",
    request: (side) => ({ pcrNum: 1, inDigest: new Uint8Array(20).fill(side.name.length) }),
  });
  const random = step({ command: "TPM_GetRandom", request: { bytesRequested: 4 } });
  const refused = step({ command: "TPM_PCRRead", request: { pcrIndex: 99 } });
  const differences = compare(sides, [startup(), EXTEND, [odd, random], refused]);
  assertEquals(differences.map(({ step, title }) => [step, title]), [
    [3, "TPM_Extend: with what differs"],
    [5, "TPM_PCRRead"],
  ]);
  assert(/^outDigest: left \w{40}, right \w{40}$/.test(differences[0]!.reasons.join()));
  assert(differences[0]!.traffic[0]!.startsWith("left > 00c100000022"));
  assertEquals(differences[1]!.reasons, [
    "left answers TPM_BADINDEX, TPM_SUCCESS was expected",
    "right answers TPM_BADINDEX, TPM_SUCCESS was expected",
  ]);
});

peerTest(["libtpms"], "a checkpoint brings back keys, blobs and PCRs", () => {
  using tpm = LibTpms.open();
  const side = new Side("libtpms", new LibTpmsMachine(tpm));
  play(side, [owned(), createWrapKey("key", { usage: "storage" }), loadKey("key")]);
  play(side, [seal("blob", { key: "key", data: Uint8Array.of(1) })]);
  const restore = side.checkpoint();
  play(side, [step({ command: "TPM_OwnerClear" }), EXTEND]);
  assertThrows(() => play(side, [unseal("blob", { key: "key" })]), Error, "TPM_");
  restore();
  play(side, [unseal("blob", { key: "key" })]);
  assertEquals(side.bytes("blob, unsealed"), Uint8Array.of(1));
});

Deno.test("masks name commands and parameters that there are", () => {
  for (const [name, paths] of Object.entries(MASKS)) {
    const row = commandByName(name);
    assert(row !== undefined, name);
    for (const path of paths) {
      const parameter = path.split(/[.*]/)[0]!;
      assert({ ...row.out, ...row.outHandles }[parameter] !== undefined, `${name} ${path}`);
    }
  }
});
