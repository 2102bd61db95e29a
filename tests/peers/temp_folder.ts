/** A folder for one test; gone with all that is in it when disposed of. */
export class TempFolder implements Disposable {
  /** Its path. */
  readonly path: string;

  /** Makes it, readable for every user: daemons that give up root must reach it. */
  constructor() {
    this.path = Deno.makeTempDirSync({ prefix: "tss-" });
    Deno.chmodSync(this.path, 0o755);
  }

  /** The path of something in it. */
  join(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
