/** Why a template cannot be read, as a sentence without full stop. */
import { maxTemplateDepth, type TemplateFault } from "#shared/templates/parse-template.ts";

const texts: Record<TemplateFault, string> = {
  unclosed: "a { is not closed; write \\{ for a plain brace",
  deep: `braces are nested more than ${maxTemplateDepth} deep`,
  weightless: "every option has the weight 0",
};

export const faultText = (fault: TemplateFault): string => texts[fault];
