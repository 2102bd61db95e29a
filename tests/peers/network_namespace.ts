import { requirePeer } from "./requirements.ts";

/** Runs ip(8); throws with what it says when it fails. */
function ip(...args: string[]): void {
  const { success, stderr } = new Deno.Command(requirePeer("ip"), { args }).outputSync();
  if (!success) throw new Error(`ip ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

/** A network of its own, with a cable to this one: another machine, as far as sockets know. */
export class NetworkNamespace implements Disposable {
  static #made = 0;
  readonly #name: string;
  readonly #cable: string;
  /** Our end's address. */
  readonly here: string;
  /** Its end's. */
  readonly there: string;

  /** Makes it. Needs root, and to be allowed to make networks. */
  constructor() {
    // A cable goes a while after its network, so no two have one name or one subnet.
    const number = NetworkNamespace.#made++;
    this.#name = `tss-${Deno.pid}-${number}`;
    this.#cable = `tss${Deno.pid}-${number}`;
    const subnet = `10.${200 + number % 50}.${Deno.pid % 250}`;
    this.here = `${subnet}.1`;
    this.there = `${subnet}.2`;
    ip("netns", "add", this.#name);
    try {
      const peer = `${this.#cable}p`;
      ip("link", "add", this.#cable, "type", "veth", "peer", "name", peer, "netns", this.#name);
      ip("addr", "add", `${this.here}/24`, "dev", this.#cable);
      ip("link", "set", this.#cable, "up");
      ip("-n", this.#name, "addr", "add", `${this.there}/24`, "dev", peer);
      ip("-n", this.#name, "link", "set", peer, "up");
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Whether networks can be made here: by root, and where the system lets it. */
  static allowed(): boolean {
    try {
      new NetworkNamespace()[Symbol.dispose]();
      return true;
    } catch {
      return false;
    }
  }

  /** Runs a program there; gives what it prints. */
  async run(command: string, args: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command(requirePeer("ip"), {
      args: ["netns", "exec", this.#name, command, ...args],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  }

  /** Takes it away; the cable goes with it. */
  [Symbol.dispose](): void {
    ip("netns", "del", this.#name);
  }
}
