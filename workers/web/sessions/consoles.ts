/** The consoles of the clouds, where their keys and balances are. */
import type { ArkCloud } from "#shared/ark-key-text.ts";

const subdomain = "console";
const addressAt = (company: string): string => `https://${subdomain}.${company}.com/ark`;

export const consoles: Record<ArkCloud, string> = {
  cn: addressAt("volcengine"),
  ap: addressAt("byteplus"),
  eu: addressAt("byteplus"),
};
