/**
 * Runs inside a guest: gives up the making of a key on /dev/tpm0, cancels another, and prints what
 * becomes of them and of the commands behind them.
 *
 * @module
 */
import { openTddl, type Tddl } from "../../lib/tddl/mod.ts";
import { after } from "../after.ts";
import { CREATE_EK, pcrRead } from "../raw_commands.ts";

async function giveUp(tddl: Tddl): Promise<string> {
  const aborted = tddl.transmitData(CREATE_EK, { signal: AbortSignal.timeout(10) });
  const next = tddl.transmitData(pcrRead(0));
  const reason = await aborted.then(() => "an answer", (error) => error.name);
  return `${reason}, then ${(await next).length} bytes`;
}

async function cancel(tddl: Tddl): Promise<string> {
  const making = tddl.transmitData(CREATE_EK);
  const next = tddl.transmitData(pcrRead(0));
  await after(10);
  // The TPM may have been faster.
  const cancelled = await tddl.cancel().then(() => "cancelled", (error) => error.codeName);
  return `${cancelled}, ${(await making)[9] === 0 ? "a key" : "none"}, then ${
    (await next).length
  } bytes`;
}

await using tddl = await openTddl("device:/dev/tpm0");
let turns = 0;
const timer = setInterval(() => turns++, 2);
console.log("given up:", await giveUp(tddl));
console.log("cancel:", await cancel(tddl));
clearInterval(timer);
console.log("turns:", turns);
