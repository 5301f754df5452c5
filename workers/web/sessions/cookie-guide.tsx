/** The steps to the cookie, with a drawing of the developer tools; on a phone, the way over a computer. */
import { messages } from "#web/messages/index.ts";
import { sessionMessages } from "#web/messages/sessions.ts";
import { isTouched } from "#web/state/touch.ts";

const sites = ["https://dreamina.capcut.com", "https://jimeng.jianying.com"];

export function CookieGuide() {
  const t = messages(sessionMessages);
  return (
    <div class="guide">
      {isTouched.value ? <OverComputer /> : <Steps />}
      <p class="note">{t.wrongRegion}</p>
      <p class="note">{t.stepsNote}</p>
    </div>
  );
}

function OverComputer() {
  const { lead, steps, withoutComputer } = messages(sessionMessages).byTouch;
  return (
    <>
      <p>{lead}</p>
      <ol>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p>{withoutComputer}</p>
    </>
  );
}

function Steps() {
  const t = messages(sessionMessages);
  return (
    <>
      <ol>
        {t.steps.map((step, index) => (
          <li key={step}>
            <span>{step}</span>
            {index === 0 && (
              <span class="sites">
                {sites.map((site) => (
                  <a key={site} href={site} target="_blank" rel="noreferrer noopener">
                    {new URL(site).hostname}
                  </a>
                ))}
              </span>
            )}
          </li>
        ))}
      </ol>
      <Drawing />
    </>
  );
}

const rows = [
  { name: "passport_csrf_token", width: 96, isIt: false },
  { name: "sessionid", width: 150, isIt: true },
  { name: "sessionid_ss", width: 150, isIt: true },
  { name: "store-idc", width: 44, isIt: false },
];
const rowHeight = 26;

/** The parts that the developer tools of all browsers show. */
function Drawing() {
  const { drawing, drawn } = messages(sessionMessages);
  return (
    <svg class="cookie-drawing" viewBox="0 0 560 176" role="img" aria-label={drawing}>
      <rect class="frame" x="0.5" y="0.5" width="559" height="175" rx="12" />
      <path class="rule" d="M0 34h560M182 34v142M334 34v142" />
      <text x="18" y="22">
        {drawn.elements}
      </text>
      <text x="92" y="22">
        {drawn.network}
      </text>
      <text class="chosen" x="162" y="22">
        {drawn.application}
      </text>
      <path class="underline" d="M162 33h72" />
      <text x="18" y="58">
        {drawn.local}
      </text>
      <text x="18" y="84">
        {drawn.cookies}
      </text>
      <text class="site" x="30" y="110">
        dreamina.capcut.com
      </text>
      <text class="head" x="198" y="56">
        {drawn.name}
      </text>
      <text class="head" x="350" y="56">
        {drawn.value}
      </text>
      {rows.map(({ name, width, isIt }, index) => {
        const y = 66 + index * rowHeight;
        return (
          <g key={name} class={isIt ? "it" : ""}>
            {isIt && <rect class="mark" x="188" y={y} width="364" height={rowHeight - 2} rx="6" />}
            <text x="198" y={y + 17}>
              {name}
            </text>
            <rect class="value" x="350" y={y + 8} width={width} height="9" rx="4.5" />
          </g>
        );
      })}
    </svg>
  );
}
