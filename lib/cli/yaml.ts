/** A value for JSON: byte strings as hexadecimal digits, UINT64 as text, maps as objects. */
export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toHex();
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Map) return toJson(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}

/** Handles are read in hexadecimal digits. */
export function withHexHandles(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withHexHandles);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      /handle$/i.test(name) && typeof field === "number"
        ? `0x${field.toString(16).padStart(8, "0")}`
        : withHexHandles(field),
    ]),
  );
}

/** A value as people read it: in the manner of YAML, a line each, what is inside further right. */
export function toYaml(value: unknown, indent = ""): string {
  if (Array.isArray(value)) {
    return value.map((item) => `${indent}-${inside(item, `${indent}  `, true)}`).join("");
  }
  return Object.entries(value as Record<string, unknown>)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${indent}${key}:${inside(item, `${indent}  `)}`).join("");
}

/** What follows a key or a dash. */
function inside(item: unknown, indent: string, inList = false): string {
  if (typeof item !== "object" || item === null) return ` ${scalar(item)}\n`;
  if (Array.isArray(item) && item.every((part) => typeof part !== "object")) {
    return ` [${item.map(scalar).join(", ")}]\n`;
  }
  if (Object.keys(item).length === 0) return " {}\n";
  const text = toYaml(item, indent);
  return inList ? ` ${text.slice(indent.length)}` : `\n${text}`;
}

function scalar(item: unknown): string {
  if (item === null || item === undefined) return "~";
  const text = String(item);
  return text.includes("\n") ? JSON.stringify(text) : text;
}
