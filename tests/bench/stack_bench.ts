import { openTpm, type Tpm, type TpmCryptoKey } from "../../mod.ts";
import { CoreServices } from "../../lib/tcs/mod.ts";
import { openTddl } from "../../lib/tddl/mod.ts";
import { TcsdServer } from "../../lib/tcsd/mod.ts";
import { findPeer, freePort, Swtpm, Tcsd } from "../peers/mod.ts";

/** An opened TPM with a key in it, and sealed data. */
interface Opened {
  readonly tpm: Tpm;
  readonly key: TpmCryptoKey;
  readonly sealed: Uint8Array;
}

const DATA = new Uint8Array(64);

/** What is measured, through the whole stack. */
const OPERATIONS: Readonly<Record<string, (opened: Opened) => Promise<unknown>>> = {
  "random(20)": ({ tpm }) => tpm.random(20),
  "pcrs([0])": ({ tpm }) => tpm.pcrs([0]),
  "seal": ({ tpm }) => tpm.seal(DATA),
  "unseal": ({ tpm, sealed }) => tpm.unseal(sealed),
  "sign": ({ key }) => key.sign(DATA),
};

/** Ways through the stack, each made when its first bench runs. */
const WAYS: Readonly<Record<string, () => Promise<Opened>>> = {
  "ours in process": once(() => open("emulator")),
  "through our tcsd": once(async () => open(await ourTcsd())),
};

if (findPeer("tcsd") !== undefined && findPeer("swtpm") !== undefined) {
  Object.assign(WAYS, {
    "through Debian's tcsd, on swtpm": once(async () => open(await debianTcsd())),
  });
}

for (const [group, operation] of Object.entries(OPERATIONS)) {
  for (const [way, opened] of Object.entries(WAYS)) {
    Deno.bench(`${group}, ${way}`, { group, n: 20, warmup: 2 }, async (bench) => {
      const subject = await opened();
      bench.start();
      await operation(subject);
      bench.end();
    });
  }
}

async function open(connection: string): Promise<Opened> {
  const tpm = await openTpm(connection, { own: true });
  const key = await tpm.createKey({ usage: "sign" });
  return { tpm, key, sealed: await tpm.seal(DATA) };
}

async function ourTcsd(): Promise<string> {
  const port = freePort();
  const core = await CoreServices.start(await openTddl("emulator"));
  await TcsdServer.start(core, {
    addresses: [{ address: { transport: "tcp", hostname: "127.0.0.1", port } }],
  });
  return `tcsd:127.0.0.1:${port}`;
}

async function debianTcsd(): Promise<string> {
  const swtpm = await Swtpm.start({ transport: "tcp" });
  const tcsd = await Tcsd.start({ tpm: { port: (swtpm.address as { port: number }).port } });
  addEventListener("unload", () => {
    tcsd.kill();
    swtpm.kill();
  });
  return `tcsd:127.0.0.1:${tcsd.port}`;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}
