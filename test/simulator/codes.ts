// Every upstream code seen so far, as `ret` of a refused call or `fail_code` of a failed job, with its English text and
// the "starling" key that the upstream's page translates. From clients of both sites, 2026-02 to 2026-10; a key or text
// that was never seen is empty. Data only.

export type CodeText = {
  errmsg: string;
  key: string;
  message: string;
};

export const keys = {
  credits: "web_dre_m10n_generate_popup_credit_ininsufficient_title", // misspelt by the upstream
  risk: "web_risk_control_message_reject_generation",
  parallel: "exceed_model_parallel_max",
  daily: "web_notice_reach_daily_usage_limit",
  text: "web_text_violates_community_guidelines_toast",
  prompt: "web_prompt_violate_guidelines_tip",
  inputText: "inputtextrisk",
  image: "web_image_violates_community_guidelines_toast",
  inputImage: "inputimagerisk",
  copyright: "web_fail2generate_copyright_block",
  outputImage: "outputimagerisk",
  outputVideo: "ErrMessage_APP_OutputVideoRisk",
  retryInput: "web_fail2generate_input_retry",
  content: "web_content_risk",
  busy: "web_system_busy",
  rate: "web_rate_limited",
} as const;

const unusual = "Unusual activity was found. Try again later.";
const textRefused = "The text violates our community guidelines";
const imageRefused = "The picture violates our community guidelines";
const resultRefused = "The result violates our community guidelines";
const notCharged = "Generation failed. You were not charged.";

export const codes: Readonly<Record<string, CodeText>> = {
  "-6": code("shark not pass reject", keys.risk, unusual),
  "-4": code("shark action check reject"),
  "1": code("rate limit"),
  "1000": code("invalid parameter"),
  "1001": code("invalid params"),
  "1002": code("common error"),
  "1006": code("not enough credits left or no relevant benefits", keys.credits, "Not enough credits"),
  "1010": code("concurrency limit"),
  "1014": code("sign error"),
  "1015": code("check login error"),
  "1017": code("not available in this region"),
  "1018": code("account punish limit ai generate"),
  "1019": code("shark not pass", keys.risk, unusual),
  "1021": code("commercial shark block", keys.risk, unusual),
  "1057": code("rate limit"),
  "1063": code("text audit refused", keys.text, textRefused),
  "1159": code("copyright", keys.copyright, "The result may infringe a copyright"),
  "1161": code("mixed languages in prompt"),
  "1162": code("unsupported language in prompt"),
  "1189": code("invalid parameter"),
  "1190": code("invalid parameter"),
  "1310": code(
    "It is peak time. Wait for your other tasks to finish and try again.",
    keys.parallel,
    "Too many tasks are running",
  ),
  "2002": code("generate error", "", notCharged),
  "2003": code("image risk before generation", keys.image, imageRefused),
  "2004": code("output image risk", keys.outputImage, resultRefused),
  "2005": code("input text risk", keys.inputText, textRefused),
  "2008": code("missing count"),
  "2014": code("access limit"),
  "2020": code("rate limit"),
  "2035": code("security not pass", keys.risk, unusual),
  "2036": code("GenerateFail", "", notCharged),
  "2038": code("input text violates rules", keys.text, textRefused),
  "2039": code("image security", keys.inputImage, imageRefused),
  "2041": code("image security", keys.inputImage, imageRefused),
  "2042": code("video security", keys.outputVideo, resultRefused),
  "2043": code("security not pass", keys.retryInput, "Change the prompt or the picture and try again"),
  "2046": code("segmentation error"),
  "2047": code("segmentation error"),
  "2048": code("image copyright", keys.copyright, "The picture may infringe a copyright"),
  "2050": code("text copyright", keys.copyright, "The text may infringe a copyright"),
  "2203": code("invalid parameter"),
  "2204": code("invalid parameter"),
  "3018": code("permission denied"),
  "3020": code("download file failed"),
  "3021": code("beta model unsupported"),
  "4001": code("no external credits"),
  "4002": code("parameter error"),
  "4003": code("no permission"),
  "4010": code("compliance confirmation required"),
  "4011": code("RejectFace", "", "Pictures of real faces are not allowed"),
  "4013": code("risk control reject", keys.risk, unusual),
  "5000": code("insufficient credits"),
  "5001": code("image generation failed", "", notCharged),
  "5002": code("video generation failed", "", notCharged),
  "10020": code("rate limit"),
  "100402": code("generation failed", "", notCharged),
  "121101": code("daily generation limit reached", keys.daily, "You reached the daily limit"),
  "121212": code("generate fail", "", notCharged),
  "201007": code("backend bad gateway"),
  "34010100": code("invalid parameter"),
  // Commerce's code for a dead session on the international clusters.
  "34010105": code("login error"),
  "34070104": code("shark action check reject"),
};

/** A key by name, in any case. */
export function keyNamed(name: string): string | undefined {
  return Object.values(keys).find((key) => key.toLowerCase() === name.toLowerCase());
}

function code(errmsg: string, key = "", message = ""): CodeText {
  return { errmsg, key, message };
}
