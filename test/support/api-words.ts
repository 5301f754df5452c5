/** Words of the API that people do not know: routes, methods, headers, fields and files. */
export const wordsOfTheApi =
  /\/v1|openapi|`|\b(GET|POST|PATCH|DELETE|JSON)\b|Authorization|Bearer|Retry-After|x-[a-z]+-id|\b[A-Z][a-z]+-[A-Z][a-z]+\b|error_info|docs\/|写在 message|\bparam\b|（seed）|作为 model/;
