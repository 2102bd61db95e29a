import type { Channel } from "./channel.ts";
import { ChannelTddl } from "./channel_tddl.ts";
import {
  type ConnectionSpec,
  formatConnectionSpec,
  parseConnectionString,
} from "./connection_string.ts";
import { EmulatorChannel } from "./emulator_channel.ts";
import { powerOnEmulator } from "./power_on_emulator.ts";
import { SocketChannel } from "./socket_channel.ts";
import type { SpinOptions } from "./stream.ts";
import { SwtpmChannel } from "./swtpm_channel.ts";
import type { WaitOptions } from "./tddl.ts";

/**
 * Opens the TPM that a connection string names. Throws as {@linkcode Tddl.open} does, and a
 * TypeError for a string that is none, or names a TCS daemon, which stands above this layer.
 *
 * ```ts
 * import { openTddl } from "@deno-tss/tss/tddl";
 *
 * await using tddl = await openTddl("emulator");
 * const answer = await tddl.transmitData(Uint8Array.from([0, 0xc1, 0, 0, 0, 10, 0, 0, 0, 0x50]));
 * console.assert(answer.length === 10); // TPM_SelfTestFull
 * ```
 */
export async function openTddl(
  connection: string | ConnectionSpec,
  options: WaitOptions & SpinOptions = {},
): Promise<ChannelTddl> {
  const spec = typeof connection === "string" ? parseConnectionString(connection) : connection;
  const tddl = new ChannelTddl(await channelFor(spec, options));
  await tddl.open(options);
  return tddl;
}

/** The way to the TPM of a connection string, not yet connected. */
export async function channelFor(
  spec: ConnectionSpec,
  { spin }: SpinOptions = {},
): Promise<Channel> {
  switch (spec.kind) {
    case "emulator":
      return new EmulatorChannel(() => powerOnEmulator(spec), formatConnectionSpec(spec));
    case "tcp":
    case "unix":
      return new SocketChannel(spec.address, { connection: spec.connection, spin });
    case "swtpm":
      return new SwtpmChannel(spec, { connection: spec.connection, spin });
    case "device": {
      const { DeviceChannel } = await import("../../ffi/device.ts");
      return new DeviceChannel(spec.path);
    }
    case "tcsd":
      throw new TypeError(
        `Cannot open ${formatConnectionSpec(spec)} as a TPM: a TCS daemon is reached above TDDL`,
      );
  }
}
