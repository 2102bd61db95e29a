import { TPM_TAG_COUNTER_VALUE } from "../../tpm12/constants/mod.ts";
import { tpmError } from "../../tpm12/tss_error.ts";
import { counterEntity, endSessionsOf } from "../entities.ts";
import type { Counter } from "../state/permanent.ts";
import { NO_COUNTER, RELEASED_COUNTER } from "../state/volatile.ts";
import type { Tpm } from "../tpm.ts";
import type { Handler } from "./handler.ts";

/** TPM_CreateCounter (Part 3, 25.1). */
export const TPM_CreateCounter: Handler<"TPM_CreateCounter"> = (tpm, { encAuth, label }, call) => {
  const { permanent, limits } = tpm;
  // 3.
  const authData = call.decryptAuth("encAuth", encAuth);
  // 4.
  const countID = freeCountId(tpm);
  if (countID === undefined) {
    throw tpmError("TPM_RESOURCES", `all ${limits.counters} counters are in use`);
  }
  // 5 to 8.
  permanent.lastCounter++;
  const value = { tag: TPM_TAG_COUNTER_VALUE, label, counter: permanent.lastCounter } as const;
  const counter: Counter = { countID, value: { ...value }, authData };
  permanent.counters.push(counter);
  tpm.changed();
  return { countID, counterValue: counter.value };
};

/** The lowest number no counter has. */
function freeCountId({ permanent, limits }: Tpm): number | undefined {
  for (let countID = 0; countID < limits.counters; countID++) {
    if (!permanent.counters.some((counter) => counter.countID === countID)) return countID;
  }
  return undefined;
}

/** TPM_IncrementCounter (Part 3, 25.2). */
export const TPM_IncrementCounter: Handler<"TPM_IncrementCounter"> = (tpm, { countID }, call) => {
  const { volatile, permanent } = tpm;
  // 1.a.
  const counter = tpm.counter(countID);
  // 2.a.
  if (volatile.countID !== NO_COUNTER && volatile.countID !== countID) {
    throw tpmError("TPM_BAD_COUNTER", "another counter is active until the next start");
  }
  // 1.b, 2.b.
  call.authorize("counter", counterEntity(counter));
  // 1.c.
  volatile.countID = countID;
  // 3, 4.
  counter.value.counter++;
  permanent.lastCounter = Math.max(permanent.lastCounter, counter.value.counter);
  tpm.changed();
  return { count: counter.value };
};

/** TPM_ReadCounter (Part 3, 25.3). */
export const TPM_ReadCounter: Handler<"TPM_ReadCounter"> = (tpm, { countID }) => ({
  count: tpm.counter(countID).value,
});

/** TPM_ReleaseCounter (Part 3, 25.4). */
export const TPM_ReleaseCounter: Handler<"TPM_ReleaseCounter"> = (tpm, { countID }, call) => {
  const counter = tpm.counter(countID);
  // 1.
  call.authorize("counter", counterEntity(counter));
  // 2 to 4.
  release(tpm, counter);
  return {};
};

/** TPM_ReleaseCounterOwner (Part 3, 25.5). */
export const TPM_ReleaseCounterOwner: Handler<"TPM_ReleaseCounterOwner"> = (tpm, { countID }) => {
  // 2.
  const counter = tpm.counter(countID);
  // 3 to 5.
  release(tpm, counter);
  return {};
};

/** Takes a counter away, and the sessions bound to it. */
function release(tpm: Tpm, counter: Counter): void {
  const { permanent, volatile } = tpm;
  permanent.counters = permanent.counters.filter((other) => other !== counter);
  endSessionsOf(tpm, counterEntity(counter));
  counter.authData.fill(0);
  if (volatile.countID === counter.countID) volatile.countID = RELEASED_COUNTER;
  tpm.changed();
}
