/** Finds English in a Chinese text. */

/** Latin words that Chinese texts use: names of companies, models, formats and keys, and web terms. */
const names =
  /^(Dreamina|BytePlus|ModelArk|Seedream|CapCut|Jimeng|Nano|Banana|NanoBanana|Pro|Flash|Aesthetic|Gemini|GPT|Image|Flare|Sunburst|Lib|XL|Lite|API|URL|Cookie|curl|JPEG|JPG|PNG|WebP|GIF|BMP|HEIC|MB|MiB|KB|Ctrl|Enter|Firefox|Safari|Mac|sessionid|sessionid_ss|passport_csrf_token|store-idc|us|hk|jp|sg|sk|cn|ap|eu|ark|ark-cn|ark-ap|ark-eu|https?|console\.volcengine\.com|console\.byteplus\.com|dreamina\.capcut\.com|jimeng\.jianying\.com)$/i;

/** Whether a text has Latin words besides those names. */
export const hasEnglish = (text: string): boolean =>
  (text.match(/[A-Za-z][A-Za-z._-]+[A-Za-z]|[A-Za-z]{2,}/g) ?? []).some((word) => !names.test(word));
