import { systemRandom } from "../../lib/crypto/mod.ts";
import type { Tools } from "../peers/tools.ts";
import { shortestDer } from "./shortest_der.ts";
import { assertPresence, type InteropTpm } from "./interop_tpm.ts";
import type { ToolStep } from "./tool_steps.ts";

/** Where steps are played. */
export interface ToolScene {
  readonly tools: Tools;
  /** For steps that take more than the tools. */
  readonly tpm?: InteropTpm;
  readonly debian: boolean;
}

/** Plays steps; gives a sentence for each that ends otherwise than it should. */
export async function playTools(steps: readonly ToolStep[], scene: ToolScene): Promise<string[]> {
  const wrong: string[] = [];
  for (const step of steps) {
    const complaint = step.run.startsWith("!")
      ? await act(step.run.slice(1).split(" "), scene)
      : await use(step, scene);
    if (complaint !== undefined) wrong.push(`${step.run}: ${complaint}`);
  }
  return wrong;
}

async function use(step: ToolStep, { tools, debian }: ToolScene): Promise<string | undefined> {
  const [name, ...args] = step.run.split(" ");
  const { answers, prints, code = 0 } = step;
  const wanted = debian ? step.debian ?? code : code;
  const outcome = await tools.run([name!, ...args], { ...answers && { answers } });
  const text = outcome.stdout + outcome.stderr;
  // On a terminal the code is that of script(1), which passes it on.
  if (outcome.code !== wanted) return `code ${outcome.code}, not ${wanted}: ${text.trim()}`;
  if (prints !== undefined && wanted === 0 && !prints.test(text)) return `prints ${text.trim()}`;
}

async function act(words: string[], { tools, tpm }: ToolScene): Promise<string | undefined> {
  const [action, first = "", second = ""] = words;
  const path = (name: string) => `${tools.folder}/${name}`;
  switch (action) {
    case "boot":
      return void await tpm!.powerCycle();
    case "presence":
      return void await assertPresence(tpm!);
    case "random":
      return void Deno.writeFileSync(path(first), systemRandom(Number(second)));
    case "shortest":
      return void Deno.writeFileSync(path(second), shortestDer(Deno.readFileSync(path(first))));
    case "same": {
      const [a, b] = [first, second].map((name) => Deno.readFileSync(path(name)).join());
      return a === b ? undefined : "they differ";
    }
    default:
      throw new TypeError(`Cannot do ${action}`);
  }
}
