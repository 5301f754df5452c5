/** A localStorage, which Node does not have, working or forbidden. */

/** @returns a function that removes it. */
export function withStorage(contents: Record<string, string> = {}): { texts: Map<string, string>; end: () => void } {
  const texts = new Map(Object.entries(contents));
  const end = install({
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => {
      texts.set(key, text);
    },
  });
  return { texts, end };
}

export function withForbiddenStorage(): { end: () => void } {
  const refuse = () => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  return { end: install({ getItem: refuse, setItem: refuse }) };
}

function install(storage: Pick<Storage, "getItem" | "setItem">): () => void {
  const before = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
  Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(globalThis, "localStorage");
    else Object.defineProperty(globalThis, "localStorage", before);
  };
}
