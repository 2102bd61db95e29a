/** One stage of TPM_DAA_Join or TPM_DAA_Sign. */
export interface DaaStage {
  /** The session in the TPM; 0 for stage 0, which opens one. */
  readonly daaHandle: number;
  /** Its number. */
  readonly stage: number;
  /** First input. */
  readonly inputData0: Uint8Array;
  /** Second input. */
  readonly inputData1: Uint8Array;
}

/**
 * A conversation with the TPM that waits for nobody: gives one stage after another, is handed the
 * outputData of each, and ends with its result.
 */
export type DaaDialogue<T> = Generator<DaaStage, T, Uint8Array>;

const NOTHING = new Uint8Array(0);

/** Says the stages of one session in turn. */
export class StageSpeaker {
  /** The session in the TPM. */
  readonly daaHandle: number;
  #next: number;

  /** Goes on with a session at a stage. */
  constructor(daaHandle: number, next: number) {
    this.daaHandle = daaHandle;
    this.#next = next;
  }

  /** Says the next stage; `yield*` gives its outputData. */
  *say(
    inputData0: Uint8Array = NOTHING,
    inputData1: Uint8Array = NOTHING,
  ): DaaDialogue<Uint8Array> {
    const { daaHandle } = this;
    return yield { daaHandle, stage: this.#next++, inputData0, inputData1 };
  }
}

/** Stage 0, which opens a session. */
export function* openSession(inputData0: Uint8Array): DaaDialogue<StageSpeaker> {
  const handle = yield { daaHandle: 0, stage: 0, inputData0, inputData1: NOTHING };
  const view = new DataView(handle.buffer, handle.byteOffset, handle.byteLength);
  return new StageSpeaker(view.getUint32(0), 1);
}

/** Holds a dialogue over something asynchronous. */
export async function converse<T>(
  dialogue: DaaDialogue<T>,
  send: (stage: DaaStage) => Promise<Uint8Array>,
): Promise<T> {
  let step = dialogue.next();
  while (!step.done) step = dialogue.next(await send(step.value));
  return step.value;
}
