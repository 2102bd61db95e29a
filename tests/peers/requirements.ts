import { exists } from "../exists.ts";
/** What packages.txt says of one peer. */
interface Peer {
  package: string;
  /** A command, a shared library or a path. */
  sign: string;
}

/** Where commands are looked for: daemons too, though they are not in everybody's PATH. */
const FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

let table: Map<string, Peer> | undefined;
const found = new Map<string, string | undefined>();

/** The path of a peer's command (its library's name, its file), or `undefined` when it is missing. */
export function findPeer(name: string): string | undefined {
  if (!found.has(name)) found.set(name, locate(peer(name).sign));
  return found.get(name);
}

/** The path of a command of one of the peers' packages, such as tpm_sealdata. */
export function findCommand(name: string): string {
  const path = locate(name);
  if (path === undefined) throw new Error(`Cannot run ${name}: it is not installed`);
  return path;
}

/** As {@linkcode findPeer}; throws with the package to install when the peer is missing. */
export function requirePeer(name: string): string {
  const path = findPeer(name);
  if (path === undefined) throw new Error(`Cannot run ${name}: ${missing([name])}`);
  return path;
}

/**
 * A test that needs peers. When one is missing the test says which in its name and is counted as
 * ignored; under CI it fails.
 */
export function peerTest(
  peers: readonly string[],
  name: string,
  body: (context: Deno.TestContext) => void | Promise<void>,
): void {
  const lacking = peers.filter((peer) => findPeer(peer) === undefined);
  if (lacking.length === 0) Deno.test(name, body);
  else if (Deno.env.get("CI")) {
    Deno.test(name, () => {
      throw new Error(`Cannot run this test: ${missing(lacking)}`);
    });
  } else Deno.test({ name: `${name} (not run: ${missing(lacking)})`, ignore: true, fn: body });
}

function missing(names: readonly string[]): string {
  const packages = names.map((name) => peer(name).package).join(" ");
  return `${
    names.join(" and ")
  } missing, see tests/peers/install.sh or apt-get install ${packages}`;
}

function peer(name: string): Peer {
  table ??= readTable();
  const peer = table.get(name);
  if (peer === undefined) throw new TypeError(`Cannot look for ${name}: not in packages.txt`);
  return peer;
}

function readTable(): Map<string, Peer> {
  const lines = Deno.readTextFileSync(new URL("packages.txt", import.meta.url)).split("\n");
  const rows = lines.filter((line) => /^[^#\s]/.test(line)).map((line) => line.split(/\s+/));
  return new Map(rows.map(([name, name2, sign]) => [name!, { package: name2!, sign: sign! }]));
}

function locate(sign: string): string | undefined {
  if (sign.includes(".so.")) return loads(sign) ? sign : undefined;
  const paths = sign.startsWith("/") ? [sign] : searchPath().map((folder) => `${folder}/${sign}`);
  return paths.find(exists);
}

function searchPath(): string[] {
  const path = Deno.env.get("PATH")?.split(":").filter(Boolean) ?? [];
  return [...new Set([...path, ...FOLDERS])];
}

function loads(library: string): boolean {
  try {
    Deno.dlopen(library, {}).close();
    return true;
  } catch {
    return false;
  }
}
