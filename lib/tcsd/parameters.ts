import { Reader, Writer } from "../codec/mod.ts";
import { copyBytes } from "../crypto/mod.ts";
import { fillHeader, HEADER_SIZE, type Packet } from "./packet.ts";
import { PacketError } from "./packet_error.ts";
import type { ParameterType } from "./types.ts";

/** One packet is written at a time. */
const packetWriter = new Writer(4096);
const ZEROS = new Uint8Array(64);

/** Writes the parameters of one packet and collects their types, until it is finished. */
export class ParameterWriter {
  /** The parameters' bytes; use {@linkcode add} for each before writing it. */
  readonly body: Writer = packetWriter;
  readonly #types: number[] = [];
  readonly #declared: number;

  /** Keeps room for the header and a type list of `declared` places. */
  constructor(declared: number) {
    this.#declared = declared;
    // What an earlier packet left that could not be finished.
    this.body.reset();
    let room = HEADER_SIZE + declared;
    for (; room > ZEROS.length; room -= ZEROS.length) this.body.bytes(ZEROS);
    this.body.bytes(ZEROS.subarray(0, room));
  }

  /** Lists one more parameter. */
  add(type: ParameterType): Writer {
    this.#types.push(type.number);
    return this.body;
  }

  /** The packet. */
  finish(code: number): Uint8Array {
    const { body } = this;
    fillHeader(body, { code, types: this.#types, declared: this.#declared });
    const packet = copyBytes(body.finish());
    body.reset();
    return packet;
  }
}

/** Reads the parameters of one packet, one after the other. */
export class ParameterReader {
  /** The parameters' bytes; use {@linkcode take} for each before reading it. */
  readonly body: Reader;
  readonly #types: Uint8Array;
  #count: number;
  #index = 0;

  /** Starts at the first parameter. */
  constructor(packet: Packet) {
    this.body = new Reader(packet.parameters);
    this.#types = packet.types;
    this.#count = packet.count;
  }

  /** Whether as many parameters of one type come next. */
  follows(type: ParameterType, times = 1): boolean {
    if (this.#index + times > this.#count) return false;
    for (let i = 0; i < times; i++) {
      if (this.#types[this.#index + i] !== type.number) return false;
    }
    return true;
  }

  /** Consumes the type of the next parameter, which must be this one. */
  take(type: ParameterType): Reader {
    if (!this.follows(type)) {
      const found = this.#index < this.#count ? `type ${this.#types[this.#index]}` : "nothing";
      const place = `parameter ${this.#index + 1}`;
      throw new PacketError(`Cannot read ${place}: ${type.name} must come, there is ${found}`);
    }
    this.#index++;
    return this.body;
  }

  /** Steps over an empty place of the type list, uncounted, when `type` stands behind it. */
  skipGap(type: ParameterType): void {
    const gap = this.#types[this.#index] === 0 && this.#types[this.#index + 1] === type.number;
    if (!gap || this.#index + 1 !== this.#count) return;
    this.#index++;
    this.#count++;
  }
}
