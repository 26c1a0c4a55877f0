/** Asks for an API key. The address stays, so that the reload after it opens the page that was wanted. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef } from "react";
import { signIn } from "../api/session.ts";
import { Button } from "../ui/button.tsx";
import { FormError } from "../ui/form-error.tsx";
import { RatchetMark } from "../ui/ratchet-mark.tsx";
import "./sign-in.css";

export default function SignIn() {
  const input = useRef<HTMLInputElement>(null);
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: () => location.reload(),
    onError: () => input.current?.select(),
  });
  useEffect(() => {
    document.title = "Sign in · Ratchet";
    input.current?.focus();
  }, []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    attempt.mutate(String(new FormData(event.currentTarget).get("key")).trim());
  };
  return (
    <main className="sign-in">
      <h1>
        <RatchetMark /> Sign in to Ratchet
      </h1>
      <p className="quiet">
        This server asks for an API key. The first one is in the file <code>first-key</code> of its data directory;
        others are made in Settings, or with <code>ratchet keys create</code>.
      </p>
      <form className="form" onSubmit={submit}>
        <label className="field">
          <span>API key</span>
          <input ref={input} name="key" type="password" autoComplete="current-password" required placeholder="rk_…" />
        </label>
        <FormError error={attempt.error} />
        <Button kind="primary" type="submit" disabled={attempt.isPending || attempt.isSuccess}>
          Sign in
        </Button>
      </form>
    </main>
  );
}
