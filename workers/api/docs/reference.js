// The API reference: Scalar, told to stay at home. No fonts, proxy, telemetry, assistant or links of its makers'.

import { createApiReference } from "/docs/scalar/standalone.esm.js";

const root = document.documentElement;
const systemDark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const { theme } = root.dataset;
  return theme === "dark" || (theme !== "light" && systemDark.matches);
}

export function mountReference(place, language) {
  const configuration = () => ({
    url: "/openapi.json",
    // What its anchors begin with; page.js goes by it.
    slug: "reference",
    // Its colours are those of the page (reference.css).
    theme: "none",
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
    forceDarkModeState: isDark() ? "dark" : "light",
    defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
    hideModels: false,
    modelsSectionLabel: "Schemas",
    localization: { locale: language },
  });
  const reference = createApiReference(place, configuration());
  const update = () => reference.updateConfiguration(configuration());
  systemDark.addEventListener("change", update);
  new MutationObserver(update).observe(root, { attributeFilter: ["data-theme"] });
}
