/** URLs of scripts that the page starts. Its Content-Security-Policy allows these policies and no other. */

type Policy = { createScriptURL: (url: string) => string };
type TrustedTypes = { createPolicy: (name: string, rules: Policy) => Policy };

const policies = new Map<string, Policy>();

/** @param name of a policy that makes this URL only. */
export function trustedScript(name: "heic" | "share", url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (trustedTypes === undefined) return url;
  const policy = policies.get(name) ?? trustedTypes.createPolicy(name, { createScriptURL: () => url });
  policies.set(name, policy);
  return policy.createScriptURL(url);
}
