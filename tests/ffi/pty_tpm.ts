import { answerTo } from "../tddl/fake_tpm.ts";
import { fromHex } from "../hex.ts";
import { Pty } from "./pty.ts";

/** TPM_GetCapability of the durations, which a device is asked when it is opened. */
const DURATIONS = "00c1 00000016 00000065 00000005 00000004 00000120";
/** 50 s, 100 s and 300 s. */
const DURATIONS_ANSWER = fromHex("00c4 0000001a 00000000 0000000c 02faf080 05f5e100 11e1a300");

/** What a script does with a command. */
export type DeviceScript = (command: Uint8Array, pty: Pty) => void | Promise<void>;

/** A TPM behind a character device, for as long as it is not disposed of. */
export class PtyTpm implements AsyncDisposable {
  readonly pty: Pty = new Pty();
  readonly #serving: Promise<void>;
  /** The commands that came, but for that at opening. */
  readonly received: Uint8Array[] = [];

  /** `atOpening` is the answer to the command that comes when the device is opened. */
  constructor(
    script: DeviceScript = (command, pty) => pty.write(answerTo(command)),
    atOpening: Uint8Array = DURATIONS_ANSWER,
  ) {
    this.#serving = this.#serve(script, atOpening);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pty.hangUp();
    await this.#serving;
    await this.pty[Symbol.asyncDispose]();
  }

  async #serve(script: DeviceScript, atOpening: Uint8Array): Promise<void> {
    const opening = fromHex(DURATIONS);
    let rest = new Uint8Array();
    for (;;) {
      while (rest.length >= 10) {
        const size = new DataView(rest.buffer, rest.byteOffset).getUint32(2);
        if (rest.length < size) break;
        const command = rest.slice(0, size);
        rest = rest.slice(size);
        if (command.every((byte, index) => byte === opening[index])) this.pty.write(atOpening);
        else {
          this.received.push(command);
          await script(command, this.pty);
        }
      }
      const more = await this.pty.read();
      if (more.length === 0) return;
      rest = Uint8Array.from([...rest, ...more]);
    }
  }
}
