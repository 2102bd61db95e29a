import { assertEquals } from "@std/assert";
import { verifyPkcs1Sha1 } from "../../lib/crypto/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { peerTest } from "../peers/requirements.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { makeKey, type OwnedBed, ownedBed } from "../tspi/bed.ts";
import { allow, arrived, certifiedKey, migratableKey, ticketFor } from "../tspi/moving_keys.ts";
import type { PathName } from "../tspi/paths.ts";
import { CProgram } from "./c_program.ts";

/** What the program signs to show that a key has arrived. */
const SIGNED = Uint8Array.from({ length: 20 }, (_, i) => i + 1);
const SCHEMES = { rewrapping: T.TSS_MS_REWRAP, migration: T.TSS_MS_MIGRATE };

/** Two TPMs, each behind a tcsd, and a folder for what goes from one to the other. */
class Exchange implements AsyncDisposable {
  /** Where keys come from. */
  readonly from: OwnedBed;
  /** Where they go. */
  readonly to: OwnedBed;
  readonly #program: CProgram;
  readonly #folder: TempFolder;
  readonly #held: AsyncDisposableStack;

  private constructor(
    { from, to, program, folder }: {
      readonly from: OwnedBed;
      readonly to: OwnedBed;
      readonly program: CProgram;
      readonly folder: TempFolder;
    },
    held: AsyncDisposableStack,
  ) {
    this.from = from;
    this.to = to;
    this.#program = program;
    this.#folder = folder;
    this.#held = held;
  }

  static async open(path: PathName): Promise<Exchange> {
    await using stack = new AsyncDisposableStack();
    const parts = {
      from: stack.use(await ownedBed({ path })),
      to: stack.use(await ownedBed({ path, distinct: true })),
      program: stack.use(new CProgram(["migration_exchange", "exchange", "objects"])),
      folder: stack.use(new TempFolder()),
    };
    return new Exchange(parts, stack.move());
  }

  /** Runs the program on libtspi at one of the TPMs. */
  async libtspi(at: OwnedBed, mode: string, ...args: string[]): Promise<void> {
    const port = Number(at.context.machineName.split(":").at(-1));
    await this.#program.run(port, [mode, this.#folder.path, ...args]);
  }

  give(files: Readonly<Record<string, Uint8Array>>): void {
    for (const [name, bytes] of Object.entries(files)) {
      Deno.writeFileSync(this.#folder.join(name), bytes);
    }
  }

  take(name: string): Uint8Array {
    return Deno.readFileSync(this.#folder.join(name));
  }

  /** A public key that the program left. */
  takeKey(name: string, context: T.Context): T.Key {
    const key = context.createRsaKey(T.TSS_KEY_TYPE_SIGNING);
    key.publicBlob = this.take(name);
    return key;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held.disposeAsync();
  }
}

/** Takes the certified migratable key that the program sent, as its authority allows. */
async function takeCertified(exchange: Exchange, original: T.Key): Promise<void> {
  const { context, srk } = exchange.to;
  const data = context.createMigData();
  const { TSS_MIGATTRIB_AUTHORITY_DATA: AUTHORITY, TSS_MIGATTRIB_AUTHORITY_MSALIST: LIST } = T;
  await data.setAttribData(AUTHORITY, LIST, { value: exchange.take("authorities") });
  data.restrictTicket = exchange.take("restriction");
  data.sigValue = exchange.take("signature");
  data.xorBlob = exchange.take("blob");
  await context.tpm.cmkCreateTicket(exchange.takeKey("authority", context), data);
  const moved = context.createRsaKey(0);
  await moved.cmkConvertMigration(srk, data, { random: exchange.take("random") });
  await arrived(moved, srk, original);
}

for (
  const [path, name, peers] of [
    ["tcsd-emulator", "through our tcsd on our emulator", []],
    ["debian-swtpm", "through Debian's tcsd on swtpm", ["swtpm", "tcsd"]],
  ] as const
) {
  const exchangeTest = (title: string, body: (exchange: Exchange) => Promise<void>) =>
    peerTest(["libtspi", "cc", ...peers], `${title}, ${name}`, async () => {
      await using exchange = await Exchange.open(path);
      await body(exchange);
    });

  for (const [kind, scheme] of Object.entries(SCHEMES)) {
    exchangeTest(`libtspi takes the key that we send by ${kind}`, async (exchange) => {
      const { from, to } = exchange;
      const key = await migratableKey(from, T.TSS_KEY_TYPE_SIGNING);
      const ticket = await ticketFor(from, to.srk, scheme);
      const { random, migrationBlob } = await key.createMigrationBlob(from.srk, ticket);
      exchange.give({ random, blob: migrationBlob });
      await exchange.libtspi(to, "take");
      const signature = exchange.take("signature");
      assertEquals(verifyPkcs1Sha1(key.publicKey, SIGNED, signature), true);
    });

    exchangeTest(`we take the key that libtspi sends by ${kind}`, async (exchange) => {
      const { from, to } = exchange;
      exchange.give({ destination: to.srk.publicBlob });
      await exchange.libtspi(from, "send", `${scheme}`);
      const random = exchange.take("random");
      const migrationBlob = exchange.take("blob");
      const moved = to.context.createRsaKey(0);
      if (random.length === 0) moved.blob = migrationBlob;
      else await moved.convertMigrationBlob(to.srk, { random, migrationBlob });
      await arrived(moved, to.srk, exchange.takeKey("public", to.context));
    });
  }

  exchangeTest("we take the certified migratable key that libtspi sends", async (exchange) => {
    const { from, to } = exchange;
    exchange.give({
      destination: to.srk.publicBlob,
      ticket: await ticketFor(from, to.srk, T.TSS_MS_RESTRICT_APPROVE_DOUBLE),
    });
    await exchange.libtspi(from, "certify");
    await takeCertified(exchange, exchange.takeKey("public", to.context));
  });

  exchangeTest(
    "libtspi sends a certified migratable key with what we say of it",
    async (exchange) => {
      const { from, to } = exchange;
      const authority = await makeKey(from);
      const { key, data } = await certifiedKey(from, [authority]);
      await allow(authority, { data, key, destination: to.srk });
      exchange.give({
        key: key.blob,
        authority: authority.publicBlob,
        authorities: await data.getAttribData(
          T.TSS_MIGATTRIB_AUTHORITY_DATA,
          T.TSS_MIGATTRIB_AUTHORITY_MSALIST,
        ),
        restriction: data.restrictTicket,
        signature: data.sigValue,
        ticket: await ticketFor(from, to.srk, T.TSS_MS_RESTRICT_APPROVE_DOUBLE),
      });
      await exchange.libtspi(from, "allowed");
      await takeCertified(exchange, key);
    },
  );
}
