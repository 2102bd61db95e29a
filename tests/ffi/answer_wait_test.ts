import { assertEquals } from "@std/assert";
import { AnswerWait } from "../../ffi/answer_wait.ts";

/** Waits for answers that are there at the `ask`th time of asking; tells how it asked. */
function waiting(options: { readonly spin: boolean }) {
  let left = 0;
  let asked: number[] = [];
  const wait = new AnswerWait((milliseconds) => {
    asked.push(milliseconds);
    return --left <= 0;
  }, options);
  return {
    learn: (kind: number, took: number) => wait.learn(kind, took),
    until(kind: number, ask: number) {
      left = ask;
      asked = [];
      return { came: wait.until(kind), asked };
    },
  };
}

Deno.test("AnswerWait takes an answer that is there", () => {
  assertEquals(waiting({ spin: true }).until(1, 1), { came: true, asked: [0] });
});

Deno.test("AnswerWait asks again and again for a moment, then sleeps for a while", () => {
  const { until } = waiting({ spin: true });
  assertEquals(until(1, 4), { came: true, asked: [0, 0, 0, 0] });
  const { came, asked } = until(1, Infinity);
  assertEquals([came, asked.at(-1), asked.filter((patience) => patience > 0)], [false, 4, [4]]);
});

Deno.test("AnswerWait sleeps first where answers of a kind take long", () => {
  const { learn, until } = waiting({ spin: true });
  learn(1, 2);
  assertEquals(until(1, 2), { came: true, asked: [0, 1.7] });
  assertEquals(until(1, 4), { came: true, asked: [0, 1.7, 0, 0] });
  assertEquals(until(2, 4), { came: true, asked: [0, 0, 0, 0] }, "another kind");
});

Deno.test("AnswerWait leaves what takes too long to another thread, until it does not", () => {
  const { learn, until } = waiting({ spin: true });
  learn(1, 100);
  assertEquals(until(1, 2), { came: false, asked: [0] });
  for (let i = 0; i < 40; i++) learn(1, 0.1);
  assertEquals(until(1, 2), { came: true, asked: [0, 0] });
});

Deno.test("AnswerWait sleeps at once where it may not spin", () => {
  const { learn, until } = waiting({ spin: false });
  learn(1, 2);
  assertEquals(until(1, 2), { came: true, asked: [0, 4] });
  assertEquals(until(1, Infinity), { came: false, asked: [0, 4] });
});
