import { CoreServices, type CoreServicesOptions } from "../../lib/tcs/mod.ts";
import { TcsdServer, type TcsdServerOptions } from "../../lib/tcsd/mod.ts";
import type { TcpAddress } from "../../lib/tddl/mod.ts";
import { Tcsd } from "../peers/tcsd.ts";
import type { InteropTpm } from "./interop_tpm.ts";

/** A tcsd over a TPM. */
export interface InteropTcsd extends AsyncDisposable {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Faults of ours: requests that failed without a result of their own. */
  readonly faults: readonly unknown[];
}

/** Our tcsd, in this process. */
export async function ourTcsd(
  tpm: InteropTpm,
  { services: served = {}, server: serving = {} }: {
    readonly services?: CoreServicesOptions;
    readonly server?: TcsdServerOptions;
  } = {},
): Promise<InteropTcsd> {
  await using stack = new AsyncDisposableStack();
  const faults: unknown[] = [];
  const services = stack.use(await CoreServices.start(await tpm.open(), served));
  const server = stack.use(
    await TcsdServer.start(services, {
      ...serving,
      addresses: [{ address: { transport: "tcp", hostname: "127.0.0.1", port: 0 } }],
      onEvent: ({ request }) => request?.error !== undefined && faults.push(request.error),
    }),
  );
  const held = stack.move();
  return {
    port: (server.addresses[0] as TcpAddress).port,
    faults,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Debian's tcsd, in a process of its own. */
export async function debianTcsd(tpm: InteropTpm): Promise<InteropTcsd> {
  const tcsd = await Tcsd.start({ tpm: { port: tpm.port! } });
  return {
    port: tcsd.port,
    faults: [],
    [Symbol.asyncDispose]: () => tcsd[Symbol.asyncDispose](),
  };
}
