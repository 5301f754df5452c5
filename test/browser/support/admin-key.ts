/** The administrator's key of the product that the browser tests start. */
export const adminKey = "adm-test-browser-0123456789abcdef";
