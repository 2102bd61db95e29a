import { type ListenOptions, SOCKET_MODE } from "./transport.ts";

/** A unix socket that `Deno.listen` made. */
export class DenoUnixListener {
  /** Gives the connections. */
  readonly listener: Deno.Listener;
  readonly #path: string;
  readonly #file: Deno.FileInfo;

  private constructor(listener: Deno.Listener, path: string) {
    this.listener = listener;
    this.#path = path;
    this.#file = Deno.lstatSync(path);
  }

  /** Listens. A socket that nobody listens at any more is taken over. */
  static async listen(
    path: string,
    { mode = SOCKET_MODE, gid }: Pick<ListenOptions, "mode" | "gid">,
  ): Promise<DenoUnixListener> {
    const listener = await bind(path);
    try {
      const made = new DenoUnixListener(listener, path);
      if (gid !== undefined) await Deno.chown(path, null, gid);
      await Deno.chmod(path, mode);
      return made;
    } catch (error) {
      listener.close();
      throw error;
    }
  }

  /**
   * Listens no more, and removes the socket, unless something else is at the path by now.
   * `accepting` ends when nothing is being accepted any more: then Deno removes whatever is at the
   * path, so that what is not ours is linked to a second name meanwhile, where that is granted.
   */
  async close(accepting: Promise<void>): Promise<void> {
    const path = this.#path;
    const other = this.#isOther() ? linkAside(path) : undefined;
    this.listener.close();
    await accepting;
    if (other !== undefined) putBack(other, path);
  }

  /** Whether something is at the path that is not the socket. */
  #isOther(): boolean {
    const found = statusAt(this.#path);
    return found !== undefined && (found.ino !== this.#file.ino || found.dev !== this.#file.dev);
  }
}

async function bind(path: string): Promise<Deno.Listener> {
  try {
    return Deno.listen({ transport: "unix", path });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse) || !isSocket(path) || await answers(path)) {
      throw error;
    }
    // Left behind by a server that was killed.
    Deno.removeSync(path);
    return Deno.listen({ transport: "unix", path });
  }
}

function isSocket(path: string): boolean {
  return statusAt(path)?.isSocket ?? false;
}

function statusAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

async function answers(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}

/** A second name in the same folder for what is at a path; `undefined` where it gets none. */
function linkAside(path: string): string | undefined {
  const name = `${path}.${crypto.randomUUID()}`;
  const isGranted = (["read", "write"] as const).every((kind) =>
    Deno.permissions.querySync({ name: kind, path: name }).state === "granted"
  );
  try {
    if (isGranted) Deno.linkSync(path, name);
    return isGranted ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Gives the first name back, if nobody has taken it. */
function putBack(name: string, path: string): void {
  try {
    Deno.linkSync(name, path);
  } catch {
    // Taken by somebody who came in between.
  }
  Deno.removeSync(name);
}
