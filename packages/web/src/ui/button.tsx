import type { ComponentProps } from "react";

export interface ButtonProps extends Omit<ComponentProps<"button">, "type"> {
  kind?: "primary" | "plain" | "danger" | "quiet";
  type?: "button" | "submit";
  /** Why it cannot be pressed: disables it and is read with it. */
  because?: string | undefined;
}

export function Button({ kind = "plain", type = "button", because, disabled, title, ...props }: ButtonProps) {
  return (
    <button
      {...props}
      type={type}
      className="button"
      data-kind={kind}
      disabled={disabled === true || because !== undefined}
      title={because ?? title}
    />
  );
}
