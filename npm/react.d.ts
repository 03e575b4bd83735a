import type { CSSProperties, ReactElement, ReactNode, Ref } from "react";
import type { CreemCheckoutElement, CreemCheckoutEvents } from "./creem-checkout.js";

type Handler<Name extends keyof CreemCheckoutEvents> = (event: CreemCheckoutEvents[Name]) => void;

/** What `<CreemCheckout>` takes: the element's attributes, which `docs/embed.md` lists, and its events. */
export interface CreemCheckoutProps {
  /** Where your checkout is, such as `https://pay.example/`. */
  server: string;
  product?: string;
  units?: number | string;
  discountCode?: string;
  email?: string;
  requestId?: string;
  successUrl?: string;
  customFields?: readonly object[];
  intent?: string;
  metadata?: Readonly<Record<string, string | number | boolean>>;
  locale?: string;
  theme?: "light" | "dark";
  accent?: string;
  surface?: string;
  text?: string;
  radius?: string;
  font?: string;
  mode?: "form" | "button" | "frame";
  payment?: "redirect" | "new-tab" | "overlay" | "inline";
  label?: string;
  loading?: "eager";

  onReady?: Handler<"creem-checkout:ready">;
  onQuote?: Handler<"creem-checkout:quote">;
  onSubmit?: Handler<"creem-checkout:submit">;
  /** Prevented, the page stays, and `checkout_url` is yours to show. */
  onCreated?: Handler<"creem-checkout:created">;
  onError?: Handler<"creem-checkout:error">;
  onPaid?: Handler<"creem-checkout:paid">;

  /** The link that shows until the form does, and wherever anything is blocked. */
  children?: ReactNode;
  id?: string;
  className?: string;
  style?: CSSProperties;
  /** The element, from React 19 on. */
  ref?: Ref<CreemCheckoutElement>;
}

/** `<creem-checkout>` as a React component. */
export function CreemCheckout(props: CreemCheckoutProps): ReactElement;
