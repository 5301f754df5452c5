/** The first page of the API's document: what a program's author has to know before any single route. Markdown. */

export const apiDescription = `
Dreamina (CapCut) and Jimeng image generation as an asynchronous API. Submit a prompt, get a task id at once, poll, and
receive links to images in this server's own bucket.

## Authorization

\`Authorization: Bearer <session or key>\`. A session is the \`sessionid\` cookie of the site you are logged in to, with the
region of the account in front. A key is an API key of Volcengine Ark or BytePlus ModelArk, with its cloud in front:

| site or cloud | write |
| --- | --- |
| dreamina.capcut.com, by the account's country: USA, Hong Kong, Japan, Singapore | \`us-…\`, \`hk-…\`, \`jp-…\`, \`sg-…\` |
| jimeng.jianying.com, China | the bare value |
| Volcengine Ark, China | \`ark-cn-…\` |
| BytePlus ModelArk, Johor and Dublin | \`ark-ap-…\`, \`ark-eu-…\` |

A whole line of cookies, \`sessionid=…\`, quotes and another sign than the hyphen are understood; what begins with
another country's letters, or with two prefixes, is refused with the right one. Several sessions and keys,
separated by commas, share the work; a model that both have goes to the sessions, \`seedream-…\` to the keys. A key without
its cloud is refused: it is never tried on several clouds. The headers \`api-key\` and \`x-api-key\` are read like
\`Authorization\` where that is missing. A wrong prefix looks like an expired session: \`POST /v1/sessions/check\` tells the
two apart and names the prefix that fits. Where the operator lent sessions and keys of the server's own, an API key
(\`sk-…\`) takes their place. A task is shown to callers who send a session or key it was created with, or the same API
key; to anybody else it does not exist.

## A task, or the images at once

\`POST /v1/images/generations\` and \`/compositions\` answer with a **task**: poll \`GET /v1/images/tasks/{id}\` every two to
three seconds, or as \`Retry-After\` says, or read its changes from \`GET /v1/images/tasks/{id}/events\`.

A caller that **speaks OpenAI** gets OpenAI's answer instead, \`{"created","data":[{"url"}]}\`, when the images are there. The
first of these that applies decides:

1. the header \`Prefer: wait=120\` (seconds, at most 600) or \`?wait=120\` waits, \`Prefer: wait\` for up to 280 seconds;
   \`Prefer: respond-async\` does not, but for \`stream: true\`, which always streams;
2. a path under \`/sync/v1/…\` or \`/openai/v1/…\` waits, and so do Azure's addresses,
   \`/openai/deployments/<model>/images/generations\` and \`…/edits\`;
3. so does a body with a field of OpenAI's (\`n\`, \`size\`, \`quality\`, \`response_format\`, \`style\`, \`user\`, \`background\`,
   \`output_format\`, \`moderation\`, \`stream\`), one of OpenAI's own model names, or a request of OpenAI's own library;
4. \`POST /v1/images/edits\` waits; everything else answers with a task.

When the time is up first, the task goes on. Who said that it waits (1) is answered 202 with the task; anybody else gets
the error \`timeout\` with its \`task_id\`. A task that failed is answered with 400 to 403, or with 424: both name the task,
and the same request again would be another.

Where a caller made for OpenAI (2, by \`/openai/v1\`; 3, by its library or model name) does not say \`n\`, it is 1. Up to 10
images are made for callers who wait, and for such callers in any case, by several tasks where one job does not make
that many: \`task_ids\` names them.

## Once, and only once

With \`Idempotency-Key: <your own word>\` the same request sent twice makes one task. Without one, an equal
request within seconds joins the task of the first; keys of their own make each another. \`Idempotent-Replayed: true\` says
that a task was there before. An answer that is not worth
repeating carries \`x-should-retry: false\`, which OpenAI's libraries obey; a repeated submit might be paid for twice.

With a key, each call is paid, and sent at most once. When its answer is lost, the task ends with \`outcome_unknown\`: images
may have been charged. A new request is a new charge; one with the same \`Idempotency-Key\` returns the same task.

## Errors

Every refusal has the same body, on every route:
\`{"error":{"message","type","param","code","hint","retryable","docs"}}\`. \`code\` is for programs, \`message\` for people,
\`hint\` says what to do now (in Chinese where \`Accept-Language\` prefers it), \`docs\` leads to
[the code's explanation](/docs#errors). A task that fails answers 200 all the same, with the code in \`error_code\`. Every answer
carries \`x-request-id\`: give it to the operator when something is wrong here.
`.trim();
