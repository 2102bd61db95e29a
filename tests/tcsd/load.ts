import { assertEquals } from "@std/assert";
import type { ClientSession } from "../../lib/auth/mod.ts";
import { TssError } from "../../lib/tpm12/tss_error.ts";
import { ZEROS } from "../conformance/templates.ts";
import type { User } from "../tcs/user.ts";

/** One of many clients, with keys of its own and a session that it keeps open. */
export interface LoadClient {
  readonly user: User;
  readonly keys: readonly { handle: number; readonly blob: Uint8Array }[];
  /** A session bound to a key, or for any entity; none after a refusal. */
  kept: { readonly session: ClientSession; readonly key: number | null } | null;
}

/** What a load has done. */
export interface LoadResult {
  /** Commands answered. */
  operations: number;
  /** Refusals for want of room. */
  full: number;
  /** Longest time of one operation in milliseconds. */
  longest: number;
}

/** A client with so many keys, loaded in turn from blobs, and one open session. */
export async function loadClient(
  user: User,
  { number, blobs, keys }: {
    readonly number: number;
    readonly blobs: readonly Uint8Array[];
    readonly keys: number;
  },
): Promise<LoadClient> {
  const loaded = [];
  for (let i = 0; i < keys; i++) {
    const blob = blobs[(number + i) % blobs.length]!;
    loaded.push({ handle: await user.loadKey(blob), blob });
  }
  const client: LoadClient = { user, keys: loaded, kept: null };
  await keep(client, number % 2 ? number % keys : null);
  return client;
}

/** Opens another session in place of the one that is kept. */
async function keep(client: LoadClient, key: number | null): Promise<void> {
  const { user, keys, kept } = client;
  client.kept = null;
  if (kept) await user.tcs.terminateHandle({ authHandle: kept.session.authHandle });
  const session = key === null ? await user.oiap() : await user.osap(keys[key]!.handle);
  client.kept = { session, key };
}

/** Has clients work beside each other until a time, each answer checked. */
export async function runLoad(clients: readonly LoadClient[], until: number): Promise<LoadResult> {
  const result: LoadResult = { operations: 0, full: 0, longest: 0 };
  await Promise.all(clients.map((client, i) => work(client, { until, result, seed: i + 1 })));
  return result;
}

async function work(
  client: LoadClient,
  { until, result, seed }: {
    readonly until: number;
    readonly result: LoadResult;
    readonly seed: number;
  },
): Promise<void> {
  let state = seed * 2654435761 >>> 0;
  const next = (below: number) => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  while (performance.now() < until) {
    const started = performance.now();
    try {
      await operate(client, next);
    } catch (error) {
      if (!(error instanceof TssError) || error.codeName !== "TPM_RESOURCES") throw error;
      result.full++;
    }
    result.operations++;
    result.longest = Math.max(result.longest, performance.now() - started);
  }
}

async function operate(client: LoadClient, next: (below: number) => number): Promise<void> {
  const { user, keys, kept } = client;
  const key = keys[next(keys.length)]!;
  switch (next(7)) {
    case 0: {
      const own = kept?.key === null;
      const session = own ? kept.session : await user.oiap();
      const proof = { session, secret: ZEROS, keep: own };
      return await user.sign(key.handle, { blob: key.blob, proof });
    }
    case 1: {
      if (!kept || kept.key === null) return await keep(client, next(keys.length));
      const { handle, blob } = keys[kept.key]!;
      return await user.sign(handle, { blob, proof: { session: kept.session, keep: true } });
    }
    case 2: {
      const request = { certHandle: key.handle, keyHandle: keys[0]!.handle, antiReplay: ZEROS };
      const first = { session: await user.oiap(), secret: ZEROS };
      try {
        const second = { session: await user.oiap(), secret: ZEROS };
        await user.run("TPM_CertifyKey", request, [first, second]);
      } catch (error) {
        await user.tcs.terminateHandle({ authHandle: first.session.authHandle }).catch(() => {});
        throw error;
      }
      return;
    }
    case 3: {
      const { outDigest } = await user.tcs.pcrRead({ pcrIndex: next(16) });
      assertEquals(outDigest, ZEROS);
      return;
    }
    case 4: {
      if (kept && kept.key !== null && keys[kept.key] === key) return;
      const handle = await user.loadKey(key.blob);
      await user.tcs.evictKey({ hKey: key.handle });
      key.handle = handle;
      return;
    }
    case 5:
      await user.askAsOwner();
      return;
    case 6:
      return await keep(client, null);
  }
}
