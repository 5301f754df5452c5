// The API reference: Scalar, told to stay at home. No fonts, proxy, telemetry, assistant or links of its makers'.

import { createApiReference } from "/docs/scalar/standalone.esm.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

export function mountReference(place, language) {
  const configuration = () => ({
    url: "/openapi.json",
    // What its anchors begin with; page.js goes by it.
    slug: "reference",
    theme: "default",
    layout: "modern",
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    showDeveloperTools: "never",
    hideClientButton: true,
    documentDownloadType: "direct",
    authentication: { preferredSecurityScheme: "session" },
    // A session is a secret: it is forgotten with the page.
    persistAuth: false,
    hideDarkModeToggle: true,
    forceDarkModeState: dark.matches ? "dark" : "light",
    defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
    hideModels: false,
    modelsSectionLabel: "Schemas",
    localization: { locale: language },
  });
  const reference = createApiReference(place, configuration());
  dark.addEventListener("change", () => reference.updateConfiguration(configuration()));
}
