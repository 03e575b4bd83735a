/** The events of `<creem-checkout>`; all of them bubble, out of every shadow root. */
export interface CreemCheckoutEvents {
  /** The form, or the status, is shown and works. */
  "creem-checkout:ready": CustomEvent<undefined>;
  /** The price is another one. Amounts are in minor units of `currency`. */
  "creem-checkout:quote": CustomEvent<{
    product_id: string;
    currency: string;
    subtotal: number;
    discount: number;
    total: number;
  }>;
  /** The buyer goes on to the payment. */
  "creem-checkout:submit": CustomEvent<Record<string, never>>;
  /** The session is open. Prevented, the page stays, and `checkout_url` is yours to show. */
  "creem-checkout:created": CustomEvent<{ request_id: string; checkout_id: string; checkout_url: string }>;
  /** It did not work: an error code of the API, or `offline`, `timed_out`, `unreadable` or `unsafe_address`. */
  "creem-checkout:error": CustomEvent<{ code: string }>;
  /** The proxy has verified that it is paid: once for each payment, across loads and tabs. */
  "creem-checkout:paid": CustomEvent<{ request_id: string; checkout_id: string; order_id?: string }>;
}

/** `<creem-checkout>` in the page. Its attributes are listed in `docs/embed.md`. */
export interface CreemCheckoutElement extends HTMLElement {
  addEventListener<Name extends keyof CreemCheckoutEvents>(
    type: Name,
    listener: (this: CreemCheckoutElement, event: CreemCheckoutEvents[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "creem-checkout": CreemCheckoutElement;
  }
  interface GlobalEventHandlersEventMap extends CreemCheckoutEvents {}
}
