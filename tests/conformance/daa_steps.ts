import { decode, U32 } from "../../lib/codec/mod.ts";
import { TPM_RT_DAA_TPM } from "../../lib/tpm12/constants/mod.ts";
import {
  type DaaDialogue,
  type DaaStage,
  issueCredential,
  issuerInitCredential,
  joinCreateDaaPubKey,
  joinInit,
  joinStoreCredential,
  type StoredCredential,
} from "../../lib/tspi/daa/mod.ts";
import { authenticate, KEY_PAIR, ROOT_MODULUS } from "../tspi/daa/issuer.ts";
import { play } from "./differential.ts";
import type { Side } from "./side.ts";
import { action, type CommandStep, type Step, step } from "./step.ts";

type Code = string | Readonly<Record<string, string>>;

/** The two commands in stages. */
export type DaaCommand = "TPM_DAA_Join" | "TPM_DAA_Sign";

/** What one stage is given, where the dialogue that runs has something else. */
export interface StageOptions {
  /** Says what is special. */
  title?: string;
  /** The stage; by default the dialogue's next. */
  stage?: number;
  /** The handle; by default the dialogue's. */
  daaHandle?: number;
  /** Replaces or changes the first input. */
  data0?: Uint8Array | ((data: Uint8Array, side: Side) => Uint8Array);
  /** Replaces or changes the second input. */
  data1?: Uint8Array | ((data: Uint8Array, side: Side) => Uint8Array);
  /** The command, where it is not the dialogue's own. */
  command?: DaaCommand;
  /** Sessions. */
  auths?: CommandStep<"TPM_DAA_Join">["auths"];
  /** The return code. */
  code?: Code;
  /** Leaves the dialogue where it is, although the stage succeeds. */
  aside?: true;
}

/** A dialogue that runs on a side: the stage it has said, and how it goes on. */
interface Running {
  command: DaaCommand;
  next: DaaStage | undefined;
  resume: (outputData: Uint8Array) => void;
}

const running = new WeakMap<Side, Running>();

/** The credential that a side's last join gave. */
export const credentials = new WeakMap<Side, StoredCredential>();

/** Begins a dialogue; its stages are taken by {@linkcode stage} and {@linkcode stages}. */
export function begin<T>(
  command: DaaCommand,
  dialogue: (side: Side) => DaaDialogue<T>,
  done: (side: Side, result: T) => void = () => {},
): Step {
  return action(`begin ${command}`, (side) => {
    const talk = dialogue(side);
    const state: Running = { command, next: undefined, resume: (out) => advance(out) };
    const take = (result: IteratorResult<DaaStage, T>): void => {
      state.next = result.done ? undefined : result.value;
      if (result.done) done(side, result.value);
    };
    const advance = (outputData: Uint8Array): void => take(talk.next(outputData));
    take(talk.next());
    running.set(side, state);
  });
}

function stateOf(side: Side): Running & { next: DaaStage } {
  const state = running.get(side);
  if (state?.next === undefined) throw new TypeError("Cannot take a stage: no dialogue runs");
  return state as Running & { next: DaaStage };
}

/** What the dialogue that runs gives to its next stage. */
export function stageRequest(side: Side): DaaStage {
  return stateOf(side).next;
}

/** Takes one stage; the dialogue goes on when it succeeds. */
export function stage(command: DaaCommand, options: StageOptions = {}): Step {
  const change = (
    by: StageOptions["data0"],
    data: Uint8Array,
    side: Side,
  ): Uint8Array => (typeof by === "function" ? by(data, side) : by ?? data);
  return step({
    command: options.command ?? command,
    ...(options.title && { title: options.title }),
    request: (side: Side) => {
      const next = stageRequest(side);
      return {
        daaHandle: options.daaHandle ?? next.daaHandle,
        stage: options.stage ?? next.stage,
        inputData0: change(options.data0, next.inputData0, side),
        inputData1: change(options.data1, next.inputData1, side),
      };
    },
    auths: options.auths ?? ["owner"],
    keep: (side, { outputData }) => {
      if (options.aside) return;
      const state = stateOf(side);
      side.values.set("daa handle", state.next.daaHandle || decode(U32, outputData.slice()));
      state.resume(outputData.slice());
    },
    ...(options.code && { code: options.code }),
  });
}

/** So many stages as they should be. */
export function stages(command: DaaCommand, count: number): Step[] {
  return Array.from({ length: count }, () => stage(command));
}

/** The whole of a join, part by part; its credential is kept. */
export function* joinDialogue(side: Side): DaaDialogue<StoredCredential> {
  const { publicKey } = KEY_PAIR;
  const daaCounter = 7;
  const session = yield* joinInit(publicKey, { authentication: authenticate(), daaCounter });
  const { capitalUprime } = session;
  const { random } = side;
  const challenge = issuerInitCredential(side.ek!, {
    capitalUprime,
    daaCounter,
    rootModulus: ROOT_MODULUS,
    random,
  });
  const asked = yield* joinCreateDaaPubKey(session, {
    authenticationChallenge: challenge.authenticationChallenge,
    nonceIssuer: challenge.session.nonceIssuer,
    attributesPlatform: [5n, 6n],
    random,
  });
  const issued = issueCredential(KEY_PAIR, asked.credentialRequest, {
    session: challenge.session,
    attributesIssuer: [7n, 8n],
    random,
  });
  return yield* joinStoreCredential(asked.session, issued, random);
}

/** A join up to and without a stage; stage 1 counts twice, as two keys authenticate the issuer. */
export function joinUpTo(number: number): Step[] {
  const before = number <= 1 ? number : number + 1;
  return [
    begin("TPM_DAA_Join", joinDialogue, (side, credential) => credentials.set(side, credential)),
    ...stages("TPM_DAA_Join", before),
  ];
}

/** A whole join. */
export const JOIN: Step[] = joinUpTo(25);

const kept = new Map<string, { state: unknown; credential: StoredCredential }>();

/** A TPM that has joined; what it had before is gone. The join itself is made once for each side. */
export const JOINED: Step = action("a TPM that has joined", (side) => {
  const before = kept.get(side.name);
  if (before === undefined) {
    play(side, JOIN);
    kept.set(side.name, { state: side.machine.save(), credential: credentials.get(side)! });
  } else {
    side.machine.restore(before.state);
    credentials.set(side, before.credential);
  }
});

/** Asks whether the session of the dialogue is still there, by flushing it. */
export function sessionIs(open: boolean): Step {
  return step({
    command: "TPM_FlushSpecific",
    title: `the DAA session is ${open ? "there" : "gone"}`,
    request: (side) => ({ handle: side.number("daa handle"), resourceType: TPM_RT_DAA_TPM }),
    code: open ? "TPM_SUCCESS" : { emulator: "TPM_BAD_PARAMETER", libtpms: "TPM_BAD_HANDLE" },
  });
}

const marks = new WeakMap<Side, unknown>();

/**
 * A stage that is refused, and takes the session with it; the TPM is put back afterwards, so that
 * the dialogue can go on.
 */
export function refused(command: DaaCommand, options: StageOptions & { code: Code }): Step[] {
  return apart(stage(command, options), sessionIs(false));
}

/** Steps whose effect on the TPM is undone; their stages are asides of the dialogue. */
export function apart(...steps: Step[]): Step[] {
  return [
    action("mark", (side) => marks.set(side, side.machine.save())),
    ...steps,
    action("back to the mark", (side) => side.machine.restore(marks.get(side))),
  ];
}

/** So many zeros. */
export const zeros = (length: number): Uint8Array => new Uint8Array(length);

/** Short words for the stages of one command. */
export interface DaaWords {
  /** The next stages, as they should be. */
  next(count?: number): Step[];
  /** A stage that succeeds, or not, and leaves the dialogue where it is. */
  aside(title: string, options: StageOptions): Step;
  /** A stage that is refused with a code. */
  bad(title: string, code: string, options: StageOptions): Step[];
  /** A first input that is refused. */
  data0(title: string, data: NonNullable<StageOptions["data0"]>): Step[];
  /** A second input that is refused. */
  data1(title: string, data: NonNullable<StageOptions["data1"]>): Step[];
}

/** The words for a command. */
export function wordsOf(command: DaaCommand): DaaWords {
  const bad: DaaWords["bad"] = (title, code, options) =>
    refused(command, { title, code, ...options });
  return {
    next: (count = 1) => stages(command, count),
    aside: (title, options) => stage(command, { title, aside: true, ...options }),
    bad,
    data0: (title, data0) => bad(title, "TPM_DAA_INPUT_DATA0", { data0 }),
    data1: (title, data1) => bad(title, "TPM_DAA_INPUT_DATA1", { data1 }),
  };
}
