/** How a field is shown in an ASCII log. */
export type ImaFieldForm = "digest" | "text" | "hex";

/** The fields of Linux' templates, by the template's name (security/integrity/ima/ima_template.c). */
const TEMPLATES: Readonly<Record<string, string>> = {
  "ima": "d|n",
  "ima-ng": "d-ng|n-ng",
  "ima-sig": "d-ng|n-ng|sig",
  "ima-ngv2": "d-ngv2|n-ng",
  "ima-sigv2": "d-ngv2|n-ng|sig",
  "ima-buf": "d-ng|n-ng|buf",
  "ima-modsig": "d-ng|n-ng|sig|d-modsig|modsig",
};

const FORMS: Readonly<Record<string, ImaFieldForm>> = {
  "d": "digest",
  "n": "text",
  "d-ng": "digest",
  "d-ngv2": "digest",
  "n-ng": "text",
  "sig": "hex",
  "buf": "hex",
  "d-modsig": "digest",
  "modsig": "hex",
  "evmsig": "hex",
};

/** The template of 2.6.30, whose fields have no lengths of their own. */
export const IMA_TEMPLATE = "ima";

/**
 * The names of a template's fields; a name with bars, `d-ng|n-ng|buf`, is a list itself. `null`
 * for an unknown template.
 */
export function imaTemplateFields(name: string): readonly string[] | null {
  const list = Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name]! : name;
  const fields = list.split("|");
  return fields.every((field) => Object.hasOwn(FORMS, field)) ? fields : null;
}

/** How a field is shown. */
export function imaFieldForm(field: string): ImaFieldForm {
  return Object.hasOwn(FORMS, field) ? FORMS[field]! : "hex";
}
