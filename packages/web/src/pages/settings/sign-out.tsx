import { useMutation, useQuery } from "@tanstack/react-query";
import { sessionQuery, signOut } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { FormError } from "../../ui/form-error.tsx";

/** Nothing where this browser has no key. */
export function SignOut() {
  const { data } = useQuery(sessionQuery);
  const leave = useMutation({ mutationFn: signOut, onSuccess: () => location.reload() });
  if (!data?.signedIn) return null;
  return (
    <section>
      <h2>This browser</h2>
      <p className="quiet">It is signed in with an API key, which goes on working elsewhere.</p>
      <Button disabled={leave.isPending} onClick={() => leave.mutate()}>
        Sign out
      </Button>
      <FormError error={leave.error} />
    </section>
  );
}
