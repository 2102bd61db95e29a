import { assertEquals } from "@std/assert";
import { verifyPkcs1Sha1 } from "../../lib/crypto/mod.ts";
import * as T from "../../lib/tspi/mod.ts";
import { peerTest } from "../peers/requirements.ts";
import { makeKey, type OwnedBed, ownedBed } from "../tspi/bed.ts";
import { allow, arrived, certifiedKey, migratableKey, ticketFor } from "../tspi/moving_keys.ts";
import { LibtspiProgram } from "./libtspi_program.ts";

/** What the program signs to show that a key has arrived. */
const SIGNED = Uint8Array.from({ length: 20 }, (_, i) => i + 1);
const SCHEMES = { rewrapping: T.TSS_MS_REWRAP, migration: T.TSS_MS_MIGRATE };

/** Two TPMs, each behind a tcsd, and a program on libtspi that is run at either. */
interface Exchange {
  /** Where keys come from. */
  readonly from: OwnedBed;
  /** Where they go. */
  readonly to: OwnedBed;
  readonly program: LibtspiProgram;
}

/** A public key that the program left. */
function takeKey({ program, to: { context } }: Exchange, name: string): T.Key {
  const key = context.createRsaKey(T.TSS_KEY_TYPE_SIGNING);
  key.publicBlob = program.take(name);
  return key;
}

/** Takes the certified migratable key that the program sent, as its authority allows. */
async function takeCertified(exchange: Exchange, original: T.Key): Promise<void> {
  const { context, srk } = exchange.to;
  const data = context.createMigData();
  const { TSS_MIGATTRIB_AUTHORITY_DATA: AUTHORITY, TSS_MIGATTRIB_AUTHORITY_MSALIST: LIST } = T;
  await data.setAttribData(AUTHORITY, LIST, { value: exchange.program.take("authorities") });
  data.restrictTicket = exchange.program.take("restriction");
  data.sigValue = exchange.program.take("signature");
  data.xorBlob = exchange.program.take("blob");
  await context.tpm.cmkCreateTicket(takeKey(exchange, "authority"), data);
  const moved = context.createRsaKey(0);
  await moved.cmkConvertMigration(srk, data, { random: exchange.program.take("random") });
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
      using program = new LibtspiProgram("migration_exchange");
      await using from = await ownedBed({ path });
      await using to = await ownedBed({ path, distinct: true });
      await body({ from, to, program });
    });

  for (const [kind, scheme] of Object.entries(SCHEMES)) {
    exchangeTest(`libtspi takes the key that we send by ${kind}`, async (exchange) => {
      const { from, to } = exchange;
      const key = await migratableKey(from, T.TSS_KEY_TYPE_SIGNING);
      const ticket = await ticketFor(from, to.srk, scheme);
      const { random, migrationBlob } = await key.createMigrationBlob(from.srk, ticket);
      exchange.program.give({ random, blob: migrationBlob });
      await exchange.program.run(to, "take");
      const signature = exchange.program.take("signature");
      assertEquals(verifyPkcs1Sha1(key.publicKey, SIGNED, signature), true);
    });

    exchangeTest(`we take the key that libtspi sends by ${kind}`, async (exchange) => {
      const { from, to } = exchange;
      exchange.program.give({ destination: to.srk.publicBlob });
      await exchange.program.run(from, "send", `${scheme}`);
      const random = exchange.program.take("random");
      const migrationBlob = exchange.program.take("blob");
      const moved = to.context.createRsaKey(0);
      if (random.length === 0) moved.blob = migrationBlob;
      else await moved.convertMigrationBlob(to.srk, { random, migrationBlob });
      await arrived(moved, to.srk, takeKey(exchange, "public"));
    });
  }

  exchangeTest("we take the certified migratable key that libtspi sends", async (exchange) => {
    const { from, to } = exchange;
    exchange.program.give({
      destination: to.srk.publicBlob,
      ticket: await ticketFor(from, to.srk, T.TSS_MS_RESTRICT_APPROVE_DOUBLE),
    });
    await exchange.program.run(from, "certify");
    await takeCertified(exchange, takeKey(exchange, "public"));
  });

  exchangeTest(
    "libtspi sends a certified migratable key with what we say of it",
    async (exchange) => {
      const { from, to } = exchange;
      const authority = await makeKey(from);
      const { key, data } = await certifiedKey(from, [authority]);
      await allow(authority, { data, key, destination: to.srk });
      exchange.program.give({
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
      await exchange.program.run(from, "allowed");
      await takeCertified(exchange, key);
    },
  );
}
