/** Shows the pages until a request is refused for want of a key; then asks for one in their place. */
import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { isUnauthenticated } from "../api/session.ts";

const SignIn = lazy(() => import("./sign-in.tsx"));

export function SignInGate({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [isRefused, setRefused] = useState(false);
  useEffect(
    () =>
      queryClient.getQueryCache().subscribe((event) => {
        if (event.type === "updated" && event.action.type === "error" && isUnauthenticated(event.action.error)) {
          setRefused(true);
        }
      }),
    [queryClient],
  );
  if (!isRefused) return children;
  return (
    <Suspense>
      <SignIn />
    </Suspense>
  );
}
