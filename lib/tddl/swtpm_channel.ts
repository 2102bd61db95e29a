import { startUp } from "./start_up.ts";
import { SocketChannel, type SocketOptions } from "./socket_channel.ts";
import { formatAddress, type SocketAddress } from "./stream.ts";
import { SwtpmControl } from "./swtpm_control.ts";

/** A TPM in swtpm: raw commands on one socket, control on another. */
export class SwtpmChannel extends SocketChannel {
  /** Both sockets, as a connection string. */
  override readonly name: string;
  /** Kind of connection. */
  override readonly kind = "swtpm";
  /** The control channel. */
  readonly control: SwtpmControl;
  #busy = 0;

  /** A channel to the sockets of swtpm, not yet connected. */
  constructor(
    { data, ctrl }: {
      /** Socket that takes commands. */
      readonly data: SocketAddress;
      /** Socket that takes control requests. */
      readonly ctrl: SocketAddress;
    },
    options: SocketOptions = {},
  ) {
    super(data, options);
    this.control = new SwtpmControl(ctrl);
    this.name = `swtpm:${formatAddress(data)},ctrl=${formatAddress(ctrl)}`;
  }

  /** Connects. A TPM that is off is powered on and started up, as swtpm's callers must. */
  override async connect(signal: AbortSignal): Promise<void> {
    const running = await this.control.isRunning();
    if (!running) await this.control.init();
    signal.throwIfAborted();
    await super.connect(signal);
    if (running) return;
    try {
      await startUp(this);
    } catch (error) {
      await this.disconnect();
      throw error;
    }
  }

  /** Sends a command and gives the answer. */
  override exchange(command: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const answer = super.exchange(command);
    if (answer instanceof Uint8Array) return answer;
    this.#busy++;
    return answer.finally(() => this.#busy--);
  }

  /** Asks swtpm to give up the command under way. */
  async cancel(): Promise<void> {
    await this.control.cancelTpmCmd();
  }

  /** Cancels what is under way, so that swtpm is soon free, and closes the connection. */
  override async abandon(): Promise<void> {
    if (this.#busy > 0) await this.cancel().catch(() => {}); // it may have just ended
    await super.abandon();
  }

  /** Powers the TPM on or off. */
  async setPower(on: boolean): Promise<void> {
    if (on) await this.control.init();
    else await this.control.stop();
  }
}
