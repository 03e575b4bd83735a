"use client";
// <creem-checkout> as a React component: attributes as properties, events as handlers.

import { createElement, useEffect, useImperativeHandle, useRef } from "react";
import { load } from "./index.js";

export function CreemCheckout(properties) {
  const { server, ref, children, className, discountCode, requestId, successUrl, customFields, metadata, ...rest } = properties;
  const { onReady, onQuote, onSubmit, onCreated, onError, onPaid, ...attributes } = rest;
  const handlers = { ready: onReady, quote: onQuote, submit: onSubmit, created: onCreated, error: onError, paid: onPaid };
  const element = useRef(null);
  // A handler that is another function with each render is not listened with anew.
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const listening = new AbortController();
    for (const name of Object.keys(latest.current)) {
      const listener = (event) => latest.current[name]?.(event);
      element.current.addEventListener(`creem-checkout:${name}`, listener, { signal: listening.signal });
    }
    return () => listening.abort();
  }, []);
  useEffect(() => load(server), [server]);
  useImperativeHandle(ref, () => element.current, []);
  return createElement(
    "creem-checkout",
    {
      ...attributes,
      ref: element,
      class: className,
      "discount-code": discountCode,
      "request-id": requestId,
      "success-url": successUrl,
      "custom-fields": JSON.stringify(customFields),
      metadata: JSON.stringify(metadata),
    },
    children,
  );
}
