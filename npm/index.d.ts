export type * from "./creem-checkout.js";

/**
 * Defines `<creem-checkout>`, once for the page. On a server it does nothing.
 *
 * @param server Where your checkout is, such as `https://pay.example/`.
 */
export function load(server: string): void;
