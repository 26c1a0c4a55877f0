/** A price as a form: new, from a model without one, or as it is. */
import type { Price } from "@ratchet/protocol";
import type { FormEvent, ReactNode } from "react";
import type { PriceFields } from "../../api/prices.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FormError } from "../../ui/form-error.tsx";
import { fromDay, toDay } from "./price-cells.tsx";

/** With an `id` it changes that price. */
export type PriceDraft = Partial<Price>;

export interface PriceDialogProps {
  /** Closed without one. */
  draft: PriceDraft | undefined;
  error: Error | null;
  pending: boolean;
  onSave: (fields: PriceFields) => void;
  onClose: () => void;
}

export function PriceDialog({ draft, error, pending, onSave, onClose }: PriceDialogProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSave(readFields(new FormData(event.currentTarget)));
  };
  const verb = draft?.id === undefined ? "Add" : "Change";
  return (
    <Dialog title={`${verb} a price`} open={draft !== undefined} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <Field label="Model" hint="* stands for any text, as in gpt-4o*">
          <input
            name="model"
            required
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            defaultValue={draft?.model}
          />
        </Field>
        <div className="field-row">
          <Field label="Provider" hint="Empty is any">
            <input name="provider" maxLength={200} autoComplete="off" defaultValue={draft?.provider ?? ""} />
          </Field>
          <Field label="Valid from" hint="Empty is always">
            <input name="validFrom" type="date" defaultValue={draft?.validFrom && toDay(draft.validFrom)} />
          </Field>
        </div>
        <fieldset className="rates">
          <legend>US dollars per million tokens</legend>
          <Rate name="inputUsdPerMillion" label="Input" value={draft?.inputUsdPerMillion} required />
          <Rate name="outputUsdPerMillion" label="Output" value={draft?.outputUsdPerMillion} required />
          <Rate name="cacheReadUsdPerMillion" label="Read from cache" value={draft?.cacheReadUsdPerMillion} />
          <Rate name="cacheWriteUsdPerMillion" label="Written to cache" value={draft?.cacheWriteUsdPerMillion} />
        </fieldset>
        <p className="quiet">Without a rate of their own, cached tokens cost what other input costs.</p>
        <Rate
          name="usdPerRequest"
          label="US dollars per call, beside its tokens"
          value={draft?.usdPerRequest || undefined}
        />
        <FormError error={error} />
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={pending}>
            {verb} the price
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Field({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label className="field">
      <span>{label}</span>
      {children}
      {hint !== undefined && <span className="quiet">{hint}</span>}
    </label>
  );
}

interface RateProps {
  name: keyof PriceFields;
  label: string;
  value: number | null | undefined;
  required?: boolean;
}

function Rate({ name, label, value, required = false }: RateProps) {
  return (
    <Field label={label}>
      <input
        name={name}
        type="number"
        inputMode="decimal"
        min={0}
        max={1_000_000}
        step="any"
        required={required}
        defaultValue={value ?? ""}
      />
    </Field>
  );
}

function readFields(form: FormData): PriceFields {
  const text = (name: keyof PriceFields) => String(form.get(name) ?? "").trim();
  const rate = (name: keyof PriceFields) => (text(name) === "" ? null : Number(text(name)));
  return {
    model: text("model"),
    provider: text("provider") || null,
    validFrom: fromDay(text("validFrom")),
    inputUsdPerMillion: rate("inputUsdPerMillion") ?? 0,
    outputUsdPerMillion: rate("outputUsdPerMillion") ?? 0,
    cacheReadUsdPerMillion: rate("cacheReadUsdPerMillion"),
    cacheWriteUsdPerMillion: rate("cacheWriteUsdPerMillion"),
    usdPerRequest: rate("usdPerRequest") ?? 0,
  };
}
