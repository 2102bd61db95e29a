/**
 * Measures every command that libtpms has, on our emulator and on libtpms, both in this process, in
 * turns, and prints a table in microseconds: `deno task bench:emulator [COMMAND...]`.
 *
 * @module
 */
import { recipe } from "../conformance/generated/recipe.ts";
import { RECIPES } from "../conformance/generated/recipes.ts";
import { locality } from "../conformance/steps.ts";
import { keyTemplate, ZEROS } from "../conformance/templates.ts";
import { exposeTransport, openTransport, SECRET } from "../conformance/transport.ts";
import { TPM_TRANSPORT_LOG } from "../../lib/tpm12/constants/mod.ts";
import { Contest, type Times } from "./emulator_contest.ts";

/** Commands that make a key, or have libtpms make one to test itself. */
const KEY_MAKERS: readonly string[] = [
  "TPM_CreateEndorsementKeyPair",
  "TPM_CreateRevocableEK",
  "TPM_TakeOwnership",
  "TPM_CreateWrapKey",
  "TPM_CMK_CreateKey",
  "TPM_MakeIdentity",
  "TPM_ChangeAuthAsymStart",
  "TPM_SelfTestFull",
  "TPM_ContinueSelfTest",
];
/** What is measured where the recipes are refused, or make a key shorter than keys are. */
const OWN = [
  recipe("TSC_ResetEstablishmentBit", { prelude: [locality(3)] }),
  recipe("TPM_CreateWrapKey", {
    request: (side) => ({
      parentHandle: side.handle("storage"),
      dataUsageAuth: ZEROS,
      dataMigrationAuth: ZEROS,
      keyInfo: keyTemplate("signing"),
    }),
  }),
  recipe("TPM_ReleaseTransportSigned", {
    prelude: [
      openTransport({ enter: false, transAttributes: TPM_TRANSPORT_LOG }),
      exposeTransport(),
    ],
    request: (side) => ({ keyHandle: side.handle("signing"), antiReplay: ZEROS }),
    auths: [{ entity: "signing" }, { entity: SECRET, session: "transport" }],
  }),
];
/** A protocol of many stages, each a command: the sum of all stages is shown. */
const STAGED: readonly string[] = ["TPM_DAA_Join", "TPM_DAA_Sign"];
/** Pairs of columns beside each other. */
const COLUMNS = 2;

if (import.meta.main) {
  printTable(measure(Deno.args));
}

/** Measures these commands, all when none is given. */
function measure(commands: readonly string[]): Map<string, Times> {
  const wanted = [...new Set(RECIPES.map(({ command }) => command))]
    .filter((command) => commands.length === 0 || commands.includes(command));
  const times = new Map<string, Times>();
  for (const generateKeys of [false, true]) {
    using contest = new Contest({ generateKeys });
    for (const command of wanted.filter((name) => KEY_MAKERS.includes(name) === generateKeys)) {
      times.set(command, measureCommand(contest, command));
    }
  }
  return times;
}

/** The first recipe that is not refused. */
function measureCommand(contest: Contest, command: string): Times {
  const sum = { ours: 0, libtpms: 0 };
  for (const recipe of [...OWN, ...RECIPES].filter((recipe) => recipe.command === command)) {
    const times = contest.measure(recipe);
    if (times === null) continue;
    sum.ours += times.ours;
    sum.libtpms += times.libtpms;
    if (!STAGED.includes(command)) break;
  }
  if (sum.ours === 0) throw new Error(`Cannot measure ${command}: each of its recipes is refused`);
  return sum;
}

/** In Markdown, slowest first. */
function printTable(times: ReadonlyMap<string, Times>): void {
  const cells = [...times].sort(([, a], [, b]) => b.libtpms - a.libtpms).map(cell);
  const rows = Math.ceil(cells.length / COLUMNS);
  console.log(`| ${Array(COLUMNS).fill("command | ours | libtpms | times as fast").join(" | ")} |`);
  console.log(`|${" --- | --: | --: | --: |".repeat(COLUMNS)}`);
  for (let row = 0; row < rows; row++) {
    const line = Array.from({ length: COLUMNS }, (_, i) => cells[row + i * rows] ?? " | | | ");
    console.log(`| ${line.join(" | ")} |`);
  }
}

function cell([command, { ours, libtpms }]: readonly [string, Times]): string {
  const name = STAGED.includes(command) ? `${command}, all stages` : command;
  return `${name} | ${figure(ours)} | ${figure(libtpms)} | ${(libtpms / ours).toFixed(2)}`;
}

/** Three digits. */
function figure(microseconds: number): string {
  return microseconds >= 100 ? microseconds.toFixed(0) : microseconds.toPrecision(2);
}
