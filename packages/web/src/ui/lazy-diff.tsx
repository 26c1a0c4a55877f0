/** The diff view, loaded when a diff is first shown, with its layout in the URL's `view`. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { DiffViewProps } from "./diff-view.tsx";
import { Skeleton } from "./skeleton.tsx";

// Its own chunk, asked for as soon as a page that may show a diff is there: the data arrives later than it does.
const loading = import("./diff-view.tsx").then((module) => ({ default: module.DiffView }));
// A failure is reported where the diff is shown.
loading.catch(() => {});
const DiffView = lazy(() => loading);

/** For pages whose route has the search parameter `view`: `unified`, or side by side when absent. */
export function LazyDiff(props: Omit<DiffViewProps, "layout" | "ignoreWhitespace">) {
  const { view } = useSearch({ strict: false });
  const navigate = useNavigate();
  const unified = view?.includes("unified") ?? false;
  const ignoreWhitespace = view?.includes("blanks") ?? false;
  const show = (next: { unified: boolean; ignoreWhitespace: boolean }) => {
    const words = [next.unified && "unified", next.ignoreWhitespace && "blanks"].filter(Boolean).join("-");
    void navigate({
      to: ".",
      search: (search) => ({ ...search, view: words || undefined }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <>
      <div className="toolbar">
        <label>
          <input
            type="checkbox"
            checked={unified}
            onChange={(event) => show({ unified: event.target.checked, ignoreWhitespace })}
          />{" "}
          One column
        </label>
        <label>
          <input
            type="checkbox"
            checked={ignoreWhitespace}
            onChange={(event) => show({ unified, ignoreWhitespace: event.target.checked })}
          />{" "}
          Ignore blanks at line ends
        </label>
      </div>
      <Suspense fallback={<Skeleton rows={6} label="Comparing" />}>
        <DiffView {...props} layout={unified ? "unified" : "side by side"} ignoreWhitespace={ignoreWhitespace} />
      </Suspense>
    </>
  );
}
