import type {
  Connection,
  PassedDescriptor,
  Peer,
  Receiver,
} from "../lib/emulator/server/transport.ts";
import type { Descriptor } from "./descriptor.ts";
import { EPOLLIN, EPOLLOUT } from "./epoll.ts";

/** What connections of one transport share. */
export interface ConnectionHost {
  /** Where bytes are received. */
  readonly buffer: Uint8Array<ArrayBuffer>;
  /** Waits for other events of a descriptor. */
  await(fd: number, events: number): void;
  /** Who is on the other side of a descriptor. */
  peerOf(fd: number): Peer;
  /** Forgets a connection that was closed. */
  forget(connection: LibcConnection): void;
}

/** A connection over a descriptor that never blocks. */
export class LibcConnection implements Connection {
  /** Who is told what happens; set once it was accepted. */
  receiver: Receiver | undefined;
  readonly #descriptor: Descriptor;
  readonly #host: ConnectionHost;
  readonly #takePassed: (() => PassedDescriptor | undefined) | undefined;
  #outgoing: Uint8Array[] = [];
  #ending = false;
  #closed = false;

  /** Takes over a descriptor. With `takePassed`, that gives what came with the last bytes. */
  constructor(
    descriptor: Descriptor,
    host: ConnectionHost,
    takePassed?: () => PassedDescriptor | undefined,
  ) {
    this.#descriptor = descriptor;
    this.#host = host;
    this.#takePassed = takePassed;
  }

  /** Number of the descriptor. */
  get fd(): number {
    return this.#descriptor.fd;
  }

  /** Whether its receiver is answering. */
  get busy(): boolean {
    return this.receiver?.busy === true;
  }

  /** As {@linkcode Connection.peer}. */
  get peer(): Peer {
    return this.#closed ? {} : this.#host.peerOf(this.fd);
  }

  /** As {@linkcode Connection.blocked}. */
  get blocked(): boolean {
    return this.#outgoing.length > 0;
  }

  /** As {@linkcode Connection.send}. */
  send(bytes: Uint8Array): void {
    if (this.#closed) return;
    const sent = this.blocked ? 0 : this.#write(bytes);
    if (sent === bytes.length || this.#closed) return;
    if (!this.blocked) this.#host.await(this.fd, EPOLLOUT);
    this.#outgoing.push(sent === 0 ? bytes : bytes.subarray(sent));
  }

  /** As {@linkcode Connection.end}. */
  end(): void {
    this.#ending = true;
    if (!this.blocked) this.close();
  }

  /** As {@linkcode Connection.close}. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#outgoing = [];
    this.#host.forget(this);
    this.#descriptor.close();
    this.receiver?.closed();
  }

  /** The descriptor is ready for what was awaited, or in trouble, which the call will tell. */
  ready(): void {
    if (this.#closed) return;
    if (this.blocked) this.#sendRest();
    else this.#receive();
  }

  #receive(): void {
    const { buffer } = this.#host;
    const length = this.#try(() => this.#descriptor.read(buffer));
    if (length < 0) return;
    const passed = this.#takePassed?.();
    if (length === 0) {
      passed?.close();
      this.close();
    } else this.receiver?.received(buffer.subarray(0, length), passed);
  }

  #sendRest(): void {
    while (this.blocked) {
      const bytes = this.#outgoing[0]!;
      const sent = this.#write(bytes);
      if (this.#closed) return;
      if (sent < bytes.length) {
        this.#outgoing[0] = bytes.subarray(sent);
        return;
      }
      this.#outgoing.shift();
    }
    if (this.#ending) return this.close();
    this.#host.await(this.fd, EPOLLIN);
    this.receiver?.drained();
  }

  #write(bytes: Uint8Array): number {
    return Math.max(this.#try(() => this.#descriptor.write(bytes as Uint8Array<ArrayBuffer>)), 0);
  }

  /** A failure is the end of the connection; -1 stands for it, and for nothing at the moment. */
  #try(call: () => number): number {
    try {
      return call();
    } catch {
      this.close();
      return -1;
    }
  }
}
