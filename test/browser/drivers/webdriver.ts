/** Commands of WebDriver (W3C Recommendation) as functions: the protocol is a JSON body and a JSON answer. */
export type Send = (method: "GET" | "POST" | "DELETE", command: string, body?: object) => Promise<unknown>;

/** @throws Error with the name and the words of a failed command. */
export function commands(address: string): Send {
  return async (method, command, body) => {
    const response = await fetch(`${address}${command}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (response.ok) return value;
    const { error, message } = value as { error: string; message: string };
    throw new Error(`${method} ${command}: ${error}: ${message}`);
  };
}

const elementKey = "element-6066-11e4-a52e-4f735466cecf";

export const idOf = (element: unknown): string => (element as Record<string, string>)[elementKey] ?? "";
