import type { LibTpms } from "../peers/mod.ts";
import { LibTpmsMachine } from "./libtpms_machine.ts";
import type { Machine } from "./side.ts";

/**
 * Two TPMs, as they leave the factory, out of the one libtpms that a process can hold: whichever
 * is used has its state put in, and the other's is kept. A change of sides takes milliseconds.
 */
export function libtpmsPair(tpm: LibTpms): [Machine, Machine] {
  const shared = new LibTpmsMachine(tpm);
  tpm.manufacture();
  const first = shared.save();
  tpm.manufacture();
  const states: unknown[] = [first, shared.save()];
  let current = 1;
  const become = (side: number): LibTpmsMachine => {
    if (side === current) return shared;
    states[current] = shared.save();
    shared.restore(states[side] as ReturnType<LibTpmsMachine["save"]>);
    current = side;
    return shared;
  };
  const machine = (side: number): Machine => ({
    execute: (command) => become(side).execute(command),
    reset: () => become(side).reset(),
    setLocality: (locality) => become(side).setLocality(locality),
    save: () => become(side).save(),
    restore: (state) => become(side).restore(state as ReturnType<LibTpmsMachine["save"]>),
  });
  return [machine(0), machine(1)];
}
