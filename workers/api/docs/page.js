// One part of /docs at a time, by the hash; buttons to copy. Loaded in the head and
// run before the body is read, so that a part which is not wanted is never laid out. A plain script, not a module: those
// wait for the whole document.

const root = document.documentElement;
const { copy, copied } = document.currentScript.dataset;
let isReferenceAsked = false;

showPart();
addEventListener("hashchange", () => {
  showPart();
  // The browser looked for the anchor before its part was there.
  document.getElementById(anchor() || "guide")?.scrollIntoView();
});
addEventListener("DOMContentLoaded", () => {
  showPart();
  if (navigator.clipboard) for (const sample of document.querySelectorAll("pre")) addCopyButton(sample);
});

/** @returns the first word of the anchor, if it is the name of a part. */
function partOf(hash) {
  const [word] = hash.split(/[-/]/, 1);
  return ["reference", "errors", "dreamina"].includes(word) ? word : "guide";
}

function anchor() {
  return location.hash.slice(1);
}

function showPart() {
  const part = partOf(anchor());
  root.dataset.part = part;
  for (const link of document.querySelectorAll(".header nav a")) {
    // An empty value would mean "not the current one".
    if (link.hash === `#${part}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (part === "reference" && document.readyState !== "loading") loadReference();
}

function loadReference() {
  if (isReferenceAsked) return;
  isReferenceAsked = true;
  const [place, loading, failed] = ["", "-loading", "-failed"].map((name) =>
    document.querySelector(`[data-reference${name}]`),
  );
  import("/docs/reference.js")
    .then(({ mountReference }) => mountReference(place, root.lang))
    .catch(() => {
      isReferenceAsked = false;
      failed.hidden = false;
    })
    .finally(() => {
      loading.hidden = true;
    });
}

function addCopyButton(sample) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(sample.textContent);
    button.textContent = copied;
    button.addEventListener("blur", () => (button.textContent = copy), { once: true });
  });
  const frame = document.createElement("div");
  frame.className = "sample";
  sample.replaceWith(frame);
  frame.append(sample, button);
}
