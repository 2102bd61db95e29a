import { assertEquals } from "@std/assert";
import { CoreServices } from "../../lib/tcs/mod.ts";
import { type RemoteOp, TcsdServer } from "../../lib/tcsd/mod.ts";
import { openTddl, type TcpAddress } from "../../lib/tddl/mod.ts";
import { NetworkNamespace } from "../peers/network_namespace.ts";
import { findPeer } from "../peers/requirements.ts";

const CLIENT = new URL("remote_client.ts", import.meta.url).pathname;
const RUN = ["run", "-A", "--no-check", "--quiet", CLIENT];
/** No such operation, TPM_NO_ENDORSEMENT, TPM_BAD_PRESENCE, nobody answers. */
const [REFUSED, NO_EK, BAD_PRESENCE, NOBODY] = [0x2002, 0x23, 0x2d, 0x3011];

/** What a client can do here, and in another network. */
async function use(
  network: NetworkNamespace,
  { remoteOps, transport, hostname = "0.0.0.0" }: {
    readonly remoteOps: readonly RemoteOp[];
    readonly transport: "libc" | "deno";
    readonly hostname?: string;
  },
): Promise<{ here: unknown; there: unknown }> {
  await using services = await CoreServices.start(await openTddl("emulator"));
  await using server = await TcsdServer.start(services, {
    addresses: [{ address: { transport: "tcp", hostname, port: 0 } }],
    remoteOps,
    transport,
  });
  const port = `${(server.addresses[0] as TcpAddress).port}`;
  const there = JSON.parse(await network.run(Deno.execPath(), [...RUN, network.here, port]));
  const local = new Deno.Command(Deno.execPath(), { args: [...RUN, "127.0.0.1", port] });
  const here = JSON.parse(new TextDecoder().decode((await local.output()).stdout));
  return { here, there };
}

/** Where networks cannot be made the test is left out, but never under CI. */
const runs = !!Deno.env.get("CI") || findPeer("ip") !== undefined && NetworkNamespace.allowed();

for (const transport of ["libc", "deno"] as const) {
  Deno.test({
    name: `a client in another network may do what remote_ops lists, and only that (${transport})${
      runs ? "" : " (not run: networks cannot be made here)"
    }`,
    ignore: !runs,
    async fn() {
      using network = new NetworkNamespace();
      const all = { openContext: 0, getRandom: 0, oiap: 0, closeContext: 0, status: 0 };
      const local = { ...all, readPubek: NO_EK, pcrRead: 0, forceClear: BAD_PRESENCE };
      for (const hostname of ["0.0.0.0", "::"]) {
        const remoteOps = ["random", "readpubek"] as const;
        assertEquals(await use(network, { remoteOps, transport, hostname }), {
          here: local,
          there: { ...local, pcrRead: REFUSED, forceClear: REFUSED, status: REFUSED },
        });
      }
      const { there } = await use(network, { remoteOps: ["selftest"], transport });
      const few = { getRandom: REFUSED, oiap: REFUSED, readPubek: REFUSED };
      assertEquals(there, {
        ...local,
        ...few,
        pcrRead: REFUSED,
        forceClear: REFUSED,
        status: REFUSED,
      });
      // With nothing listed nobody elsewhere gets in, wherever the daemon listens.
      assertEquals(await use(network, { remoteOps: [], transport }), {
        here: local,
        there: { openContext: NOBODY, status: NOBODY },
      });
    },
  });
}
