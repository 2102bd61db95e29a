import { assert, assertEquals } from "@std/assert";
import { Spin } from "../../ffi/spin.ts";

Deno.test("Spin asks again until the answer is there", () => {
  let asked = 0;
  assertEquals(new Spin({ spin: true }).until(() => ++asked === 3), true);
  assertEquals(asked, 3);
});

Deno.test("Spin gives up after a moment", () => {
  const spin = new Spin({ spin: true });
  spin.until(() => false); // let it be compiled
  const start = performance.now();
  assertEquals(spin.until(() => false), false);
  assert(performance.now() - start >= 0.15);
});

Deno.test("Spin seldom spins where it is always in vain, and does again once it is not", () => {
  const spin = new Spin({ spin: true });
  let asked = 0;
  const vain = () => {
    asked++;
    return false;
  };
  for (let i = 0; i < 8; i++) spin.until(vain);
  let spun = 0;
  for (let i = 0; i < 32; i++) {
    asked = 0;
    spin.until(vain);
    if (asked > 1) spun++;
  }
  assertEquals(spun, 2);
  while (!spin.until(() => true));
  asked = 0;
  spin.until(vain);
  assert(asked > 1);
});
