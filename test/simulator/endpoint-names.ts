// The endpoint names of controls, faults and counters.

export const endpointNames = [
  "submit",
  "continue",
  "history",
  "queue",
  "cancel",
  "credits",
  "ledger",
  "picture",
  "smallPicture",
  "uploadToken",
  "apply",
  "uploadBytes",
  "commit",
  "contentCheck",
  "accountInfo",
  "userInfo",
  "claim",
  "updateSettings",
  "getSettings",
  "config",
  "workspaces",
  "updateWorkspace",
  "imageByUri",
  "remove",
  "arkGenerate",
  "arkModels",
  "arkPicture",
] as const;
export type EndpointName = (typeof endpointNames)[number];

export function isEndpointName(name: unknown): name is EndpointName {
  return endpointNames.some((known) => known === name);
}
